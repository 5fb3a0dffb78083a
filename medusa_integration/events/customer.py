"""Events of Customers."""

from medusa_integration.customers import party_ids
from medusa_integration.prices import price_events


def before_validate(doc, method: str | None = None) -> None:
	party_ids.keep_party_ids(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	party_ids.party_after_rename(doc, method, old, new, merge)
	price_events.price_groups_renamed(doc, method, old, new, merge)


def on_update(doc, method: str | None = None) -> None:
	price_events.customer_changes_prices(doc)


def on_trash(doc, method: str | None = None) -> None:
	price_events.forget_price_groups(doc)
