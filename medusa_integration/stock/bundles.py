"""Product Bundles: the parts by which a bundle's quantity is counted.

ERPNext keeps no stock of a bundle, and delivers its parts. Parts that ERPNext keeps no stock of, as a service, don't
limit it; a bundle of only such parts has no quantity. A bundle with a part that isn't sold any more, or that is a bundle
itself, has the quantity 0: ERPNext delivers no parts of a part.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from math import floor

import frappe
from frappe import _
from frappe.utils import formatdate, getdate
from pypika import Criterion
from pypika.queries import QueryBuilder

Parts = dict[str, dict[str, float]]  # {bundle's item code: {part's item code: units in one bundle}}
NOTHING = ""  # in place of a part that can't be delivered: there is no unit of it
FIRST_DAY = date(1900, 1, 1)  # Sites older than MariaDB's strict mode may have 0000-00-00 for no date.
FIELDS = ("is_stock_item", "disabled", "end_of_life")  # of a part's Item


def parts_of(codes: Sequence[str] | QueryBuilder) -> Parts:
	"""The stock parts of enabled Product Bundles; items that aren't such a bundle are left out. Parts that can't be delivered
	are NOTHING.

	:param codes: of items, at least one, or the query of them
	"""
	found: Parts = defaultdict(lambda: defaultdict(float))
	for row in _part_rows(codes):
		if _problem(row):
			found[row.bundle][NOTHING] = 1
		elif row.is_stock_item:
			found[row.bundle][row.part] += row.units or 0
	return found


def problems(codes: Sequence[str]) -> dict[str, str]:
	"""`{item code: the reason, with the step to take}` of the enabled Product Bundles that can't be delivered.

	:param codes: of items
	"""
	found: dict[str, str] = {}
	for row in _part_rows([*codes, ""]):
		if words := _problem(row):
			found.setdefault(row.bundle, words)
	return found


def _problem(row: frappe._dict) -> str:
	"""Why a part can't be delivered; "" where it can."""
	last = getdate(row.end_of_life) if row.end_of_life else None
	is_over = last and FIRST_DAY < last <= getdate()
	if not (row.inner or row.disabled or is_over):
		return ""
	if row.inner:
		words = _(
			"Its part {0} is a Product Bundle itself, whose parts ERPNext doesn't deliver: put these into the Product Bundle {1}."
		)
	elif row.disabled:
		words = _("Its part {0} is disabled: enable it, or put another part into the Product Bundle {1}.")
	else:
		words = _(
			"Its part {0} reached its End of Life on {2}: change that date, or put another part into the Product Bundle {1}."
		)
	return words.format(row.part, row.bundle, formatdate(last) if last else "")


def _part_rows(codes: Sequence[str] | QueryBuilder) -> list[frappe._dict]:
	"""The parts of enabled Product Bundles: `bundle`, `part`, `units`, FIELDS, and `inner`, the part's own enabled bundle."""
	if not _has_bundles():
		return []
	bundle, part, item = _tables()
	inner = frappe.qb.DocType("Product Bundle").as_("inner_bundle")
	is_inner = inner.new_item_code == part.item_code
	if _can_be_disabled():
		is_inner &= inner.disabled == 0
	query = _rows(bundle.new_item_code.isin(codes)).left_join(inner).on(is_inner)
	columns = (bundle.new_item_code.as_("bundle"), part.item_code.as_("part"), part.qty.as_("units"))
	query = query.select(*columns, *(item[field] for field in FIELDS), inner.name.as_("inner"))
	return query.orderby(bundle.name, part.idx).run(as_dict=True)


def containing(item_codes: Iterable[str]) -> set[str]:
	"""The item codes of the enabled Product Bundles that contain any of these items."""
	if not _has_bundles():
		return set()
	bundle, part, _item = _tables()
	return {
		code for (code,) in _rows(part.item_code.isin([*item_codes, ""])).select(bundle.new_item_code).run()
	}


def keep_stock(items: list[frappe._dict], codes: Sequence[str] | QueryBuilder | None = None) -> Parts:
	"""Give Website Items of bundles with stock parts `is_stock_item` 1, since their variants have a quantity, and those
	without a warehouse that of a part's Website Item, as in webshop. One that can't be delivered isn't sold on backorder
	either.

	:param items: with `item_code`, `is_stock_item` and `website_warehouse`; changed
	:param codes: their item codes, or the query of them for many items
	:returns: the bundles' parts
	"""
	parts = parts_of(codes or [item["item_code"] for item in items] or [""])
	bundles = [item for item in items if item["item_code"] in parts]
	for item in bundles:
		item["is_stock_item"] = 1
		if NOTHING in parts[item["item_code"]]:
			item["on_backorder"] = 0
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
	if _can_be_disabled():
		query = query.where(bundle.disabled == 0)
	return query


def _can_be_disabled() -> bool:
	return frappe.get_meta("Product Bundle").has_field("disabled")
