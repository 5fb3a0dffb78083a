"""Clearance: products with a batch that expires soon. A user ticks in Expiring Items those that the landing
page shows.

Source: docs/reference.md, "Clearance".
"""

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import add_days, cint, getdate, now, today

from medusa_integration import child_rows, generation, sold_variants
from medusa_integration.window import landing_page

DOCTYPE = "Expiring Items"
FIELD = "expiring_items"
ON_PAGE = "clearance_items"  # the landing page's table
DEALS, DEAL = "best_deals", "Best Deals"  # another table of the page, and its rows
OF_DEALS = ("url", "website_item", "website_item_name", "of_clearance")
DAYS = 60


def fetch_clearance_items() -> None:
	"""Fill in Expiring Items with the published Website Items of which a batch expires within 60 days,
	soonest first, and show those on the landing page that were ticked before, see "Clearance". A constant
	number of queries.

	An open form of Expiring Items has to be reloaded before it can be saved: its rows are old.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	# Wait for a user's save.
	before = frappe.get_doc(DOCTYPE, DOCTYPE, for_update=True)  # Frappe 15 wants a name.
	shown = {row.website_item for row in before.get(FIELD) if row.show}
	rows = [{**row, "show": int(row.website_item in shown)} for row in _expiring()]
	child_rows.replace(DOCTYPE, DOCTYPE, FIELD, rows)
	frappe.db.set_single_value(DOCTYPE, {"modified": now(), "modified_by": frappe.session.user})
	show(rows)


def _expiring() -> list[frappe._dict]:
	"""Website Items with the earliest expiry date of the batches in stock, those with options of all their variants."""
	batch, item, page = (frappe.qb.DocType(doctype) for doctype in ("Batch", "Item", "Website Item"))
	expiry = Min(batch.expiry_date)
	return (
		frappe.qb.from_(batch)
		.join(item)
		.on(item.name == batch.item)
		.join(page)
		.on(page.item_code == sold_variants.product_code(item))
		.select(
			page.name.as_("website_item"),
			page.web_item_name.as_("website_item_name"),
			expiry.as_("expiry_date"),
		)
		.where((batch.disabled == 0) & (batch.batch_qty > 0) & (page.published == 1))
		.where(batch.expiry_date[getdate(today()) : getdate(add_days(today(), DAYS))])
		.groupby(page.name, page.web_item_name)
		.orderby(expiry, page.name)
		.run(as_dict=True)
	)


def show(rows: list) -> None:
	"""Show the ticked rows of Expiring Items on the landing page, in their order. The page isn't saved: its
	open form stays valid.

	:param rows: with `website_item`, `website_item_name` and `show`
	"""
	if not landing_page.exists():
		return
	_show_deals(rows)
	items = _on_page(rows)
	now_there = frappe.get_all(
		landing_page.ITEM,
		{"parenttype": landing_page.DOCTYPE, "parent": landing_page.ACTIVE, "parentfield": ON_PAGE},
		["website_item", "website_item_name"],
		order_by="idx",
	)
	if now_there != items:
		child_rows.replace(landing_page.DOCTYPE, landing_page.ACTIVE, ON_PAGE, items)
		generation.moved()


def fill_in(page) -> None:
	"""Put the ticked rows of Expiring Items into a landing page that is being saved: an open form may have older ones.

	:param page: the Homepage Landing; changed
	"""
	rows = frappe.get_all(
		"Expiring Items Table",
		{"parent": DOCTYPE, "parenttype": DOCTYPE},
		["website_item", "website_item_name", "show"],
		order_by="idx",
	)
	items = _on_page(rows)
	now_there = [
		{"website_item": row.website_item, "website_item_name": row.website_item_name}
		for row in page.get(ON_PAGE)
	]
	if now_there != items:
		page.set(ON_PAGE, items)
	deals = [{field: row.get(field) for field in OF_DEALS} for row in page.get(DEALS)]
	if (wanted := _deals(deals, rows)) != deals:
		page.set(DEALS, wanted)


def _show_deals(rows: list) -> None:
	on_page = {"parenttype": landing_page.DOCTYPE, "parent": landing_page.ACTIVE, "parentfield": DEALS}
	deals = [dict(row) for row in frappe.get_all(DEAL, on_page, list(OF_DEALS), order_by="idx")]
	if (wanted := _deals(deals, rows)) != deals:
		child_rows.replace(landing_page.DOCTYPE, landing_page.ACTIVE, DEALS, wanted)
		generation.moved()


def _deals(deals: list[dict], rows: list) -> list[dict]:
	"""The Best Deals: the rows that users made, then the ticked items that have a picture.

	:param deals: the present rows
	:param rows: of Expiring Items
	"""
	own = [deal for deal in deals if not cint(deal["of_clearance"])]
	items = {row["website_item"]: row["website_item_name"] for row in _on_page(rows)}
	for deal in own:
		items.pop(deal["website_item"], None)
	with_picture = {"name": ("in", [*items] or [""]), "website_image": ("is", "set")}
	pictures = dict(
		frappe.get_all("Website Item", with_picture, ["name", "website_image"], as_list=True, order_by=None)
	)
	added = [(pictures[name], name, title, 1) for name, title in items.items() if name in pictures]
	return [*own, *(dict(zip(OF_DEALS, values, strict=True)) for values in added)]


def _on_page(rows: list) -> list[dict]:
	names = {row.get("website_item"): row.get("website_item_name") for row in rows if cint(row.get("show"))}
	return [{"website_item": item, "website_item_name": name} for item, name in names.items()]
