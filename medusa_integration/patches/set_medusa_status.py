"""Website Items that are older than the field `medusa_status` get its value."""

from medusa_integration.outbound import item_status
from medusa_integration.setup.custom_fields import make_custom_fields


def execute() -> None:
	"""Fill the field in, once: patches run before `after_migrate` makes it."""
	make_custom_fields()
	item_status.refresh_all()
