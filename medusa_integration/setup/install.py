"""What an installation and every migration see to."""

from medusa_integration.setup.custom_fields import make_custom_fields
from medusa_integration.setup.roles import make_manager
from medusa_integration.sync import item_status
from medusa_integration.sync.routes import update_all_item_groups


def after_install() -> None:
	"""Custom fields, the role, and what is kept of the Item Groups and Website Items that are there already."""
	make_custom_fields()
	make_manager()
	update_all_item_groups()
	item_status.refresh_all()


def after_migrate() -> None:
	"""Custom fields and the role as this version has them."""
	make_custom_fields()
	make_manager()
