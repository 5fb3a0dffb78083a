"""Events of Countries."""

from medusa_integration.products import product_events


def on_update(doc, method: str | None = None) -> None:
	product_events.country_on_update(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	product_events.country_after_rename(doc, method, old, new, merge)
