"""Leave ERPNext as it was: the app's DocTypes and custom fields go with its module, what names them by text goes here."""

import frappe

from medusa_integration.setup.custom_fields import leave_to_workflow


def before_uninstall() -> None:
	"""Leave the Quotation's state to the workflow that uses it."""
	leave_to_workflow()


def after_uninstall() -> None:
	"""Delete our retention in Log Settings and our scheduled job, which lead to what is gone."""
	frappe.db.delete("Logs To Clear", {"ref_doctype": "Medusa Request Log"})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "medusa_integration.%")})
	frappe.clear_cache()
