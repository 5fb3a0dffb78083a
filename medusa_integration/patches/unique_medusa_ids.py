"""Make ids from Medusa unique: an id that several documents have stays with one of them."""

from medusa_integration.setup import unique_ids


def execute() -> None:
	unique_ids.execute()
