"""Set `medusa_status` of products without a price to "No Price", of sites that are older than this status."""

from medusa_integration.products import item_status


def execute() -> None:
	item_status.refresh_all()
