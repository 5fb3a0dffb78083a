"""The hooks of an installation and of every migration."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.model.sync import sync_for

from medusa_integration.products import item_status, specifications
from medusa_integration.products.routes import update_all
from medusa_integration.setup import orphan_fields, unique_ids
from medusa_integration.setup.custom_fields import custom_fields, make_custom_fields
from medusa_integration.setup.roles import make_roles
from medusa_integration.setup.storefront import make_records
from medusa_integration.tolerated import tolerated
from medusa_integration.window import landing_page

APP = "medusa_integration"


def after_install() -> None:
	"""Make the DocTypes that the installer left out, the custom fields, the roles, the storefront's records and the
	landing page, and fill in the specifications, the routes of Item Groups and the status of Website Items."""
	make_missing_doctypes()
	unique_ids.execute()  # Columns of an earlier installation may be there still.
	make_custom_fields()
	make_roles()
	make_records()
	landing_page.make()
	update_all()
	specifications.refill()
	item_status.refresh_all()


def after_migrate() -> None:
	"""Make this version's custom fields, roles and records."""
	make_custom_fields()
	with tolerated("Medusa: Custom Fields can't be mended"):
		orphan_fields.mend(custom_fields())
	make_roles()
	make_records()
	landing_page.make()


def after_setup_wizard(args: dict | None = None) -> None:
	"""Make the records that an installation before ERPNext's setup wizard couldn't make: the wizard makes
	their trees.

	:param args: the wizard's answers, not used
	"""
	make_records()


def make_missing_doctypes() -> None:
	"""Make the app's DocTypes that are missing. Where the cached list of modules is older than the app, Frappe's installer
	makes none and reports no error (frappe/frappe#41437).

	:raises frappe.ValidationError: where they can't be made
	"""
	if not missing_doctypes():
		return
	frappe.cache.delete_value(["app_modules", "installed_app_modules", "module_app"])
	if hasattr(frappe, "client_cache"):  # Frappe 16 keeps some of them there
		for key in ("app_modules", "installed_app_modules"):
			frappe.client_cache.delete_value(key)
	frappe.setup_module_map(include_all_apps=True)
	sync_for(APP, force=True, reset_permissions=True)
	missing = missing_doctypes()
	if missing:
		frappe.throw(
			_(
				"The DocTypes of {0} could not be made: {1}. Run bench --site {2} clear-cache, uninstall the app and install it again."
			).format(APP, ", ".join(sorted(missing)), frappe.local.site),
			title=_("Installation is incomplete"),
		)


def missing_doctypes() -> set[str]:
	"""The DocTypes that the app's files describe and the site doesn't have."""
	files = Path(frappe.get_app_path(APP)).glob("*/doctype/*/*.json")
	names = {json.loads(file.read_text())["name"] for file in files}
	return names - set(frappe.get_all("DocType", {"name": ("in", list(names))}, pluck="name", order_by=None))
