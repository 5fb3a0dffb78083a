"""Leave ERPNext as it was: the app's DocTypes go with the app, its fields on other DocTypes go here."""

import frappe

from medusa_integration.setup.custom_fields import MODULE


def before_uninstall() -> None:
	"""Delete the custom fields, and the retention that Log Settings keep for our log."""
	for name in frappe.get_all("Custom Field", filters={"module": MODULE}, pluck="name", order_by="name"):
		frappe.delete_doc("Custom Field", name, ignore_missing=True, force=True)
	settings = frappe.get_doc("Log Settings")
	settings.logs_to_clear = [
		row for row in settings.logs_to_clear if row.ref_doctype != "Medusa Request Log"
	]
	settings.save(ignore_permissions=True)
	frappe.clear_cache()
