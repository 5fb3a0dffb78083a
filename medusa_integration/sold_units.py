"""The unit in which the shop sells an Item: its stock unit, or, where the configuration says so, its Default Sales Unit of
Measure, such as a box of twelve.

Three answers: `wanted` is what the configuration and the Items say now. `announced` is what the product in Medusa says; its prices
are sent in this unit. `at` is the unit in which the shop sold at a moment: it changes when Medusa has taken the prices, so that
an order counts in the unit of its price. The stock follows.

Source: docs/reference.md, "The unit that the shop sells".
"""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import get_datetime

from medusa_integration import settings
from medusa_integration.money import decimal
from medusa_integration.pages import pages

# Of an Item: JSON, {"units": [[since, unit, its size in stock units], …], "next": [unit, size]}, the oldest first. "next" is the
# announced unit while its prices aren't sent yet.
FIELD = "medusa_sold_units"
SIZE_FIELD = "medusa_unit_size"  # of a row: the stock units in one of Medusa's; 0 for 1


class SoldUnit(NamedTuple):
	"""A unit, and its size in stock units."""

	uom: str
	size: Decimal = Decimal(1)


def wanted(codes: Iterable[str]) -> dict[str, SoldUnit]:
	"""`{item code: the unit in which the shop is to sell it}`, in at most three queries. A sales unit without a conversion of its
	own, or of its template, counts as none.
	"""
	fields = ["name", "stock_uom", "sales_uom", "variant_of"]
	items = frappe.get_all("Item", {"name": ("in", [*codes, ""])}, fields, order_by=None)
	in_sales_unit = [
		item
		for item in items
		if settings.current().sells_in_sales_unit and item.sales_uom not in (None, "", item.stock_uom)
	]
	sizes = _sizes(in_sales_unit)
	found = {item.name: SoldUnit(item.stock_uom) for item in items}
	for item in in_sales_unit:
		size = sizes.get((item.name, item.sales_uom)) or sizes.get((item.variant_of, item.sales_uom))
		if size:
			found[item.name] = SoldUnit(item.sales_uom, size)
	return found


def unconverted(codes: Iterable[str]) -> dict[str, str]:
	"""`{item code: the reason, with the step to take}` of the Items whose sales unit has no conversion: the shop sells them in
	their stock unit.
	"""
	if not settings.current().sells_in_sales_unit:
		return {}
	units = wanted(codes)
	filters = {"name": ("in", [*units, ""]), "sales_uom": ("is", "set")}
	words = _(
		"It is sold per {0}: its Default Sales Unit of Measure, {1}, has no conversion. Add {1} to the table UOMs of Item {2}."
	)
	return {
		item.name: words.format(units[item.name].uom, item.sales_uom, item.name)
		for item in frappe.get_all("Item", filters, ["name", "sales_uom"], order_by="name")
		if item.sales_uom != units[item.name].uom
	}


def told(codes: Iterable[str]) -> dict[str, SoldUnit]:
	"""`{item code: the unit in which the shop sells it}`, in one query."""
	fields = ["name", "stock_uom", FIELD]
	items = frappe.get_all("Item", {"name": ("in", [*codes, ""])}, fields, order_by=None)
	return {item.name: at(item[FIELD], item.stock_uom) for item in items}


def untold(codes: Iterable[str]) -> set[str]:
	"""The Items among these whose unit, or its size, isn't the one that their products say."""
	units = wanted(codes)
	fields = ["name", "stock_uom", FIELD]
	items = frappe.get_all("Item", {"name": ("in", [*units, ""])}, fields, order_by=None)
	return {item.name for item in items if announced(item[FIELD], item.stock_uom) != units[item.name]}


def rename(old: str, new: str) -> None:
	"""Write a unit's new name to the units that the shop was told: Frappe renames it in fields of its own alone."""
	for page in pages("Item", {FIELD: ("is", "set")}, [FIELD]):
		for item in page:
			history, coming = _history(item[FIELD]), _next(item[FIELD])
			if old in {uom for _since, uom, _size in history} | {coming and coming.uom}:
				units = [[since, new if uom == old else uom, size] for since, uom, size in history]
				if coming and coming.uom == old:
					coming = SoldUnit(new, coming.size)
				frappe.db.set_value("Item", item.name, FIELD, _dumped(units, coming), update_modified=False)


