"""Make the ids of Customers and Leads in Medusa unique: an id that several of them have stays with the oldest one."""

from medusa_integration.setup import unique_ids


def execute() -> None:
	unique_ids.execute()
