"""Returns in Medusa → draft return Delivery Notes and credit notes in ERPNext, for just the lines that come back.

They stay drafts: somebody has to see the goods first. A return that was announced is drafted with what was asked for; once
Medusa has received it, the drafts have what has come, and what was billed gets a credit note.

Source: docs/reference.md, "Returns from Medusa".
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api
from medusa_integration.inbound.blocked import Blocked
from medusa_integration.medusa.orders import Order, Part, Return

DELIVERY, INVOICE = "Delivery Note", "Sales Invoice"
# In which a return's rows name the rows that come back.
RETURNED_ROW = {DELIVERY: "dn_detail", INVOICE: "sales_invoice_item"}


class SoldRow(NamedTuple):
	"""A row of a submitted Delivery Note or Sales Invoice."""

	name: str
	parent: str
	line_id: str
	qty: float  # less what came back


def take_back(order: Order, sales_order) -> None:
	"""A step of an order: draft what its returns in Medusa have, and drop the drafts of a return that was cancelled.

	Returns that were made known by ERPNext are left alone, and so are those whose documents somebody has submitted or
	cancelled.

	:raises Blocked: where ERPNext hasn't delivered what comes back
	"""
	if sales_order.docstatus != 1:
		return
	for each in order.returns:
		if each.reference:
			continue
		if each.status == "canceled":
			_drop(each.id)
			continue
		_draft(DELIVERY, each.received or each.items, each, sales_order, needed=True)
		if each.received:
			_draft(INVOICE, each.received, each, sales_order, needed=False)


def _drop(return_id: str) -> None:
	for doctype in (INVOICE, DELIVERY):
		for name in frappe.get_all(doctype, {"medusa_return_id": return_id, "docstatus": 0}, pluck="name"):
			frappe.delete_doc(doctype, name, ignore_permissions=True)


def _draft(doctype: str, parts: tuple[Part, ...], each: Return, sales_order, *, needed: bool) -> None:
	"""The drafts of a return, of one DocType: one for each document that it sends back rows of.

	:param needed: whether all parts have to be found, the goods of a credit note may be unbilled
	"""
	standing = {
		doc.return_against: doc
		for doc in frappe.get_all(
			doctype, {"medusa_return_id": each.id}, ["name", "return_against", "docstatus"]
		)
	}
	if any(doc.docstatus for doc in standing.values()):
		return
	found = _allocate(parts, _sold_rows(doctype, sales_order))
	if needed:
		_must_be_delivered(parts, found, each, sales_order)
	for parent, quantities in _by_parent(found).items():
		present = standing.pop(parent, None)
		if present:
			_set_quantities(frappe.get_doc(doctype, present.name), doctype, quantities, parent)
		else:
			_make(doctype, parent, quantities, each, sales_order)
	for doc in standing.values():
		frappe.delete_doc(doctype, doc.name, ignore_permissions=True)


def _sold_rows(doctype: str, sales_order) -> list[SoldRow]:
	"""The rows of submitted documents that this order was delivered or billed with, the first ones first. A delivery by a
	Sales Invoice that updates the stock has no Delivery Note: its goods come back by the credit note."""
	lines = {row.name: row.medusa_line_id for row in sales_order.items if row.medusa_line_id}
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	rows = (
		frappe.qb.from_(row)
		.join(doc)
		.on(row.parent == doc.name)
		.select(row.name, row.parent, row.so_detail, row.qty)
		.where((doc.docstatus == 1) & (doc.is_return == 0) & row.so_detail.isin(list(lines) or [""]))
		.orderby(doc.creation)
		.orderby(row.idx)
		.run(as_dict=True)
	)
	returned = _returned(doctype, [each.name for each in rows])
	return [
		SoldRow(each.name, each.parent, lines[each.so_detail], flt(each.qty) - returned[each.name])
		for each in rows
	]


def _returned(doctype: str, names: list[str]) -> dict[str, float]:
	row = RETURNED_ROW[doctype]
	sums: dict[str, float] = defaultdict(float)
	filters = {row: ("in", names or [""]), "docstatus": 1, "qty": ("<", 0)}
	for each in frappe.get_all(f"{doctype} Item", filters, [row, "qty"], order_by=None):
		sums[each[row]] -= flt(each.qty)
	return sums


def _allocate(parts: Iterable[Part], rows: list[SoldRow]) -> dict[SoldRow, Decimal]:
	"""How much comes back of each row: of rows of one line the first ones first."""
	left = defaultdict(Decimal)
	for part in parts:
		left[part.line_id] += part.quantity
	taken = {}
	for row in rows:
		qty = min(left[row.line_id], Decimal(str(row.qty)))
		if qty > 0:
			taken[row] = qty
			left[row.line_id] -= qty
	return taken


def _must_be_delivered(parts, found: dict[SoldRow, Decimal], each: Return, sales_order) -> None:
	wanted = sum((part.quantity for part in parts), Decimal(0))
	got = sum(found.values(), Decimal(0))
	if got >= wanted or _is_delivered_by_invoice(sales_order):
		return
	raise Blocked(
		_(
			"Medusa's return {0} has {1} pieces, of which ERPNext has delivered {2}: submit the Delivery Note of {3}, then retry."
		).format(each.id, f"{wanted:f}", f"{got:f}", sales_order.name)
	)


def _is_delivered_by_invoice(sales_order) -> bool:
	row, bill = frappe.qb.DocType("Sales Invoice Item"), frappe.qb.DocType(INVOICE)
	return bool(
		frappe.qb.from_(row)
		.join(bill)
		.on(row.parent == bill.name)
		.select(bill.name)
		.where((row.sales_order == sales_order.name) & (bill.docstatus == 1) & (bill.update_stock == 1))
		.limit(1)
		.run()
	)


def _by_parent(found: dict[SoldRow, Decimal]) -> dict[str, dict[str, Decimal]]:
	grouped: dict[str, dict[str, Decimal]] = {}
	for row, qty in found.items():
		grouped.setdefault(row.parent, {})[row.name] = qty
	return grouped


def _make(doctype: str, parent: str, quantities: dict[str, Decimal], each: Return, sales_order) -> None:
	doc = erpnext_api.return_of(doctype, parent)
	doc.update(
		{
			"medusa_return_id": each.id,
			"from_ecommerce": 1,
			"medusa_order_id": sales_order.medusa_order_id,
		}
	)
	_take_only(doc, doctype, quantities)
	doc.flags.ignore_permissions = True
	doc.insert()


def _set_quantities(doc, doctype: str, quantities: dict[str, Decimal], parent: str) -> None:
	"""Bring a draft to what has come by now."""
	row = RETURNED_ROW[doctype]
	present = {each.get(row): Decimal(str(-flt(each.qty))) for each in doc.items}
	if present == quantities:
		return
	if not quantities.keys() <= present.keys():
		doc.set("items", erpnext_api.return_of(doctype, parent).items)
	_take_only(doc, doctype, quantities)
	doc.flags.ignore_permissions = True
	doc.save()


def _take_only(doc, doctype: str, quantities: dict[str, Decimal]) -> None:
	row = RETURNED_ROW[doctype]
	doc.set("items", [each for each in doc.items if each.get(row) in quantities])
	for each in doc.items:
		each.qty = -float(quantities[each.get(row)])
		each.stock_qty = each.qty * (flt(each.conversion_factor) or 1)
	doc.run_method("calculate_taxes_and_totals")