def _sizes(items: list[frappe._dict]) -> dict[tuple[str, str], Decimal]:
	"""`{(Item or template, unit): its size}`"""
	if not items:
		return {}
	parents = {each for item in items for each in (item.name, item.variant_of) if each}
	filters = {
		"parenttype": "Item",
		"parent": ("in", list(parents)),
		"uom": ("in", list({item.sales_uom for item in items})),
		"conversion_factor": (">", 0),
	}
	rows = frappe.get_all(
		"UOM Conversion Detail", filters, ["parent", "uom", "conversion_factor"], order_by=None
	)
	return {(row.parent, row.uom): decimal(row.conversion_factor) for row in rows}


def at(told: str | None, stock_uom: str, moment: datetime | None = None) -> SoldUnit:
	"""The unit in which the shop sold an Item at a moment: that of its prices.

	:param told: the Item's field
	:param stock_uom: of the Item
	:param moment: in the site's time; None: now
	"""
	unit = SoldUnit(stock_uom)
	for since, uom, size in _history(told):
		if moment is None or get_datetime(since) <= moment:
			unit = SoldUnit(uom, decimal(size))
	return unit


def announced(told: str | None, stock_uom: str) -> SoldUnit:
	"""The unit that an Item's product in Medusa says, in which its prices are sent."""
	return _next(told) or at(told, stock_uom)


def announcing(told: str | None, stock_uom: str, unit: SoldUnit) -> str | None:
	"""The field of an Item whose product has just been sent with a unit; None where it needn't change."""
	if announced(told, stock_uom) == unit:
		return None
	return _dumped(_history(told), None if at(told, stock_uom) == unit else unit)


def following(codes: Iterable[str]) -> dict[str, SoldUnit]:
	"""`{item code: its announced unit}` of the Items whose prices aren't sent in it yet, in one query."""
	filters = {"name": ("in", [*codes, ""]), FIELD: ("like", '%"next"%')}
	items = frappe.get_all("Item", filters, ["name", FIELD], order_by=None)
	return {item.name: unit for item in items if (unit := _next(item[FIELD]))}


def priced(units: dict[str, SoldUnit], now: datetime) -> dict[str, str]:
	"""`{item code: its field}` of the Items whose prices Medusa has just taken; without those that have been announced in
	another unit meanwhile.

	:param units: `{item code: the announced unit of the prices}`
	"""
	if not units:
		return {}
	items = frappe.get_all("Item", {"name": ("in", list(units))}, ["name", "stock_uom", FIELD], order_by=None)
	return {
		item.name: noted(item[FIELD], item.stock_uom, units[item.name], now) or _dumped(_history(item[FIELD]))
		for item in items
		if _next(item[FIELD]) == units[item.name]
	}


def noted(told: str | None, stock_uom: str, unit: SoldUnit, now: datetime) -> str | None:
	"""The field of an Item that the shop sells in a unit from now on; None where it needn't change."""
	if at(told, stock_uom) == unit:
		return None
	return _dumped([*_history(told), [str(now), unit.uom, float(unit.size)]])


def _dumped(history: list, next_unit: SoldUnit | None = None) -> str:
	if not next_unit:
		return json.dumps({"units": history})
	return json.dumps({"units": history, "next": [next_unit.uom, float(next_unit.size)]})


def _next(told: str | None) -> SoldUnit | None:
	try:
		uom, size = json.loads(told or "{}")["next"]
		return SoldUnit(str(uom), decimal(size)) if size > 0 else None
	except (TypeError, ValueError, KeyError):
		return None


def _history(told: str | None) -> list[tuple[str, str, float]]:
	"""The entries of an Item's field; none of one that a user or a script has overwritten."""
	try:
		units = json.loads(told or "{}")["units"]
		return [(str(get_datetime(since)), str(uom), float(size)) for since, uom, size in units if size > 0]
	except (TypeError, ValueError, KeyError):
		return []
