"""The steps that follow once an order has its Sales Order, in this sequence.

A step is a function of Medusa's order and its Sales Order (submitted, draft or cancelled). It compares the
two, and makes the documents that ERPNext lacks. It finds its earlier documents by Medusa's ids: working an
order off twice does nothing. It doesn't commit. It raises Blocked where a person has to do something first.
"""

from collections.abc import Callable
from typing import Any

from medusa_integration.inbound import (
	cancellations,
	edits,
	fulfillments,
	invoices,
	payments,
	refunds,
	returns,
)
from medusa_integration.medusa.orders import Order

STEPS: tuple[Callable[[Order, Any], None], ...] = (
	edits.follow,
	invoices.bill,
	payments.book,
	fulfillments.deliver,
	fulfillments.count_again,
	returns.take_back,
	refunds.give_back,
	cancellations.follow,
)
