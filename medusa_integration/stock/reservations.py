"""Quantities that the shop's orders still have to get, by item and warehouse, of lines that ERPNext and
Medusa both know.

A row of a Sales Order with a `medusa_line_id` is a line of an order in Medusa, and reserved there. Medusa's
stock should be ERPNext's stock less these rows, plus Medusa's present reservations for them.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.utils import flt
from pypika import Criterion

from medusa_integration import settings

# Statuses of orders that ERPNext's Bin.reserved_qty doesn't count.
NOT_RESERVED = ("On Hold", "Closed")
Promised = dict[str, dict[str, float]]  # {item code: {warehouse: units}}


def corrections(wanted: Criterion) -> Promised:
	"""The corrections of the stock basis, in stock units: less the quantities that the shop's orders still
	have to get, plus those that the basis has subtracted for them already.

	Closed orders get nothing more, those on hold do. Returned goods aren't delivered again. ERPNext's own
	count delivers them again, unless the Selling Settings say otherwise.

	:param wanted: of the Website Items
	"""
	basis_subtracts = settings.current().subtract_reserved
	less_returned = basis_subtracts and bool(
		frappe.get_cached_doc("Selling Settings").get("dont_reserve_sales_order_qty_on_sales_return")
	)
	found: Promised = defaultdict(lambda: defaultdict(float))
	for row in _rows(wanted):
		undelivered = max(0, flt(row.qty) - flt(row.delivered_qty))
		still = max(0, undelivered - flt(row.returned_qty))
		subtracted = 0
		if basis_subtracts and row.status not in NOT_RESERVED:
			subtracted = still if less_returned else undelivered
		found[row.item_code][row.warehouse] += (subtracted - still) * flt(row.conversion_factor or 1)
	return found


def _rows(wanted: Criterion) -> list[frappe._dict]:
	website_item, order = frappe.qb.DocType("Website Item"), frappe.qb.DocType("Sales Order")
	row = frappe.qb.DocType("Sales Order Item")
	by_shop = (row.medusa_line_id != "") & (row.qty > row.delivered_qty)
	fields = ("item_code", "warehouse", "qty", "delivered_qty", "returned_qty", "conversion_factor")
	query = (
		frappe.qb.from_(website_item)
		.join(row)
		.on(row.item_code == website_item.item_code)
		.join(order)
		.on(order.name == row.parent)
		.select(*(row[field] for field in fields), order.status)
		.where(wanted & by_shop & (order.docstatus == 1) & (order.status != "Closed"))
	)
	if frappe.get_meta("Sales Order Item").has_field("delivered_by_supplier"):
		query = query.where(row.delivered_by_supplier == 0)
	return query.run(as_dict=True)


def sold_to_the_shop(item_codes: Iterable[str]) -> set[str]:
	"""The items among these that any order of the shop has as a known line."""
	filters = {"item_code": ("in", [*item_codes, ""]), "medusa_line_id": ("is", "set")}
	return set(frappe.get_all("Sales Order Item", filters, pluck="item_code", distinct=True, order_by=None))


def known_lines(line_ids: Iterable[str]) -> set[str]:
	"""The lines among these that are ERPNext's to promise: those of a submitted Sales Order, or of cancelled
	ones only. Quantities that Medusa has reserved for other lines aren't for sale."""
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	states = defaultdict(set)
	for part in frappe.utils.create_batch(sorted(set(line_ids)), 500):
		query = frappe.qb.from_(row).join(order).on(order.name == row.parent)
		for line, state in (
			query.select(row.medusa_line_id, order.docstatus).where(row.medusa_line_id.isin(part)).run()
		):
			states[line].add(state)
	return {line for line, found in states.items() if 1 in found or 0 not in found}
