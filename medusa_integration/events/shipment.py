"""Events of Shipments."""

from medusa_integration.orders.goods import delivery_events


def on_change(doc, method: str | None = None) -> None:
	delivery_events.parcel_on_change(doc)
