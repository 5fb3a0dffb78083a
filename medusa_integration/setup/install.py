"""What an installation and every migration see to."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.model.sync import sync_for

from medusa_integration.catalogue.routes import update_all
from medusa_integration.outbound import item_status
from medusa_integration.patches import unique_medusa_ids
from medusa_integration.setup.custom_fields import make_custom_fields
from medusa_integration.setup.roles import make_manager

APP = "medusa_integration"


def after_install() -> None:
	"""DocTypes, where the installer left them out, custom fields, the role, and what is kept of the Item Groups and
	Website Items that are there already."""
	make_missing_doctypes()
	unique_medusa_ids.execute()  # the columns of an earlier installation are there still
	make_custom_fields()
	make_manager()
	update_all()
	item_status.refresh_all()


def after_migrate() -> None:
	"""Custom fields and the role as this version has them."""
	make_custom_fields()
	make_manager()


def make_missing_doctypes() -> None:
	"""Make the app's DocTypes that aren't there: with a list of modules in the cache that is older than the app, Frappe's
	installer makes none and says nothing (frappe/frappe#41437).

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
	"""The DocTypes that the app's files describe and the site hasn't got."""
	files = Path(frappe.get_app_path(APP)).glob("*/doctype/*/*.json")
	names = {json.loads(file.read_text())["name"] for file in files}
	return names - set(frappe.get_all("DocType", {"name": ("in", list(names))}, pluck="name", order_by=None))
