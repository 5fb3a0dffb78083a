"""Events of Batches."""

from medusa_integration.stock import stock_events


def on_change(doc, method: str | None = None) -> None:
	stock_events.batch_on_change(doc)
