"""Events of Customers."""

from medusa_integration.customers import party_ids


def before_validate(doc, method: str | None = None) -> None:
	party_ids.keep_party_ids(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	party_ids.party_after_rename(doc, method, old, new, merge)
