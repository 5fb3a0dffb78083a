"""The calls that Desk users, and the scheduler, make about the catalogue.

Source: docs/reference.md, "Whitelisted calls".
"""

from frappe import _

from medusa_integration.products import routes
from medusa_integration.storefront.access import shop_or_desk
from medusa_integration.tolerated import tolerated
from medusa_integration.window import top_sellers


@shop_or_desk("GET", "POST", write="Item Group")
def update_all_item_groups() -> dict:
	"""Set the route of every Item Group, or of none where that fails. Called by the Desk and by the storefront's server.

	:returns: `{"status": "success" or "error", "message"}`
	:raises frappe.PermissionError: without write permission for Item Groups; the shop's server needs none
	"""
	with tolerated("Medusa: the routes of the Item Groups") as outcome:
		routes.update_all()
	if outcome.error:
		return {"status": "error", "message": _("Unexpected error, see Error Log {0}").format(outcome.log)}
	return {"status": "success", "message": _("Every Item Group has its route.")}


@shop_or_desk("GET", "POST", write=top_sellers.DOCTYPE)
def add_top_selling_items_to_collection() -> None:
	"""Fill in the Product Collection with the 20 products of each category that were sold most, see "Top
	sellers". Called by the scheduler, the Desk and the storefront's server.

	:raises frappe.PermissionError: without write permission for the Product Collection; the shop's server needs none

	Source: docs/reference.md, "Scheduled tasks".
	"""
	top_sellers.refresh()
