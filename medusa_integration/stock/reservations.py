"""Quantities that the shop's orders still have to get, by item and warehouse, of lines that ERPNext and
Medusa both know, and those that ERPNext's Stock Reservation Entries keep for others.

A row of a Sales Order with a `medusa_line_id` is a line of an order in Medusa, and reserved there. Medusa's
stock should be ERPNext's stock less these rows, plus Medusa's present reservations for them.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import frappe
from frappe.query_builder.functions import IfNull, Sum
from frappe.utils import flt
from pypika.queries import QueryBuilder

from medusa_integration import settings

# Statuses of orders that ERPNext's Bin.reserved_qty doesn't count.
NOT_RESERVED = ("On Hold", "Closed")
Promised = dict[str, dict[str, float]]  # {item code: {warehouse: units}}


def corrections(codes: Sequence[str] | QueryBuilder) -> Promised:
	"""The corrections of the stock basis, in stock units: less the quantities that the shop's orders still
	have to get, plus those that the basis has subtracted for them already, less the units reserved for others.

	Closed orders get nothing more, those on hold do. Returned goods aren't delivered again. ERPNext's own
	count delivers them again, unless the Selling Settings say otherwise.
	An order of a Product Bundle gets the bundle's parts.

	:param codes: of items, at least one, or the query of them
	"""
	basis_subtracts = settings.current().subtract_reserved
	less_returned = basis_subtracts and bool(
		frappe.get_cached_doc("Selling Settings").get("dont_reserve_sales_order_qty_on_sales_return")
	)
	found: Promised = defaultdict(lambda: defaultdict(float))
	for row in (*_rows(codes), *_packed_rows(codes)):
		undelivered = max(0, flt(row.qty) - flt(row.delivered_qty))
		still = max(0, undelivered - flt(row.returned_qty))
		subtracted = 0
		if basis_subtracts and row.status not in NOT_RESERVED:
			subtracted = still if less_returned else undelivered
		found[row.item_code][row.warehouse] += (subtracted - still) * flt(row.conversion_factor or 1)
	for code, warehouse, units in _kept_for_others(codes, basis_subtracts):
		found[code][warehouse] -= flt(units)
	return found


def _rows(codes: Sequence[str] | QueryBuilder) -> list[frappe._dict]:
	row = frappe.qb.DocType("Sales Order Item")
	query = _open_rows(frappe.qb.from_(row)).select(row.item_code, row.warehouse, row.conversion_factor)
	return query.where(row.item_code.isin(codes)).run(as_dict=True)


def _packed_rows(codes: Sequence[str] | QueryBuilder) -> list[frappe._dict]:
	"""The parts of Product Bundles, as rows with the bundle's quantities and the units in one bundle as conversion factor."""
	if not frappe.db.table_exists("Packed Item"):
		return []
	part, row = frappe.qb.DocType("Packed Item"), frappe.qb.DocType("Sales Order Item")
	query = frappe.qb.from_(part).join(row).on(row.name == part.parent_detail_docname)
	query = _open_rows(query).select(part.item_code, part.warehouse, part.qty.as_("packed"))
	of_orders = (part.parenttype == "Sales Order") & (part.item_code != row.item_code)
	rows = query.where(of_orders & part.item_code.isin(codes)).run(as_dict=True)
	return [frappe._dict(row, conversion_factor=flt(row.packed) / row.qty) for row in rows]


def _open_rows(query: QueryBuilder) -> QueryBuilder:
	"""Of a query of Sales Order Items: the undelivered lines of the shop's orders, with their quantities."""
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	by_shop = (row.medusa_line_id != "") & (row.qty > row.delivered_qty)
	query = (
		query.join(order)
		.on(order.name == row.parent)
		.select(row.qty, row.delivered_qty, row.returned_qty, order.status)
		.where(by_shop & (order.docstatus == 1) & (order.status != "Closed"))
	)
	if frappe.get_meta("Sales Order Item").has_field("delivered_by_supplier"):
		query = query.where(row.delivered_by_supplier == 0)
	return query


def _kept_for_others(codes: Sequence[str] | QueryBuilder, basis_subtracts: bool) -> list[tuple]:
	"""(item code, warehouse, units) of submitted Stock Reservation Entries: ERPNext delivers these units only for the document they are kept for.
	Those of rows that are subtracted anyway are left out: the shop's, and with the basis *Actual minus reserved* those
	of other open orders."""
	if not frappe.db.table_exists("Stock Reservation Entry"):
		return []
	entry, order = frappe.qb.DocType("Stock Reservation Entry"), frappe.qb.DocType("Sales Order")
	row, meta = frappe.qb.DocType("Sales Order Item"), frappe.get_meta("Stock Reservation Entry")
	units = entry.reserved_qty - entry.delivered_qty
	for used in ("transferred_qty", "consumed_qty"):
		if meta.has_field(used):
			units -= IfNull(entry[used], 0)
	subtracted = (IfNull(row.medusa_line_id, "") != "") & (order.status != "Closed")
	if basis_subtracts:
		subtracted |= order.status.notin(NOT_RESERVED)
	return (
		frappe.qb.from_(entry)
		.left_join(row)
		.on((entry.voucher_type == "Sales Order") & (row.name == entry.voucher_detail_no))
		.left_join(order)
		.on(order.name == row.parent)
		.select(entry.item_code, entry.warehouse, Sum(units))
		.where((entry.docstatus == 1) & (entry.delivered_qty < entry.reserved_qty))
		.where(entry.item_code.isin(codes) & (row.name.isnull() | ~subtracted))
		.groupby(entry.item_code, entry.warehouse)
		.run()
	)


def sold_to_the_shop(item_codes: Iterable[str]) -> set[str]:
	"""The items among these that any order of the shop has as a known line, or as a part of one."""
	codes = [*item_codes, ""]
	filters = {"item_code": ("in", codes), "medusa_line_id": ("is", "set")}
	found = set(frappe.get_all("Sales Order Item", filters, pluck="item_code", distinct=True, order_by=None))
	if not frappe.db.table_exists("Packed Item"):
		return found
	part, row = frappe.qb.DocType("Packed Item"), frappe.qb.DocType("Sales Order Item")
	query = frappe.qb.from_(part).join(row).on(row.name == part.parent_detail_docname)
	of_orders = (part.parenttype == "Sales Order") & (row.medusa_line_id != "")
	query = query.select(part.item_code).distinct().where(of_orders & part.item_code.isin(codes))
	return found | set(query.run(pluck=True))


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
