"""What the shop must hold, read from ERPNext's tables: nothing of the app is used here but its fields' names."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

import frappe
from frappe.utils import get_url

from tools.chaos import bundles, places, tiers, variants
from tools.chaos.in_force import latest, turning_days
from tools.demo.expected import lines

PRICE_LIST = "Standard Selling"


@dataclass
class Shop:
	"""Facts of both sides, comparable: `{key: {field: value}}`. Products go by the names of their Website Items,
	collections by those of their Item Groups; prices by sku, on v1 as `{day: [(currency, amount)]}`, on v2 as tiers.Points.

	:param ids: what each calls its products, variants and collections
	:param price_ids: `{Medusa's id of a price row: (sku, amount)}`
	"""

	products: dict[str, dict] = field(default_factory=dict)
	collections: dict[str, dict] = field(default_factory=dict)
	prices: dict[str, dict] = field(default_factory=dict)
	ids: dict[str, dict] = field(default_factory=dict)
	price_ids: dict[str, tuple] = field(default_factory=dict)


def read(version: str) -> Shop:
	"""What ERPNext says now.

	:param version: "v2" or "v1", which keeps a product's pictures in no order
	"""
	frappe.db.commit()  # to see what others have committed
	shop = Shop()
	items = frappe.get_all(
		"Item",
		[
			"name",
			"country_of_origin",
			"medusa_id",
			"medusa_variant_id",
			"has_variants",
			"item_group",
			"variant_of",
		],
		order_by="name",
	)
	items = {item.name: item for item in items}
	for row in _website_items():
		item = items[row.item_code]
		shop.products[row.name] = product = _product(row, item, version)
		if version == "v1":
			product["images"].sort()
		shop.ids[row.name] = {
			"Website Item": (row.medusa_id, row.medusa_variant_id),
			"Item": (item.medusa_id, item.medusa_variant_id),
		}
		if item.has_variants:
			shop.ids[row.name]["variants"] = variants.ids(product["sku"])
	_add_collections(shop)
	if version == "v1":
		_add_prices(shop)
	else:
		_add_asked(shop, items)
	_add_price_ids(shop)
	return shop


def _website_items() -> list:
	"""Those that are in the shop: the published ones, and as drafts those that once were."""
	return frappe.get_all(
		"Website Item", or_filters={"published": 1, "medusa_id": ("is", "set")}, fields="*", order_by="name"
	)


def _product(row, item, version: str) -> dict:
	image = get_url(quote(row.website_image)) if row.website_image else None
	pictures = frappe.get_all(
		"File",
		{"attached_to_doctype": "Website Item", "attached_to_name": row.name},
		pluck="file_url",
		order_by="creation, name",
	)
	images = list(dict.fromkeys(filter(None, [image, *(get_url(quote(url)) for url in pictures)])))
	code = frappe.db.get_value("Country", item.country_of_origin, "code") or ""
	of_variants = variants.of_template(row) if item.has_variants else {}
	codes = of_variants.get("sku", [row.item_code])
	if version == "v1":
		stock = sum(sum(places.stock(code).values()) for code in codes)
	else:
		stock = {code: bundles.stock(code) for code in codes}
	return {
		"title": row.web_item_name,
		"description": lines(row.web_long_description or ""),
		"status": "published" if row.published else "draft",
		"collection": row.item_group,
		"sku": [row.item_code],
		"allow_backorder": [bool(row.on_backorder) and bundles.consists_of(row.item_code) != {}],
		"origin_country": code.upper() or None,
		"thumbnail": images[0] if images else None,
		"images": images,
		"item_code": row.item_code,
		"short_description": row.short_description or "",
		"ranking": row.ranking or 0,
		"specifications": _specifications(row.name),
		"stock": stock,
		**of_variants,
	}


def _specifications(name: str) -> list[tuple]:
	rows = frappe.get_all(
		"Item Website Specification",
		{"parenttype": "Website Item", "parent": name},
		["label", "description"],
		order_by="idx",
	)
	return [(row.label, lines(row.description)) for row in rows]


def _add_collections(shop: Shop) -> None:
	"""Each Item Group with a product has one; others may still have theirs."""
	needed = {product["collection"] for product in shop.products.values()}
	for row in frappe.get_all(
		"Item Group", ["name", "parent_item_group", "is_group", "medusa_id"], order_by="name"
	):
		if row.name in needed or row.medusa_id:
			shop.collections[row.name] = {
				"title": row.name,
				"parent_item_group": row.parent_item_group,
				"is_group": row.is_group,
			}
			shop.ids[row.name] = {"Item Group": row.medusa_id}


def _add_asked(shop: Shop, items: dict) -> None:
	asked, days = tiers.Asked(), days_of("v2")
	for product in shop.products.values():
		for sku in product["sku"]:
			shop.prices[sku] = asked.of_item(items[sku], days)


def days_of(version: str) -> list[date]:
	"""The days on which prices are compared."""
	doctypes = ("Item Price",) if version == "v1" else ("Item Price", tiers.RULE)
	fields = ["valid_from", "valid_upto"]
	return turning_days(
		[row for each in doctypes for row in frappe.get_all(each, fields=fields, order_by="name")]
	)


def _add_price_ids(shop: Shop) -> None:
	sold = {sku for product in shop.products.values() for sku in product["sku"]}
	filters = {"item_code": ("in", [*sold, ""]), "medusa_price_id": ("is", "set")}
	for row in frappe.get_all("Item Price", filters, "*", order_by="name"):
		shop.price_ids[row.medusa_price_id] = (row.item_code, row.price_list_rate)


def _add_prices(shop: Shop) -> None:
	rows = frappe.get_all("Item Price", {"price_list": PRICE_LIST}, "*", order_by="name")
	by_item = defaultdict(list)
	for row in rows:
		by_item[row.item_code].append(row)
	for product in shop.products.values():
		for sku in product["sku"]:
			for day in turning_days(rows):
				if row := latest(by_item[sku], day):
					shop.prices.setdefault(sku, {})[day] = [(row.currency.lower(), row.price_list_rate)]
