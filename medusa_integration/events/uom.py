"""Events of UOMs."""

from medusa_integration.products import detail_events, product_events


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	product_events.uom_after_rename(doc, method, old, new, merge)
	detail_events.weight_unit_renamed(new)
