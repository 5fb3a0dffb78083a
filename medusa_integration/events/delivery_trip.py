"""Events of Delivery Trips."""

from medusa_integration.orders.goods import fulfillments_to_medusa


def on_change(doc, method: str | None = None) -> None:
	fulfillments_to_medusa.parcel_on_change(doc)
