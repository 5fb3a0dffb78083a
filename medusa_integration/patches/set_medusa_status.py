"""Set `medusa_status` of Website Items that are older than the field."""

from medusa_integration.products import item_status
from medusa_integration.setup.custom_fields import make_custom_fields


def execute() -> None:
	"""Make the field, since patches run before `after_migrate`, and fill it in."""
	make_custom_fields()
	item_status.refresh_all()
