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
from medusa_integration.money import decimal
from medusa_integration.plain_text import clean


@dataclass(frozen=True)
class SoldRow:
	"""The fields of a Sales Order's row by which its line is found.

	:param name: of the Sales Order Item
	:param variant_id: of its item in Medusa, "" where it has none
	"""

	name: str
	line_id: str
	variant_id: str
	sku: str


def sold_rows(names: Iterable[str]) -> dict[str, SoldRow]:
	"""Rows of Sales Orders by their names, in the documents' order, in two queries."""
	filters = {"name": ("in", [*names, ""])}
	rows = frappe.get_all(
		"Sales Order Item", filters, ["name", "item_code", "medusa_line_id"], order_by="parent, idx"
	)
	items = {"name": ("in", [*{row.item_code for row in rows}, ""])}
	variants = dict(frappe.get_all("Item", items, ["name", "medusa_variant_id"], as_list=True, order_by=None))
	return {
		row.name: SoldRow(
			row.name, row.medusa_line_id or "", variants.get(row.item_code) or "", clean(row.item_code)
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


def exact_quantity(number: float | None) -> Decimal:
	"""A quantity from ERPNext, without floating-point error."""
	return decimal(flt(number, 9)).normalize()
