"""The quantities of Website Items that the shop can sell.

The quantity is that of the item's `website_warehouse` and the warehouses below it, in the stock UOM, less the
quantity that the shop's orders still have to get, and less what can't be delivered: expired and disabled batches, and
units that ERPNext has reserved for others. A variant without a warehouse of its own has its template's, as in webshop.
An item without any warehouse has no quantity, and neither has a non-stock item. A Product Bundle has the quantity that
its parts are enough for. Medusa counts in the unit that the shop sells, see `whole_units`.

A Website Item has the quantities of the Items that its product sells, in its list `sold`: that of its own Item, or those of a
template's variants, see stock/stocked_variants.py.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import floor

import frappe
from pypika import Criterion
from pypika.queries import QueryBuilder

from medusa_integration import settings, sold_units, sold_variants, tree
from medusa_integration.money import decimal
from medusa_integration.pages import pages
from medusa_integration.stock import batches, bundles, locations, reservations, stocked_variants
from medusa_integration.stock.locations import Locations

DOCTYPE = "Website Item"
FIELDS = (
	"name", "item_code", "website_warehouse", "variant_of", "custom_threshold_qty", "custom_in_stock",
	"medusa_id", "medusa_variant_id", "medusa_stock", "medusa_synced_on",
)  # fmt: skip
Units = dict[str, list[tuple[str, float]]]  # {item code: [(warehouse, quantity)]}


def of_items(names: Iterable[str]) -> list[frappe._dict]:
	"""Website Items with `FIELDS`, and in `sold` the Items that their product sells: the Website Item itself, or a template's
	variants as stocked_variants.py has them. Each of these has its Item's `is_stock_item`, its `quantity` (None where it has none)
	and `at`, the quantity by stock location (see stock/locations.py; {} where it has none), in stock units; `unit_size`, the stock
	units in one of the unit that the shop sells; and `keeper`, the DocType and name of the document with its ids and state. `sold_by`
	is the Website Item of the template whose product sells a variant's, "" for others. Takes a constant number of queries."""
	website_item = frappe.qb.DocType(DOCTYPE)
	return _read(website_item.name.isin([*names, ""]))


def of_published() -> Iterator[list[frappe._dict]]:
	"""All published Website Items, as by `of_items`, a page at a time, so that no list holds them all."""
	website_item = frappe.qb.DocType(DOCTYPE)
	for page in pages(DOCTYPE, {"published": 1}, []):
		yield _read((website_item.published == 1) & website_item.name[page[0].name : page[-1].name])


def warehouses_of(codes: list[str]) -> dict[str, set[str]]:
	"""`{item code: the warehouses whose stock the shop sells of it}`, of Items that have a Website Item or are a template's
	variants."""
	selling = sold_variants.products_of(codes)
	own = frappe.get_all(DOCTYPE, {"item_code": ("in", codes)}, pluck="name", order_by=None)
	found = {
		item["item_code"]: item["website_warehouse"]
		for page in of_items({*selling.values(), *own})
		for item in page["sold"]
		if item["website_warehouse"]
	}
	below = _warehouses(set(found.values()))
	return {code: below.get(root, set()) for code, root in found.items()}


def in_stock(item: frappe._dict) -> int:
	"""Whether the quantity of a sold Item is above the threshold, both in stock units: the value of `custom_in_stock`. Where the shop sells
	another unit, there has to be a whole one."""
	is_above = (item["quantity"] or 0) > (item["custom_threshold_qty"] or 0)
	return int(is_above and (item["unit_size"] == 1 or sum(whole_units(item).values()) > 0))


def whole_units(item: frappe._dict) -> dict[str, int]:
	"""The quantities by stock location in whole units that the shop sells, rounded down; negative where more is promised
	than there is. An item without a quantity has 0 at each."""
	size = item["unit_size"]
	if size == 1:
		return {place: floor(item["at"].get(place, 0)) for place in item["places"]}
	return {place: floor(round(decimal(item["at"].get(place, 0)) / size, 6)) for place in item["places"]}


