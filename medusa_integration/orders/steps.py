"""The steps that follow once an order has its Sales Order, in this sequence.

A step is a function of Medusa's order and its Sales Order (submitted, draft or cancelled). It compares the
two, and makes the documents that ERPNext lacks. It finds its earlier documents by Medusa's ids: working an
order off twice does nothing. It doesn't commit. It raises Blocked where a person has to do something first.
"""

from collections.abc import Callable
from typing import Any

from medusa_integration.medusa.order import Order
from medusa_integration.orders import (
	buyer_changes_from_medusa,
	cancellations_from_medusa,
	edits_from_medusa,
	second_customers,
)
from medusa_integration.orders.goods import fulfillments_from_medusa, returns_from_medusa
from medusa_integration.orders.money import (
	captures_from_medusa,
	invoice_on_capture,
	refunds_from_medusa,
)

STEPS: tuple[Callable[[Order, Any], None], ...] = (
	edits_from_medusa.follow,
	buyer_changes_from_medusa.follow,
	second_customers.follow,
	invoice_on_capture.bill,
	captures_from_medusa.book,
	fulfillments_from_medusa.deliver,
	fulfillments_from_medusa.count_again,
	returns_from_medusa.take_back,
	refunds_from_medusa.give_back,
	cancellations_from_medusa.follow,
)
