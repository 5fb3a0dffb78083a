"""The app's roles. Medusa Manager: users who operate the integration without being System Managers; its permissions are in
the DocTypes. Medusa Storefront: the shop's server; it needs no permissions.

Source: docs/reference.md, "DocTypes".
"""

import frappe

from medusa_integration.storefront.access import ROLE as STOREFRONT

MANAGER = "Medusa Manager"
ROLES = {MANAGER: 1, STOREFRONT: 0}  # whether its users may use the Desk


def make_roles() -> None:
	"""Create the roles where they are missing; harmless to repeat."""
	for role, desk_access in ROLES.items():
		if not frappe.db.exists("Role", role):
			doc = frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": desk_access})
			doc.insert(ignore_permissions=True)


def remove_roles() -> None:
	"""Delete the roles, except one that a user or a role profile has."""
	for role in ROLES:
		if frappe.db.exists("Has Role", {"role": role, "parenttype": ("in", ("User", "Role Profile"))}):
			continue
		for doctype in ("Has Role", "Custom DocPerm"):
			frappe.db.delete(doctype, {"role": role})
		frappe.delete_doc_if_exists("Role", role, force=True)
