"""The webhook that the shop calls about events in Medusa.

An event is a hint. It names the record to read, and the record's data is read from Medusa. So a lost,
repeated, late or out-of-order event doesn't change the result.

Source: docs/reference.md, "Webhook".
"""

import re
from enum import Enum
from fnmatch import fnmatchcase
from typing import Annotated

from frappe import _
from pydantic import Field, StringConstraints

from medusa_integration import settings
from medusa_integration.delivery.box import inbox
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import Text
from medusa_integration.storefront.errors import bad_request, conflict
from medusa_integration.storefront.replies import Accepted
from medusa_integration.sync import last_event, polling
from medusa_integration.sync.kinds import inbox_kind

# Ids of both versions: a prefix that names the kind, then letters and digits.
_ID = StringConstraints(pattern=r"^[a-z]+_[0-9A-Za-z]+$", min_length=3, max_length=100)
_ORDER_ID, _CUSTOMER_ID = re.compile("order_"), re.compile("cus_")
Event = Annotated[
	Text,
	StringConstraints(min_length=1),
	Field(description="the event's name in Medusa", examples=["order.placed"]),
]
RecordId = Annotated[
	str,
	_ID,
	Field(
		description="Medusa's id of the order, the customer, or the payment, fulfillment or return of an order",
		examples=["order_01JDB42N8C3R9T7W1Y5A8B6DEF"],
	),
]
PartsOrderId = Annotated[
	str,
	_ID,
	Field(
		description="Medusa's id of the order, where `id` is that of a part of it",
		examples=["order_01JDB42N8C3R9T7W1Y5A8B6DEF"],
	),
]


class About(Enum):
	"""The type of record that an event's id names."""

	ORDER = "an order"
	PART = "a part of an order"
	CUSTOMER = "a customer"


# `(pattern of event names, type of record)`; v2's names first, then the other names of v1.
EVENTS = (
	("order.placed", About.ORDER),
	("order.updated", About.ORDER),
	("order.canceled", About.ORDER),
	("order.completed", About.ORDER),
	("order.fulfillment_*", About.PART),
	("order.return_*", About.PART),
	("order-edit.*", About.PART),
	("payment.captured", About.PART),
	("payment.refunded", About.PART),
	("shipment.created", About.PART),
	("delivery.created", About.PART),
	("customer.created", About.CUSTOMER),
	("customer.updated", About.CUSTOMER),
	("customer.deleted", About.CUSTOMER),
	("order.payment_captured", About.ORDER),
	("order.refund_created", About.PART),
	("order.shipment_created", About.PART),
	("order.items_returned", About.PART),
)


@trusted("POST")
def medusa_webhook(event: Event, id: RecordId, order_id: PartsOrderId | None = None) -> Accepted[str]:
	"""Queue the order or customer that an event in Medusa is about.

	A background job reads the record from Medusa. A repeated event does no harm. An event that ERPNext
	doesn't use is ignored.

	:param event: its name in Medusa
	:param id: of the order or customer that it is about, or of the payment, fulfillment or return of an order
	:param order_id: of that order, where it is known; without it ERPNext polls for changed orders
	:returns: a message that says what ERPNext does about the event
	:raises BadRequest: the id is that of another kind of record
	:raises Conflict: the import is switched off
	:raises MedusaNotConfigured: the integration is switched off
	"""
	settings.must_be_enabled()
	last_event.note(event, id)
	if not settings.current().imports_orders:
		conflict(_("Import Orders is switched off in the Medusa Configuration."))
	about = next((about for pattern, about in EVENTS if fnmatchcase(event, pattern)), None)
	if not about:
		return Accepted(_("Ignored: nothing in ERPNext depends on this event."))
	if about is About.CUSTOMER:
		return Accepted(_queue("Customer", _checked(id, "id", _CUSTOMER_ID, event)))
	if about is About.ORDER:
		return Accepted(_queue("Order", _checked(id, "id", _ORDER_ID, event)))
	if order_id or _ORDER_ID.match(id):
		return Accepted(_queue("Order", _checked(order_id or id, "order_id", _ORDER_ID, event)))
	polling.start()
	return Accepted(_("The orders that have changed are looked for."))


def _checked(id: str, argument: str, shape: re.Pattern, event: str) -> str:
	"""Refuse an id of another kind of record.

	:raises BadRequest: for one
	"""
	if not shape.match(id):
		bad_request(_("{0}: {1} has to begin with {2}.").format(event, argument, shape.pattern))
	return id


def _queue(name: str, id: str) -> str:
	kind = inbox_kind(name)
	if not kind:
		return _("Ignored: nothing in ERPNext depends on this event.")
	inbox.add(kind, id)
	return _("{0} is read in the background.").format(id)
