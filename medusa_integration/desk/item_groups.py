"""The call that Desk users make about Item Groups."""

import frappe
from frappe import _

from medusa_integration.catalogue import routes


@frappe.whitelist(methods=["POST"])
def update_all_item_groups() -> dict:
	"""Set the route of every Item Group, or of none where that fails.

	:returns: `{"status": "success" or "error", "message"}`
	:raises frappe.PermissionError: without write permission for Item Groups

	Source: docs/reference.md, "Whitelisted calls".
	"""
	frappe.has_permission("Item Group", "write", throw=True)
	frappe.db.savepoint("routes")
	try:
		routes.update_all()
	except Exception:
		frappe.db.rollback(save_point="routes")
		log = frappe.log_error(title="Medusa: the routes of the Item Groups")
		return {"status": "error", "message": _("Unexpected error, see Error Log {0}").format(log.name)}
	return {"status": "success", "message": _("Every Item Group has its route.")}
