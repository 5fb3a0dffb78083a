"""What an installation and every migration see to."""

from medusa_integration.patches import unique_medusa_ids
from medusa_integration.setup.custom_fields import make_custom_fields
from medusa_integration.sync.routes import update_all


def after_install() -> None:
	"""Custom fields, and the routes of the Item Groups that are there already."""
	unique_medusa_ids.execute()  # the columns of an earlier installation are there still
	make_custom_fields()
	update_all()


def after_migrate() -> None:
	"""Custom fields as this version has them."""
	make_custom_fields()
