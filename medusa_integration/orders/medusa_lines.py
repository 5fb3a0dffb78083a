"""Rows of Sales Orders ↔ lines of Medusa's orders.

A row of an order from Medusa names its line. A row of an order made from a quotation doesn't: the row is
matched by its item's variant, else by its item code, as the SKU.

Source: docs/reference.md, "Deliveries".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.utils import flt

from medusa_integration.medusa.order import Order
from medusa_integration.money import SAFE_DECIMALS, decimal, half_up
from medusa_integration.plain_text import clean
from medusa_integration.sold_units import SIZE_FIELD

ONE = Decimal(1)
SLACK = Decimal("1e-9")  # of a conversion factor, as ERPNext stores it: a twelfth isn't exact


@dataclass(frozen=True)
class SoldRow:
	"""The fields of a Sales Order's row by which its line is found.

	:param name: of the Sales Order Item
	:param variant_id: of its item in Medusa, "" where it has none
	:param size: the stock units in one of Medusa's units
	"""

	name: str
	line_id: str
	variant_id: str
	sku: str
	size: Decimal = ONE


def sold_rows(names: Iterable[str]) -> dict[str, SoldRow]:
	"""Rows of Sales Orders by their names, in the documents' order, in two queries."""
	filters = {"name": ("in", [*names, ""])}
	fields = ["name", "item_code", "medusa_line_id", SIZE_FIELD]
	rows = frappe.get_all("Sales Order Item", filters, fields, order_by="parent, idx")
	items = {"name": ("in", [*{row.item_code for row in rows}, ""])}
	variants = dict(frappe.get_all("Item", items, ["name", "medusa_variant_id"], as_list=True, order_by=None))
	return {
		row.name: SoldRow(
			row.name,
			row.medusa_line_id or "",
			variants.get(row.item_code) or "",
			clean(row.item_code),
			size_of(row),
		)
		for row in rows
	}


def matched(order: Order, rows: Iterable[SoldRow]) -> dict[str, str]:
	"""`{row: line id}`. Rows of one item take the lines of its variant in turn, and the last one if there are more rows
	than lines; a row without any line is left out. Touches no database."""
	rows = list(rows)
	found = {row.name: row.line_id for row in rows if row.line_id}
	taken = set(found.values())
	for row in rows:
		if row.line_id:
			continue
		own = [line for line in order.lines if row.variant_id and line.variant_id == row.variant_id]
		fitting = own or [line for line in order.lines if line.sku == row.sku]
		free = [line for line in fitting if line.id not in taken] or fitting[-1:]
		if free:
			found[row.name] = free[0].id
			taken.add(free[0].id)
	return found


def name_lines(order: Order, sales_order) -> None:
	"""Write the lines' ids to the rows of a Sales Order that lack them, such as rows made from a
	quotation."""
	if all(row.medusa_line_id for row in sales_order.items):
		return
	lines = matched(order, sold_rows(row.name for row in sales_order.items).values())
	for row in sales_order.items:
		if not row.medusa_line_id and row.name in lines:
			row.medusa_line_id = lines[row.name]
			frappe.db.set_value(
				"Sales Order Item", row.name, "medusa_line_id", row.medusa_line_id, update_modified=False
			)


def size_of(row) -> Decimal:
	"""The stock units in one of the units in which Medusa counts a Sales Order's row."""
	return exact_quantity(row.get(SIZE_FIELD)) or ONE


def line_sizes(sales_order) -> dict[str, Decimal]:
	"""`{line id: the stock units in one of its units}`"""
	return {row.medusa_line_id: size_of(row) for row in sales_order.items if row.medusa_line_id}


def stock_units(row) -> Decimal:
	"""The quantity of a document's row in stock units."""
	return exact_quantity(flt(row.qty) * (flt(row.conversion_factor) or 1))


def from_medusa(quantity: Decimal, size: Decimal) -> Decimal:
	"""A quantity of a line, in stock units."""
	return _whole(quantity * size, quantity * SLACK)


def to_medusa(units: Decimal, size: Decimal) -> Decimal:
	"""A quantity in stock units, as Medusa counts the line. It may be a part of a unit."""
	quantity = units / size
	return _whole(quantity, quantity * SLACK / size)


def in_unit(units: Decimal, factor: float | None) -> float:
	"""A quantity in stock units, in the unit of a row with this conversion factor."""
	size = exact_quantity(factor) or ONE
	return float(to_medusa(units, size))


def _whole(number: Decimal, slack: Decimal) -> Decimal:
	"""The nearest whole number, where the difference is one of rounded conversion factors; else the number. Without Frappe."""
	whole = number.to_integral_value()
	is_whole = abs(number - whole) <= min(slack, Decimal("0.001"))
	return whole if is_whole else half_up(number, SAFE_DECIMALS).normalize()


def exact_quantity(number: float | None) -> Decimal:
	"""A quantity from ERPNext, without floating-point error."""
	return decimal(flt(number, 9)).normalize()
