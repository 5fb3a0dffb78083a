"""Events of Price Lists."""

from medusa_integration import generation
from medusa_integration.products import shop_items


def on_update(doc, method: str | None = None) -> None:
	shop_items.price_list_on_update(doc)
	generation.cards_moved()
