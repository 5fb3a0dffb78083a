"""The role Medusa Manager, for users who operate the integration without being System Managers. Its permissions are in
the DocTypes.

Source: docs/reference.md, "DocTypes".
"""

import frappe

MANAGER = "Medusa Manager"


def make_manager() -> None:
	"""Create the role where it is missing; harmless to repeat."""
	if not frappe.db.exists("Role", MANAGER):
		frappe.get_doc({"doctype": "Role", "role_name": MANAGER, "desk_access": 1}).insert(
			ignore_permissions=True
		)


def remove_manager() -> None:
	"""Delete the role unless a user or a role profile has it."""
	if frappe.db.exists("Has Role", {"role": MANAGER, "parenttype": ("in", ("User", "Role Profile"))}):
		return
	for doctype in ("Has Role", "Custom DocPerm"):
		frappe.db.delete(doctype, {"role": MANAGER})
	frappe.delete_doc_if_exists("Role", MANAGER, force=True)
