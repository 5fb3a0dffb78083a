"""Events of Item Prices."""

from medusa_integration import generation
from medusa_integration.prices import price_events
from medusa_integration.products import channel_events
from medusa_integration.sync.written_fields import keep_medusa_ids


def before_validate(doc, method: str | None = None) -> None:
	keep_medusa_ids(doc)


def on_update(doc, method: str | None = None) -> None:
	channel_events.item_price_changed(doc)
	generation.cards_moved()


def on_trash(doc, method: str | None = None) -> None:
	price_events.delete_medusa_price(doc)
	channel_events.item_price_changed(doc, is_gone=True)
	generation.cards_moved()
