"""Clean up at uninstall. Frappe deletes the app's DocTypes and custom fields with its module; records that name them
only by text are deleted here.

Frappe's `remove_app` calls `before_uninstall`, deletes the module, commits, and calls `after_uninstall`, after which it
commits no more. With `--dry-run` it calls both too, deletes nothing and commits nothing. So `before_uninstall` makes all
changes, and never commits.
"""

import frappe

from medusa_integration.desk.setup_steps import STEPS
from medusa_integration.operations import quotation_workflow
from medusa_integration.setup.custom_fields import leave_to_workflow
from medusa_integration.setup.fields import MODULE
from medusa_integration.setup.roles import remove_roles
from medusa_integration.setup.storefront import USER, retire_user

APP = "medusa_integration"


def before_uninstall() -> None:
	"""Delete the app's records outside of its module: its Workflow of Quotations, secrets, logs' retention,
	scheduled jobs, notices, log of patches, the roles unless they are used, the Storefront User's access,
	and, on Frappe 16, the workspace's icon and sidebar. The state of Quotations is left to another Workflow
	that uses it.

	Frappe commits this with the rest of an uninstallation, and never after a dry run.
	"""
	quotation_workflow.remove()
	leave_to_workflow()
	_delete_secrets()
	_delete_records()
	retire_user()
	remove_roles()


def after_uninstall() -> None:
	"""Take back a dry run's changes, which aren't committed; an uninstallation has been committed by now.
	Then clear the cache of the values that were read in between."""
	frappe.db.rollback()
	frappe.clear_cache()


def _delete_secrets() -> None:
	"""Delete the values of the Password fields of the app's DocTypes, such as customers' passwords, and the Storefront User's
	API secret. Frappe keeps them in a table of its own, and leaves them there when a DocType goes."""
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	frappe.db.delete("__Auth", {"doctype": ("in", doctypes)})
	frappe.db.delete("__Auth", {"doctype": "User", "name": USER, "fieldname": "api_secret"})


def _delete_records() -> None:
	frappe.db.delete("Logs To Clear", {"ref_doctype": ("in", ("Medusa Request Log", "Email OTP"))})
	frappe.db.delete("Scheduled Job Type", {"method": ("like", f"{APP}.%")})
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	frappe.db.delete("Notification Log", {"document_type": "Medusa Configuration"})
	# The Module Onboarding and the Form Tour go with the module, its steps have none.
	frappe.db.delete("Onboarding Step", {"name": ("in", [step.name for step in STEPS])})
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if frappe.db.exists("DocType", doctype):
			for name in frappe.get_all(doctype, {"app": APP}, pluck="name"):
				frappe.delete_doc(doctype, name, ignore_on_trash=True, force=True)
