"""Events of Delivery Notes."""

from medusa_integration.orders import origin
from medusa_integration.orders.charges import shares
from medusa_integration.orders.goods import delivery_events, returns_to_medusa


def after_mapping(doc, method: str | None = None, source_doc=None) -> None:
	shares.share_mapped_charges(doc, method, source_doc)


def before_insert(doc, method: str | None = None) -> None:
	origin.set_ecommerce_details_from_sales_order(doc)


def before_validate(doc, method: str | None = None) -> None:
	origin.keep_origin(doc)
	shares.share_charges(doc)


def before_update_after_submit(doc, method: str | None = None) -> None:
	delivery_events.keep_fulfillment_id(doc)


def before_cancel(doc, method: str | None = None) -> None:
	delivery_events.keep_fulfillment_id(doc)


def on_submit(doc, method: str | None = None) -> None:
	delivery_events.fulfill_delivery_note(doc)
	returns_to_medusa.return_delivery_note(doc)


def on_update_after_submit(doc, method: str | None = None) -> None:
	delivery_events.fulfill_delivery_note(doc)


def on_cancel(doc, method: str | None = None) -> None:
	delivery_events.fulfill_delivery_note(doc)
