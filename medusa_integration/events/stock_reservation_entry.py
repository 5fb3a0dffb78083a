"""Events of Stock Reservation Entries."""

from medusa_integration.stock import stock_events


def on_change(doc, method: str | None = None) -> None:
	stock_events.stock_reservation_entry_on_change(doc)
