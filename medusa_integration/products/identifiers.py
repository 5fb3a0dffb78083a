"""Barcodes, weights, customs numbers, sizes and materials of Items, and the values of the field map.

Source: docs/reference.md, "Identifiers".
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import sold_units
from medusa_integration.medusa.identifiers import COLUMNS, MEASURES
from medusa_integration.money import decimal
from medusa_integration.plain_text import clean
from medusa_integration.products import field_map, seo, weights
from medusa_integration.sold_units import SoldUnit

PAGE = "Website Item"
BARCODE = "Item Barcode"
FIELDS = ("weight_per_unit", "weight_uom", "customs_tariff_number")
EAN = ("EAN", "EAN-13", "EAN-12", "EAN-8", "JAN", "ISBN-13")
UPC = ("UPC", "UPC-A")


def add_to(items: list[frappe._dict]) -> None:
	"""Set `columns`, `mapped` (metadata) and `route_handle` of Website Items, in a constant number of queries.

	:param items: with `name`, `item_code` and `sold_unit`
	"""
	codes = [item.item_code for item in items]
	of_item = _item_rows(codes)
	standard = _standard(of_item, {item.item_code: item.sold_unit for item in items})
	pages = field_map.read(PAGE, [item.name for item in items], seo.fields())
	texts = seo.texts(page.get("route") for page in pages.values())
	for item in items:
		page = pages.get(item.name) or frappe._dict()
		mapped = field_map.values("Item", of_item.get(item.item_code)) | field_map.values(PAGE, page)
		item.columns = {**standard.get(item.item_code, {}), **field_map.columns(mapped)}
		item.mapped = {**field_map.metadata(mapped), **texts.get(page.get("route"), {})}
		item.route_handle = seo.handle_of(page.get("route"))


def columns(item: frappe._dict) -> dict[str, Any]:
	"""The columns of a Website Item's payload, blank ones as None.

	:param item: as of `add_to`
	"""
	return {key: item.columns.get(key) for key in COLUMNS}


def route_handle(item: frappe._dict) -> dict[str, str]:
	"""The keys of a Website Item's payload where its handle is that of its route; {} else."""
	return {"route_handle": item.route_handle, "own_handle": ""} if item.route_handle else {}


def of_variants(codes: Iterable[str], units: dict[str, SoldUnit] | None = None) -> dict[str, dict[str, Any]]:
	"""`{item code: {column: value}}` of a template's variants, without blank columns, in a constant number of queries. A variant
	has its template's weight, size, material and customs number where it has none of its own.

	:param units: `sold_units.wanted` of the variants and their templates, where the caller has it
	"""
	codes = list(codes)
	rows = _item_rows(codes)
	templates = _item_rows({row.variant_of for row in rows.values() if row.variant_of})
	both = {**templates, **rows}
	standard = _standard(both, sold_units.wanted(both) if units is None else units)
	found = {
		code: {**standard.get(code, {}), **field_map.columns(field_map.values("Item", row))}
		for code, row in both.items()
	}
	return {
		code: {
			**{key: value for key, value in found.get(row.variant_of, {}).items() if key in MEASURES},
			**found[code],
		}
		for code, row in rows.items()
	}


def problems(website_items: Iterable[frappe._dict]) -> dict[str, str]:
	"""`{Website Item: the values of its Item and of itself that aren't sent, with the step to take}`, in a constant number of
	queries.

	:param website_items: with `name` and `item_code`
	"""
	items = list(website_items)
	rows = _item_rows([item.item_code for item in items])
	factors = weights.grams(row.weight_uom for row in rows.values())
	pages = field_map.read(PAGE, [item.name for item in items])
	found = {}
	for item in items:
		row = rows.get(item.item_code) or frappe._dict()
		words = _weight_problem(row, factors) + field_map.unconverted("Item", row)
		words += field_map.unconverted(PAGE, pages.get(item.name) or frappe._dict())
		if words:
			found[item.name] = " ".join(words)
	return found


def _weight_problem(row: frappe._dict, factors: dict[str, Decimal]) -> list[str]:
	if not math.isfinite(flt(row.weight_per_unit)):
		return [_("Its weight isn't sent: the Weight Per Unit of Item {0} is no number.").format(row.name)]
	if flt(row.weight_per_unit) <= 0 or row.weight_uom in factors:
		return []
	if not row.weight_uom:
		return [_("Its weight isn't sent: choose the Weight UOM of Item {0}.").format(row.name)]
	words = _(
		"Its weight isn't sent: the Weight UOM {0} has no conversion to grams. Add a UOM Conversion Factor from {0} to {1}."
	)
	return [words.format(row.weight_uom, weights.GRAM)]


def _item_rows(codes: Iterable[str]) -> dict[str, frappe._dict]:
	codes = list(codes)
	return field_map.read("Item", codes, (*FIELDS, "stock_uom", "variant_of")) if codes else {}


def _standard(rows: dict[str, frappe._dict], units: dict[str, SoldUnit]) -> dict[str, dict[str, Any]]:
	"""`{item code: columns}` of ERPNext's own fields, in two queries.

	:param units: in which the shop sells the Items: the weight and the barcode are those of this unit
	"""
	factors = weights.grams(row.weight_uom for row in rows.values())
	barcodes = _barcodes(rows, units)
	found = {}
	for code, row in rows.items():
		unit = units.get(code) or SoldUnit(row.stock_uom)
		weight = decimal(row.weight_per_unit)
		grams = (
			weight * factors.get(row.weight_uom, Decimal(0)) * unit.size if weight.is_finite() else Decimal(0)
		)
		values = {
			"weight": field_map.plain(round(grams, 3)) if grams > 0 else None,
			"hs_code": clean(row.customs_tariff_number),
			**barcodes.get(code, {}),
		}
		found[code] = {key: value for key, value in values.items() if value}
	return found


def _barcodes(rows: dict[str, frappe._dict], units: dict[str, SoldUnit]) -> dict[str, dict[str, str]]:
	"""`{item code: {column: barcode}}`, the first of each kind that is of the unit in the shop."""
	filters = {"parenttype": "Item", "parent": ("in", [*rows, ""])}
	fields = ["parent", "barcode", "barcode_type", "uom"]
	found: dict[str, dict[str, str]] = {}
	for row in frappe.get_all(BARCODE, filters, fields, order_by="parent, idx"):
		item = rows.get(row.parent)
		code = clean(row.barcode)
		if not item or not code:
			continue
		unit = units.get(row.parent) or SoldUnit(item.stock_uom)
		if (row.uom or item.stock_uom) == unit.uom:
			found.setdefault(row.parent, {}).setdefault(_column(row.barcode_type), code)
	return found


def _column(barcode_type: str | None) -> str:
	kind = (barcode_type or "").upper()
	return "ean" if kind in EAN else "upc" if kind in UPC else "barcode"


# --- changes


def item_changed(item) -> bool:
	"""Whether the save of an Item changes what its products say of it."""
	if any(item.has_value_changed(field) for field in {*FIELDS, *field_map.fields("Item")}):
		return True
	return _codes(item) != _codes(item.get_doc_before_save())


def page_changed(doc) -> bool:
	"""Whether the save of a Website Item changes a field that the field map or the search engines' settings name."""
	return any(doc.has_value_changed(field) for field in {*seo.fields(), *field_map.fields(PAGE)})


def _codes(item) -> list[tuple]:
	rows = item.get("barcodes") or () if item else ()
	return [(row.barcode, row.barcode_type or "", row.uom or "") for row in rows]
