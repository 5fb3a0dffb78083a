"""Events of Items."""

from medusa_integration.prices import price_events
from medusa_integration.products import product_events, specifications, variant_events
from medusa_integration.sync.written_fields import keep_medusa_ids


def before_validate(doc, method: str | None = None) -> None:
	keep_medusa_ids(doc)


def on_update(doc, method: str | None = None) -> None:
	product_events.item_on_update(doc)
	price_events.item_changes_prices(doc)
	specifications.item_on_update(doc)


def on_trash(doc, method: str | None = None) -> None:
	variant_events.item_on_trash(doc)
	specifications.item_on_update(doc, "on_trash")


def before_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	variant_events.item_before_rename(doc, method, old, new, merge)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	product_events.item_after_rename(doc, method, old, new, merge)
