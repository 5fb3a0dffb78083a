"""The items that a customer may return of an order, and the announced returns.

Source: docs/reference.md, "Returns".
"""

from collections import defaultdict
from typing import NamedTuple

import frappe
from frappe.utils import flt

TABLE = "custom_returned_items"


class AnnouncedItem(NamedTuple):
	"""A quantity of an item, in one unit and at one rate."""

	item_code: str
	item_name: str
	qty: float
	uom: str
	rate: float
	amount: float


class Moves(NamedTuple):
	"""The delivered and the returned quantity of an order's row, in the row's unit."""

	delivered: float
	returned: float


def returnable(order) -> list[AnnouncedItem]:
	"""The delivered and not returned quantities, by item, in the order's sequence. An announced return counts
	as returned, once, also when its Delivery Note has come."""
	parts: dict[str, list[AnnouncedItem]] = {}
	for part in _left(order):
		parts.setdefault(part.item_code, []).append(part)
	return [_sum(each, order) for each in parts.values()]


def split(order, quantities: dict[str, float]) -> list[AnnouncedItem]:
	"""Split quantities of items, up to the returnable ones, by the order's rows that they come from, at these
	rows' rates.

	:param quantities: `{item code: quantity}`
	"""
	wanted, parts = dict(quantities), []
	for part in _left(order):
		taken = min(part.qty, wanted.get(part.item_code, 0))
		if taken > 0:
			parts.append(_part(order, part, taken))
			wanted[part.item_code] = flt(wanted[part.item_code] - taken, order.precision("qty", "items"))
	return parts


def announce(order, parts: list[AnnouncedItem], return_id: str | None) -> list:
	"""Add the rows of a return to a submitted, locked order. ERPNext's own save isn't made, because it would
	refuse a return of a customer whose credit limit is reached."""
	rows = []
	for part in parts:
		row = order.append(TABLE, {**part._asdict(), "medusa_return_id": return_id})
		row.docstatus = order.docstatus
		row.db_insert()
		rows.append(row)
	# A form that was opened before mustn't save the table without the new rows.
	order.db_set("status", order.status, notify=True)
	return rows


def announced(order, return_id: str) -> list:
	"""The rows of a return that was announced before."""
	return [row for row in order.get(TABLE) if row.medusa_return_id == return_id]


def _left(order) -> list[AnnouncedItem]:
	"""The returnable part of each of the order's rows. Returned quantities are taken off an item's first
	rows. Quantities of an item are in the unit of its first row."""
	units, moves = {}, _moves(order)
	for row in order.items:
		units.setdefault(row.item_code, (row.uom, flt(row.conversion_factor) or 1))
	shares = {row.name: (flt(row.conversion_factor) or 1) / units[row.item_code][1] for row in order.items}
	returned = _returned(order, moves, shares)
	parts = []
	for row in order.items:
		share = shares[row.name]
		delivered = moves[row.name].delivered * share
		gone = min(returned[row.item_code], delivered)
		returned[row.item_code] -= gone
		part = AnnouncedItem(
			row.item_code, row.item_name, 0, units[row.item_code][0], flt(row.rate) / share, 0
		)
		parts.append(_part(order, part, delivered - gone))
	return [part for part in parts if part.qty > 0]


def _returned(order, moves: dict[str, Moves], shares: dict[str, float]) -> dict[str, float]:
	asked, came = defaultdict(float), defaultdict(float)
	for row in order.get(TABLE):
		asked[row.item_code] += flt(row.qty)
	for row in order.items:
		came[row.item_code] += moves[row.name].returned * shares[row.name]
	return {row.item_code: max(asked[row.item_code], came[row.item_code]) for row in order.items}


def _moves(order) -> dict[str, Moves]:
	"""The moves of each row of the order. They are summed here, because ERPNext's own fields are net of
	returns, and `returned_qty` stays 0 where a return is made and submitted at once."""
	quantities = {row.name: [0.0, 0.0] for row in order.items}
	factors = {row.name: flt(row.conversion_factor) or 1 for row in order.items}
	for name, qty, factor in [
		*_moved("Delivery Note", order),
		*_moved("Sales Invoice", order, update_stock=1),
	]:
		quantities[name][qty < 0] += abs(flt(qty * (factor or 1) / factors[name], 9))
	return {
		# A supplier's delivery to the customer has no Delivery Note.
		row.name: Moves(max(quantities[row.name][0], flt(row.delivered_qty)), quantities[row.name][1])
		for row in order.items
	}


def _moved(doctype: str, order, **conditions) -> list[tuple[str, float, float]]:
	"""(row of the order, quantity, conversion factor) of submitted documents; returns are negative."""
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	query = frappe.qb.from_(row).join(doc).on(row.parent == doc.name)
	query = query.select(row.so_detail, row.qty, row.conversion_factor)
	for field, value in conditions.items():
		query = query.where(doc[field] == value)
	names = [each.name for each in order.items]
	return query.where((doc.docstatus == 1) & row.so_detail.isin(names)).run()


def _part(order, part: AnnouncedItem, qty: float) -> AnnouncedItem:
	qty = flt(qty, order.precision("qty", "items"))
	return part._replace(qty=qty, amount=flt(qty * part.rate, order.precision("amount", "items")))


def _sum(parts: list[AnnouncedItem], order) -> AnnouncedItem:
	qty = flt(sum(part.qty for part in parts), order.precision("qty", "items"))
	amount = flt(sum(part.amount for part in parts), order.precision("amount", "items"))
	one_rate = len({part.rate for part in parts}) == 1
	rate = parts[0].rate if one_rate else flt(amount / qty, order.precision("rate", "items"))
	return parts[0]._replace(qty=qty, amount=amount, rate=rate)


def whole_numbers_only(uoms: set[str]) -> set[str]:
	"""The units among these that allow no fractions."""
	return set(frappe.get_all("UOM", {"name": ("in", list(uoms)), "must_be_whole_number": 1}, pluck="name"))
