"""Product Bundles: the parts by which a bundle's quantity is counted.

ERPNext keeps no stock of a bundle, and delivers its parts. Parts that ERPNext keeps no stock of, as a service, don't
limit it; a bundle of only such parts has no quantity.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import floor

import frappe
from pypika import Criterion
from pypika.queries import QueryBuilder

Parts = dict[str, dict[str, float]]  # {bundle's item code: {part's item code: units in one bundle}}


def parts_of(codes: Sequence[str] | QueryBuilder) -> Parts:
	"""The stock parts of enabled Product Bundles; items that aren't such a bundle are left out.

	:param codes: of items, at least one, or the query of them
	"""
	if not _has_bundles():
		return {}
	bundle, part, item = _tables()
	found: Parts = defaultdict(lambda: defaultdict(float))
	for code, part_code, units in (
		_rows(bundle.new_item_code.isin(codes) & (item.is_stock_item == 1))
		.select(bundle.new_item_code, part.item_code, part.qty)
		.run()
	):
		found[code][part_code] += units or 0
	return found


def containing(item_codes: Iterable[str]) -> set[str]:
	"""The item codes of the enabled Product Bundles that contain any of these items."""
	if not _has_bundles():
		return set()
	bundle, part, _item = _tables()
	return {
		code for (code,) in _rows(part.item_code.isin([*item_codes, ""])).select(bundle.new_item_code).run()
	}


def keep_stock(items: list[frappe._dict], codes: QueryBuilder | None = None) -> Parts:
	"""Give Website Items of bundles with stock parts `is_stock_item` 1, since their variants have a quantity, and those
	without a warehouse that of a part's Website Item, as in webshop.

	:param items: with `item_code`, `is_stock_item` and `website_warehouse`; changed
	:param codes: the query of their item codes, for many items
	:returns: the bundles' parts
	"""
	parts = parts_of(codes or [item["item_code"] for item in items] or [""])
	bundles = [item for item in items if item["item_code"] in parts]
	for item in bundles:
		item["is_stock_item"] = 1
	_inherit_warehouses([item for item in bundles if not item["website_warehouse"]], parts)
	return parts


def whole_bundles(in_one: dict[str, float], units_of: dict[str, float]) -> int:
	"""The number of bundles that the parts are enough for; negative where more is promised than there is.

	:param in_one: units of each part in one bundle
	:param units_of: the parts' quantities
	"""
	return min(floor(round(units_of.get(code, 0) / units, 6)) for code, units in in_one.items() if units > 0)


def _inherit_warehouses(items: list[frappe._dict], parts: Parts) -> None:
	wanted = {code for item in items for code in parts[item["item_code"]]}
	if not wanted:
		return
	filters = {"item_code": ("in", sorted(wanted)), "website_warehouse": ("is", "set")}
	fields = ["item_code", "website_warehouse"]
	of_part = dict(frappe.get_all("Website Item", filters, fields, as_list=True, order_by=None))
	for item in items:
		item["website_warehouse"] = next(filter(None, map(of_part.get, parts[item["item_code"]])), None)


def _has_bundles() -> bool:
	return frappe.db.table_exists("Product Bundle")


def _tables() -> tuple:
	return tuple(frappe.qb.DocType(doctype) for doctype in ("Product Bundle", "Product Bundle Item", "Item"))


def _rows(wanted: Criterion) -> QueryBuilder:
	bundle, part, item = _tables()
	query = (
		frappe.qb.from_(part)
		.join(bundle)
		.on((bundle.name == part.parent) & (part.parenttype == "Product Bundle"))
		.join(item)
		.on(item.name == part.item_code)
		.where(wanted)
	)
	if frappe.get_meta("Product Bundle").has_field("disabled"):
		query = query.where(bundle.disabled == 0)
	return query
