"""The call that fills in the Product Collection, of the scheduler and of Desk users.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe

from medusa_integration.window import top_sellers


@frappe.whitelist(methods=["POST"])
def add_top_selling_items_to_collection() -> None:
	"""Fill in the Product Collection with the 20 products of each category that were sold most.

	:raises frappe.PermissionError: without write permission for the Product Collection

	Source: docs/reference.md, "Scheduled tasks".
	"""
	frappe.has_permission(top_sellers.DOCTYPE, "write", throw=True)
	top_sellers.refresh()
