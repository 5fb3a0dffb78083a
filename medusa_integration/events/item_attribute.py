"""Events of Item Attributes."""

from medusa_integration.products import variant_events


def on_update(doc, method: str | None = None) -> None:
	variant_events.item_attribute_on_update(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	variant_events.item_attribute_after_rename(doc, method, old, new, merge)
