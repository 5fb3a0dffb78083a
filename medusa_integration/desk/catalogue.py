"""The calls that Desk users, and the scheduler, make about the catalogue.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration.products import routes
from medusa_integration.tolerated import tolerated
from medusa_integration.window import top_sellers


@frappe.whitelist(methods=["POST"])
def update_all_item_groups() -> dict:
	"""Set the route of every Item Group, or of none where that fails.

	:returns: `{"status": "success" or "error", "message"}`
	:raises frappe.PermissionError: without write permission for Item Groups
	"""
	frappe.has_permission("Item Group", "write", throw=True)
	with tolerated("Medusa: the routes of the Item Groups") as outcome:
		routes.update_all()
	if outcome.error:
		return {"status": "error", "message": _("Unexpected error, see Error Log {0}").format(outcome.log)}
	return {"status": "success", "message": _("Every Item Group has its route.")}


@frappe.whitelist(methods=["POST"])
def add_top_selling_items_to_collection() -> None:
	"""Fill in the Product Collection with the 20 products of each category that were sold most, see "Top
	sellers".

	:raises frappe.PermissionError: without write permission for the Product Collection

	Source: docs/reference.md, "Scheduled tasks".
	"""
	frappe.has_permission(top_sellers.DOCTYPE, "write", throw=True)
	top_sellers.refresh()
