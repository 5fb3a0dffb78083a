"""Events of UOMs."""

from medusa_integration.products import product_events


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	product_events.uom_after_rename(doc, method, old, new, merge)