def _read(wanted: Criterion) -> list[frappe._dict]:
	"""Read Website Items. Loops over all items use subscripts: a frappe._dict's attributes take thirty times
	as long."""
	website_item, item = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Item")
	items = (
		frappe.qb.from_(website_item)
		.left_join(item)
		.on(item.name == website_item.item_code)
		.select(*(website_item[field] for field in FIELDS), item.is_stock_item)
		.select(item.stock_uom.as_("unit"), item[sold_units.FIELD].as_("told"))
		.where(wanted)
		.orderby(website_item.name)
		.run(as_dict=True)
	)
	codes: list[str] | QueryBuilder = (
		frappe.qb.from_(website_item).select(website_item.item_code).where(wanted)
	)
	sold = stocked_variants.expand(items)
	if len(sold) != len(items) or any(item["keeper"][0] != DOCTYPE for item in sold):
		codes = [item["item_code"] for item in sold] or [""]
	_count(sold, codes)
	return items


def _count(items: list[frappe._dict], codes: list[str] | QueryBuilder) -> None:
	"""Give sold Items their quantities.

	:param codes: the item codes, or the query of them
	"""
	_inherit_warehouses(items)
	parts = bundles.keep_stock(items, codes)
	stocked = [item for item in items if item["is_stock_item"] and item["website_warehouse"]]
	warehouses = _warehouses({item["website_warehouse"] for item in stocked})
	units_of, places = _units(codes), locations.current()
	if of_bundles := sorted({part for of_bundle in parts.values() for part in of_bundle}):
		units_of |= _units(of_bundles)
	for item in items:
		item["quantity"], item["at"], item["places"] = None, {}, places.all
		told = item.pop("told")
		item["unit_size"] = sold_units.at(told, item["unit"]).size if told else 1
	for item in stocked:
		below, code = warehouses.get(item["website_warehouse"]), item["item_code"]
		if below is not None:
			if code in parts:
				item["at"] = _whole_bundles(parts[code], units_of, below, places)
			else:
				item["at"] = _by_place(units_of.get(code, ()), below, places)
			item["quantity"] = round(sum(item["at"].values()), 6)


def _warehouses(roots: set[str]) -> dict[str, set[str]]:
	"""`{warehouse: its name and those of the warehouses below it}`, without those from which nothing is delivered:
	disabled ones, and below it those of rejected goods."""
	branches = tree.branches("Warehouse", roots)
	if not branches:
		return {}
	fields = ["name", "disabled"]
	if frappe.get_meta("Warehouse").has_field("is_rejected_warehouse"):
		fields.append("is_rejected_warehouse")
	closed = frappe.get_all(
		"Warehouse", or_filters=dict.fromkeys(fields[1:], 1), fields=fields, order_by=None
	)
	disabled = {row.name for row in closed if row.disabled}
	rejected = {row.name for row in closed} - disabled
	return {root: {*names} - disabled - (rejected - {root}) for root, names in branches.items()}


def _whole_bundles(
	parts: dict[str, float], units_of: Units, below: set[str], places: Locations
) -> dict[str, float]:
	"""A bundle's quantities by stock location: all its parts have to be at one."""
	at = {code: _by_place(units_of.get(code, ()), below, places) for code in parts}
	return {
		place: bundles.whole_bundles(parts, {code: at[code][place] for code in parts}) for place in places.all
	}


def _by_place(units: Iterable[tuple[str, float]], below: set[str], places: Locations) -> dict[str, float]:
	"""The rounded sums by stock location of what is in these warehouses: many small movements don't add up exactly."""
	found: dict[str, float] = dict.fromkeys(places.all, 0)
	for warehouse, number in units:
		if warehouse in below:
			found[places.of(warehouse)] += number
	return {place: round(number, 6) for place, number in found.items()}


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


def _units(codes: list[str] | QueryBuilder) -> Units:
	"""`{item code: [(warehouse, quantity)]}`, less what can't be delivered to the shop's next customer."""
	bin, subtracts = frappe.qb.DocType("Bin"), settings.current().subtract_reserved
	query = frappe.qb.from_(bin).where(bin.item_code.isin(codes)).select(bin.item_code, bin.warehouse)
	held = batches.undeliverable(codes)
	stocked, by_code = defaultdict(list), defaultdict(list)
	for code, warehouse, units in query.select(bin.actual_qty).run():
		stocked[code].append((warehouse, units or 0))
	for code, warehouse, units in query.select(bin.reserved_qty).run() if subtracts else ():
		by_code[code].append((warehouse, -(units or 0)))
	for code, units in stocked.items():
		by_code[code] += batches.deduct(units, held[code]) if code in held else units
	for code, by_warehouse in reservations.corrections(codes).items():
		by_code[code] += by_warehouse.items()
	return by_code
