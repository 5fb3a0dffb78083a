"""The role Medusa Manager: who looks after the shop's sending without being a System Manager. What it may do stands in
the DocTypes' permissions."""

import frappe

MANAGER = "Medusa Manager"


def make_manager() -> None:
	"""Create the role where it is missing; harmless to repeat."""
	if not frappe.db.exists("Role", MANAGER):
		frappe.get_doc({"doctype": "Role", "role_name": MANAGER, "desk_access": 1}).insert(
			ignore_permissions=True
		)


def remove_manager() -> None:
	"""Delete the role unless somebody, or a role profile, has it."""
	if frappe.db.exists("Has Role", {"role": MANAGER, "parenttype": ("in", ("User", "Role Profile"))}):
		return
	for doctype in ("Has Role", "Custom DocPerm"):
		frappe.db.delete(doctype, {"role": MANAGER})
	frappe.delete_doc_if_exists("Role", MANAGER, force=True)
