"""The quantities of Website Items that the shop can sell.

The quantity is that of the item's `website_warehouse` and the warehouses below it, in the stock UOM, less the
quantity that the shop's orders still have to get. A variant without a warehouse of its own has its
template's, as in webshop. An item without any warehouse has no quantity, and neither has a non-stock item.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import floor

import frappe
from pypika import Criterion

from medusa_integration import settings, tree
from medusa_integration.pages import pages
from medusa_integration.stock import locations, reservations
from medusa_integration.stock.locations import DEFAULT, Locations

DOCTYPE = "Website Item"
FIELDS = (
	"name", "item_code", "website_warehouse", "variant_of", "custom_threshold_qty", "custom_in_stock",
	"medusa_variant_id", "medusa_stock",
)  # fmt: skip


def of_items(names: Iterable[str], *more_fields: str) -> list[frappe._dict]:
	"""Website Items with `FIELDS`, their Item's `is_stock_item`, their `quantity` (None where they have none)
	and `at`, the quantity by stock location (see stock/locations.py; {} where they have none). Takes a
	constant number of queries."""
	website_item = frappe.qb.DocType(DOCTYPE)
	return _read(website_item.name.isin([*names, ""]), more_fields)


def of_published() -> Iterator[list[frappe._dict]]:
	"""All published Website Items, as by `of_items`, a page at a time, so that no list holds them all."""
	website_item = frappe.qb.DocType(DOCTYPE)
	for page in pages(DOCTYPE, {"published": 1}, []):
		yield _read((website_item.published == 1) & website_item.name[page[0].name : page[-1].name])


def in_stock(item: frappe._dict) -> int:
	"""Whether the quantity is above the threshold: the value of `custom_in_stock`."""
	return int((item["quantity"] or 0) > (item["custom_threshold_qty"] or 0))


def whole_units(item: frappe._dict) -> dict[str, int]:
	"""The quantities by stock location in whole units, rounded down; negative where more is promised than there is. An
	item without a quantity has 0 at each."""
	return {place: floor(item["at"].get(place, 0)) for place in item["places"]}


def _read(wanted: Criterion, more_fields: tuple[str, ...] = ()) -> list[frappe._dict]:
	"""Read Website Items. Loops over all items use subscripts: a frappe._dict's attributes take thirty times
	as long."""
	website_item, item = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Item")
	items = (
		frappe.qb.from_(website_item)
		.left_join(item)
		.on(item.name == website_item.item_code)
		.select(*(website_item[field] for field in (*FIELDS, *more_fields)), item.is_stock_item)
		.where(wanted)
		.orderby(website_item.name)
		.run(as_dict=True)
	)
	_inherit_warehouses(items)
	warehouses = tree.branches("Warehouse", {item["website_warehouse"] for item in items} - {None, ""})
	units_of, places = _units(wanted), locations.current()
	for item in items:
		item["quantity"], item["at"], item["places"] = None, {}, places.all if places.table else (DEFAULT,)
		if item["is_stock_item"] and item["website_warehouse"] in warehouses:
			below = warehouses[item["website_warehouse"]]
			units = [each for each in units_of.get(item["item_code"], ()) if each[0] in below]
			item["quantity"] = _sum(units)
			item["at"] = _by_place(units, places) if places.table else {DEFAULT: item["quantity"]}
	return items


def _by_place(units: list[tuple[str, float]], places: Locations) -> dict[str, float]:
	found = defaultdict(list)
	for warehouse, number in units:
		found[places.of(warehouse)].append((warehouse, number))
	return {place: _sum(found[place]) for place in places.all}


def _sum(units: Iterable[tuple[str, float]]) -> float:
	"""The rounded sum: many small movements don't add up exactly."""
	return round(sum(number for _warehouse, number in units), 6)


def _inherit_warehouses(items: list[frappe._dict]) -> None:
	"""Give variants without a warehouse that of their template's Website Item."""
	variants = [item for item in items if item["variant_of"] and not item["website_warehouse"]]
	if not variants:
		return
	templates = {"item_code": ("in", sorted({item["variant_of"] for item in variants}))}
	fields = ["item_code", "website_warehouse"]
	of_template = dict(frappe.get_all(DOCTYPE, templates, fields, as_list=True, order_by=None))
	for item in variants:
		item["website_warehouse"] = of_template.get(item["variant_of"])


def _units(wanted: Criterion) -> dict[str, list[tuple[str, float]]]:
	"""`{item code: [(warehouse, quantity)]}` of the wanted Website Items, less the quantities that orders of
	the shop get."""
	website_item, bin = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Bin")
	quantity = bin.actual_qty - bin.reserved_qty if settings.current().subtract_reserved else bin.actual_qty
	query = frappe.qb.from_(website_item).join(bin).on(bin.item_code == website_item.item_code)
	by_code = defaultdict(list)
	for code, warehouse, units in query.select(bin.item_code, bin.warehouse, quantity).where(wanted).run():
		by_code[code].append((warehouse, units or 0))
	for code, by_warehouse in reservations.corrections(wanted).items():
		by_code[code] += by_warehouse.items()
	return by_code
