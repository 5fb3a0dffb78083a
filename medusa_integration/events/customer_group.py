"""Events of Customer Groups."""

from medusa_integration.prices import price_events


def on_update(doc, method: str | None = None) -> None:
	price_events.group_changes_prices(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	price_events.price_groups_renamed(doc, method, old, new, merge)


def on_trash(doc, method: str | None = None) -> None:
	price_events.forget_price_groups(doc)
