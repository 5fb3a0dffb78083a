"""The status line of an Item Price's form.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe.utils import cint

from medusa_integration import settings, sold_variants
from medusa_integration.desk.arguments import DocumentName, checked
from medusa_integration.operations import status
from medusa_integration.prices import price_standing

KINDS = ("Product", "Price")  # of outbox rows


@frappe.whitelist()
@checked
def get_price_status(item_price: DocumentName) -> dict:
	"""The status of an Item Price in the shop.

	:param item_price: its name
	:returns: `{"words", "color", "about", "link", "outage", "problem", "silence", "enabled", "rows"}`: a sentence, the colour of its
		line; `about`: the Website Item whose product has the price, "" for none; and the rest as `get_sync_status`, of that product,
		where the price is one of the shop's; `{}` for a price that isn't for selling
	:raises frappe.PermissionError: without read permission for the Item Price
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Item Price", item_price)
	doc.check_permission("read")
	if not cint(doc.selling):
		return {}
	page = _page_of(doc.item_code)
	color, words, waits = price_standing.standing(doc, page)
	sending = status.sending_of(page or doc)
	rows = [row for row in sending["rows"] if row.kind in KINDS] if waits else []
	return {
		**sending,
		"words": words,
		"color": color,
		"about": page.name if page else "",
		"link": settings.admin_link("products", page.medusa_id) if page else "",
		"rows": rows,
	}


def _page_of(item_code: str) -> frappe._dict | None:
	"""The Website Item whose product sells an Item, or the variants of a template."""
	name = sold_variants.products_of([item_code]).get(item_code)
	if not name:
		return None
	page = frappe.db.get_value(
		"Website Item", name, ["name", "published", "medusa_id", "medusa_synced_on"], as_dict=True
	)
	page.doctype = "Website Item"
	return page
