"""Events of Item Groups."""

from medusa_integration import generation
from medusa_integration.prices import price_events
from medusa_integration.products import (
	categories_to_medusa,
	channel_events,
	collections_to_medusa,
	product_events,
	shop_items,
)
from medusa_integration.sync.written_fields import keep_medusa_ids


def before_validate(doc, method: str | None = None) -> None:
	keep_medusa_ids(doc)


def on_update(doc, method: str | None = None) -> None:
	collections_to_medusa.item_group_on_update(doc)
	categories_to_medusa.item_group_on_update(doc)
	shop_items.item_group_moved(doc)
	price_events.group_changes_prices(doc)
	channel_events.group_changes_channels(doc)
	generation.moved()


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	collections_to_medusa.item_group_after_rename(doc, method, old, new, merge)
	categories_to_medusa.item_group_after_rename(doc, method, old, new, merge)
	product_events.item_group_merged(doc, method, old, new, merge)
	generation.moved()


def on_trash(doc, method: str | None = None) -> None:
	collections_to_medusa.delete_medusa_collection(doc)
	categories_to_medusa.delete_medusa_category(doc)
	generation.moved()
