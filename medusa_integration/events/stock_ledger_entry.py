"""Events of Stock Ledger Entries."""

from medusa_integration.stock import stock_events


def on_submit(doc, method: str | None = None) -> None:
	stock_events.stock_ledger_entry_on_submit(doc)
