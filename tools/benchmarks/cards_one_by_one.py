"""A page of the catalogue as one would write it first: each card asks for what it shows. For comparison.

It has no facets, so that it is compared with more than it does.
"""

import frappe
from frappe.utils import get_url, getdate

PAGE = 20


def page(group: str, customer_id: str, number: int) -> list[dict]:
	"""The cards of a page of an Item Group and the groups below it, by title."""
	bounds = frappe.db.get_value("Item Group", group, ["lft", "rgt"], as_dict=True)
	groups = frappe.get_all(
		"Item Group", {"lft": (">=", bounds.lft), "rgt": ("<=", bounds.rgt)}, pluck="name"
	)
	customer = frappe.db.get_value("Customer", {"medusa_id": customer_id})
	filters = {"published": 1, "medusa_id": ("is", "set"), "item_group": ("in", groups)}
	items = frappe.get_all(
		"Website Item",
		filters,
		[
			"name",
			"item_code",
			"web_item_name",
			"item_group",
			"medusa_id",
			"medusa_variant_id",
			"custom_overall_rating",
		],
		order_by="web_item_name",
		limit_start=(number - 1) * PAGE,
		limit_page_length=PAGE,
	)
	assert len(items) == PAGE
	return [_card(item, customer, customer_id) for item in items]


def _card(item: frappe._dict, customer: str, customer_id: str) -> dict:
	image = frappe.db.get_value("Website Item", item.name, "website_image")
	specifications = frappe.get_all(
		"Item Website Specification", {"parent": item.name}, ["label", "description"], order_by="idx"
	)
	wished = frappe.db.exists("Medusa Wishlist", {"parent": item.name, "medusa_customer_id": customer_id})
	variants = frappe.db.count("Website Item", {"custom_parent_website_item": item.name})
	standard = _price(item.item_code, None)
	return {
		**item,
		"thumbnail": get_url(image) if image else None,
		"specifications": specifications,
		"is_wishlisted": bool(wished),
		"has_variants": bool(variants),
		"standard_price": standard,
		"negotiated_price": _price(item.item_code, customer) or standard,
	}


def _price(item_code: str, customer: str | None) -> float:
	today = getdate()
	rows = frappe.get_all(
		"Item Price",
		{
			"item_code": item_code,
			"price_list": "Standard Selling",
			"customer": customer or ("is", "not set"),
		},
		["price_list_rate", "valid_from", "valid_upto"],
		order_by="valid_from desc",
	)
	for row in rows:
		if (not row.valid_from or row.valid_from <= today) and (
			not row.valid_upto or row.valid_upto >= today
		):
			return row.price_list_rate
	return 0
