"""Product Bundles as Medusa's inventory kits: the variant of a bundle consists of its parts' inventory items, and Medusa counts how
many bundles these are enough for.

A part that the shop sells itself has the inventory item of its variant, whose level its own Website Item's row sends. Every other
part is a *lone* part: an inventory item without a product, with the item code as SKU, whose level goes along with the bundle's row.
It has the stock of the warehouses of all bundles that contain it. The state of a lone part is in its Item.

A bundle is no kit where a part isn't a whole number of Medusa's units, or can't be delivered: its own quantity is sent then. On v1
there are no kits.

Source: docs/reference.md, "Product Bundles".
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.money import decimal
from medusa_integration.plain_text import clean
from medusa_integration.stock import bundles, quantities

Items = dict[str, frappe._dict]  # by item code


def attach(pages: list[frappe._dict]) -> None:
	"""Give the sold Items that are kits in Medusa `kit`, their parts as Dialect.set_stock takes them, and Website Items `lone_parts`,
	which are like sold Items. Takes a constant number of queries; none without a bundle.

	:param pages: as quantities.of_items returns them; changed
	"""
	for page in pages:
		page["lone_parts"] = []
	found = [(page, item) for page in pages for item in page["sold"] if _may_be(item)]
	if not found or settings.version() != settings.CURRENT:
		return
	codes = {code for _page, item in found for code in item["parts"]}
	own = _sold(codes)
	lone = _lone(codes - own.keys())
	for page, item in found:
		required = {code: _required(code, item, own) for code in item["parts"]}
		if all(number == number.to_integral_value() and number > 0 for number in required.values()):
			parts = {code: own.get(code) or lone[code] for code in required}
			item["kit"] = [
				{
					"sku": clean(code),
					"variant_id": part["medusa_variant_id"],
					"required": int(required[code]),
				}
				for code, part in sorted(parts.items())
			]
			page["lone_parts"] += [part for code, part in parts.items() if code not in own]


def _may_be(item: frappe._dict) -> bool:
	parts = item.get("parts")
	return bool(parts and item["medusa_variant_id"]) and bundles.NOTHING not in parts


def _required(code: str, item: frappe._dict, own: Items) -> Decimal:
	"""Medusa's units of a part in one of the bundle's."""
	size = own[code]["unit_size"] if code in own else 1
	return round(decimal(item["parts"][code]) * decimal(item["unit_size"]) / decimal(size), 6)


def _sold(codes: Iterable[str]) -> Items:
	"""The parts that the shop sells, and whose level their own Website Item's row sends."""
	pages = quantities.of_items(sold_variants.products_of(codes).values())
	sold = (item for page in pages if not page["sold_by"] for item in page["sold"])
	return {
		item["item_code"]: item
		for item in sold
		if item["medusa_variant_id"] and item["quantity"] is not None and not item.get("parts")
	}


def _lone(codes: Iterable[str]) -> Items:
	codes = sorted(codes)
	if not codes:
		return {}
	warehouses = _warehouses(codes)
	at = quantities.in_warehouses(warehouses)
	fields = ["name", "medusa_stock"]
	rows = frappe.get_all("Item", {"name": ("in", codes)}, fields, order_by=None)
	return {
		row.name: frappe._dict(
			item_code=row.name,
			keeper=("Item", row.name),
			medusa_stock=row.medusa_stock,
			medusa_variant_id="",
			medusa_id="",
			is_stock_item=1,
			is_part=True,
			unit_size=1,
			places=tuple(at[row.name]),
			at=at[row.name],
			quantity=round(sum(at[row.name].values()), 6),
		)
		for row in rows
	}


def _warehouses(codes: list[str]) -> dict[str, set[str]]:
	"""`{part: the warehouses of all bundles in the shop that contain it}`."""
	of_bundles = bundles.with_parts(codes)
	selling = sold_variants.products_of({bundle for each in of_bundles.values() for bundle in each})
	root = {
		item["item_code"]: item["website_warehouse"]
		for page in quantities.of_items(selling.values())
		for item in page["sold"]
		if item["website_warehouse"]
	}
	return {code: {root[each] for each in of_bundles.get(code, ()) if each in root} for code in codes}
