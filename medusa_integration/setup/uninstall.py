"""Clean up at uninstall. Frappe deletes the app's DocTypes and custom fields with its module; records that name them
only by text are deleted here."""

import frappe

from medusa_integration.operations import quotation_workflow
from medusa_integration.setup.custom_fields import leave_to_workflow
from medusa_integration.setup.fields import MODULE
from medusa_integration.setup.roles import remove_roles
from medusa_integration.setup.storefront import USER, retire_user


def before_uninstall() -> None:
	"""Delete our Workflow of Quotations, leave their state to another one that uses it, and delete the app's secrets.

	Frappe commits this with the rest of an uninstallation, and never after a dry run, which calls it too.
	"""
	quotation_workflow.remove()
	leave_to_workflow()
	_delete_secrets()


def _delete_secrets() -> None:
	"""Delete the values of the Password fields of the app's DocTypes, such as customers' passwords, and the Storefront User's
	API secret. Frappe keeps them in a table of its own, and leaves them there when a DocType goes."""
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	frappe.db.delete("__Auth", {"doctype": ("in", doctypes)})
	frappe.db.delete("__Auth", {"doctype": "User", "name": USER, "fieldname": "api_secret"})


def after_uninstall() -> None:
	"""Delete the logs' retention in Log Settings, the scheduled jobs, the notices, the roles unless they are used, what the Storefront User may do, and, on
	Frappe 16, the workspace's icon and sidebar."""
	frappe.db.delete("Logs To Clear", {"ref_doctype": ("in", ("Medusa Request Log", "Email OTP"))})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", "medusa_integration.%")})
	frappe.db.delete("Notification Log", {"document_type": "Medusa Configuration"})
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if frappe.db.exists("DocType", doctype):
			for name in frappe.get_all(doctype, {"app": "medusa_integration"}, pluck="name"):
				frappe.delete_doc(doctype, name, ignore_on_trash=True, force=True)
	retire_user()
	remove_roles()
	frappe.clear_cache()
