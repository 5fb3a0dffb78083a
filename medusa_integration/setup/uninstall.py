"""Leave ERPNext as it was: the app's DocTypes and custom fields go with its module, what names them by text goes here."""

import frappe

from medusa_integration.setup.custom_fields import leave_to_workflow
from medusa_integration.setup.roles import remove_manager


def before_uninstall() -> None:
	"""Leave the Quotation's state to the workflow that uses it."""
	leave_to_workflow()


def after_uninstall() -> None:
	"""Delete our retention in Log Settings, our scheduled jobs, notices, the role where nobody has it and, on Frappe 16,
	the icon and sidebar of the workspace, which lead to what is gone."""
	frappe.db.delete("Logs To Clear", {"ref_doctype": "Medusa Request Log"})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "medusa_integration.%")})
	frappe.db.delete("Notification Log", {"document_type": "Medusa Configuration"})
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if frappe.db.exists("DocType", doctype):
			for name in frappe.get_all(doctype, {"app": "medusa_integration"}, pluck="name"):
				frappe.delete_doc(doctype, name, ignore_on_trash=True, force=True)
	remove_manager()
	frappe.clear_cache()
