"""Events of Product Bundles."""

from medusa_integration.products import product_events
from medusa_integration.stock import changed_bundles


def on_update(doc, method: str | None = None) -> None:
	product_events.product_bundle_changed(doc)
	changed_bundles.tell_waiting_orders(doc)


def on_trash(doc, method: str | None = None) -> None:
	product_events.product_bundle_changed(doc)
	changed_bundles.tell_waiting_orders(doc, is_gone=True)
