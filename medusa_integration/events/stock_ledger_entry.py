"""Events of Stock Ledger Entries."""

from medusa_integration.stock import stock_to_medusa


def on_submit(doc, method: str | None = None) -> None:
	stock_to_medusa.stock_ledger_entry_on_submit(doc)
