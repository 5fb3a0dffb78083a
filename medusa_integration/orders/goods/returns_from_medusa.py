"""Returns in Medusa → draft return Delivery Notes and credit notes in ERPNext, for just the returned lines.

They stay drafts: a user has to see the goods first. A requested return is drafted with the requested
quantities. Once Medusa has received it, the drafts have the received quantities, and billed goods get a
credit note.

Source: docs/reference.md, "Returns from Medusa".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa import order_parts
from medusa_integration.medusa.order import LineQuantity, Order, Return
from medusa_integration.money import NOTHING
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.charges import last_unit, return_fees, shares
from medusa_integration.orders.charges.shares import RETURNED_ROW
from medusa_integration.orders.medusa_lines import ONE

DELIVERY, INVOICE = "Delivery Note", "Sales Invoice"


class ReturnableRow(NamedTuple):
	"""A row of a submitted Delivery Note or Sales Invoice."""

	name: str
	parent: str
	line_id: str
	units: Decimal  # in stock units, less returned ones
	sold: Decimal  # in stock units
	is_delivery: bool  # of goods: a Delivery Note, or a Sales Invoice that updates the stock


def take_back(order: Order, sales_order) -> None:
	"""A step of an order: draft its returns in Medusa, and delete the drafts of cancelled returns.

	Returns that ERPNext sent to Medusa are skipped, and so are those with a document that a user has
	submitted or cancelled.

	:raises Blocked: where ERPNext hasn't delivered the returned goods
	"""
	if sales_order.docstatus != 1:
		return
	last_unit.keep(order, sales_order, _exchanges(order, sales_order))
	for each in order.returns:
		if each.reference:
			continue
		if each.status == "canceled":
			_drop(each.id)
			continue
		_draft_both(each, order, sales_order)


def _exchanges(order: Order, sales_order) -> Iterable[Order]:
	"""The other parts of the order whose first part this is."""
	if not order.part or order.part.exchange:
		return ()
	held = {row.medusa_line_id for row in sales_order.items if row.medusa_line_id}
	return order_parts.parts_of(order.part.whole, held)


def _drop(return_id: str) -> None:
	for doctype in (INVOICE, DELIVERY):
		for name in frappe.get_all(doctype, {"medusa_return_id": return_id, "docstatus": 0}, pluck="name"):
			frappe.delete_doc(doctype, name, ignore_permissions=True)


def _draft_both(each: Return, order: Order, sales_order) -> None:
	"""Draft a return's documents. Of each line, goods from Delivery Notes come back first, by return
	Delivery Notes, with credit notes of invoices that didn't update the stock; the rest by credit notes of
	invoices that did."""
	sizes = medusa_lines.line_sizes(sales_order)
	notes, bills = _standing(DELIVERY, each.id), _standing(INVOICE, each.id)
	noted, billed = (_sold_rows(doctype, sales_order, each.id) for doctype in (DELIVERY, INVOICE))
	goods = [row for row in billed if row.is_delivery]
	if not _is_decided(notes):
		back = _by_line(each.received or each.items, sizes)
		found = _allocate(back, noted)
		if not _is_decided(bills):
			rest = _less(back, _quantities(found))
			_must_be_delivered(back, found | _allocate(rest, goods), each, sales_order)
		_draft(DELIVERY, found, notes, each, sales_order)
	if each.received and not _is_decided(bills):
		fees = return_fees.rows_of(order, each, sales_order)
		unbilled = _unbilled(each, order, sales_order, billed, sizes)
		back = _less(_by_line(each.received, sizes), unbilled)
		by_invoice = _less(back, _on_notes(each.id, noted))
		others = [row for row in billed if not row.is_delivery]
		found = _allocate(_less(back, by_invoice), others) | _allocate(by_invoice, goods)
		_draft(INVOICE, found, bills, each, sales_order, fees)
		if fees and not found:
			return_fees.keep(sales_order, fees)


def _unbilled(
	each: Return, order: Order, sales_order, billed: list[ReturnableRow], sizes: dict[str, Decimal]
) -> dict[str, Decimal]:
	"""The stock units of each line that aren't billed, less those that earlier returns have taken: what comes back of
	these needs no credit note."""
	left: dict[str, Decimal] = defaultdict(Decimal)
	for row in sales_order.items:
		left[row.medusa_line_id] += medusa_lines.stock_units(row)
	for bill in billed:
		left[bill.line_id] -= bill.sold
	for other in order.returns:
		if other.id == each.id:
			break
		if not other.is_canceled:
			for line, units in _by_line(other.received, sizes).items():
				left[line] -= units
	return {line: max(units, NOTHING) for line, units in left.items()}


def _standing(doctype: str, return_id: str) -> dict[str, frappe._dict]:
	"""A return's documents, by the document whose rows they return."""
	fields = ["name", "return_against", "docstatus"]
	docs = frappe.get_all(doctype, {"medusa_return_id": return_id}, fields)
	return {doc.return_against: doc for doc in docs}


def _is_decided(standing: dict[str, frappe._dict]) -> bool:
	return any(doc.docstatus for doc in standing.values())


def _draft(
	doctype: str,
	found: dict[ReturnableRow, Decimal],
	standing: dict[str, frappe._dict],
	each: Return,
	sales_order,
	fees: Sequence[dict] = (),
) -> None:
	"""Make, update or delete a return's drafts of one DocType: one for each document whose rows come back. The first one
	has the fees."""
	left = dict(standing)
	for parent, quantities in _by_parent(found).items():
		present = left.pop(parent, None)
		if present:
			_set_quantities(frappe.get_doc(doctype, present.name), doctype, quantities, parent, fees)
		else:
			_make(doctype, parent, quantities, each, sales_order, fees)
		fees = ()
	for doc in left.values():
		frappe.delete_doc(doctype, doc.name, ignore_permissions=True)


def _sold_rows(doctype: str, sales_order, return_id: str) -> list[ReturnableRow]:
	"""The rows of submitted documents by which this order was delivered or billed, the oldest first, less what came back of
	them by other documents, drafts of other returns included."""
	lines = {row.name: row.medusa_line_id for row in sales_order.items if row.medusa_line_id}
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(row.parent == doc.name)
		.select(row.name, row.parent, row.so_detail, row.qty, row.conversion_factor)
		.where((doc.docstatus == 1) & (doc.is_return == 0) & row.so_detail.isin(list(lines) or [""]))
		.orderby(doc.creation)
		.orderby(row.idx)
	)
	if doctype == INVOICE:
		query = query.select(doc.update_stock)
	rows = query.run(as_dict=True)
	returned = _returned(doctype, [each.name for each in rows], return_id)
	return [
		ReturnableRow(
			each.name,
			each.parent,
			lines[each.so_detail],
			medusa_lines.stock_units(each) - returned[each.name],
			medusa_lines.stock_units(each),
			doctype == DELIVERY or bool(each.update_stock),
		)
		for each in rows
	]


def _returned(doctype: str, names: list[str], return_id: str) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	of_row = row[RETURNED_ROW[doctype]]
	of_others = (doc.docstatus == 0) & doc.medusa_return_id.notin(["", return_id])
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(row.parent == doc.name)
		.select(of_row.as_("row"), row.qty, row.conversion_factor)
		.where(of_row.isin(names or [""]) & (row.qty < 0) & ((doc.docstatus == 1) | of_others))
	)
	for each in query.run(as_dict=True):
		sums[each.row] -= medusa_lines.stock_units(each)
	return sums


def _on_notes(return_id: str, noted: list[ReturnableRow]) -> dict[str, Decimal]:
	"""The stock units of each line on a return's Delivery Notes, drafts and cancelled ones too."""
	lines = {row.name: row.line_id for row in noted}
	names = frappe.get_all(DELIVERY, {"medusa_return_id": return_id}, pluck="name", order_by=None)
	filters = {"parent": ("in", [*names, ""]), "parenttype": DELIVERY}
	sums: dict[str, Decimal] = defaultdict(Decimal)
	fields = ["dn_detail", "qty", "conversion_factor"]
	for each in frappe.get_all(f"{DELIVERY} Item", filters, fields, order_by=None):
		if each.dn_detail in lines:
			sums[lines[each.dn_detail]] -= medusa_lines.stock_units(each)
	return sums


def _by_line(parts: Iterable[LineQuantity], sizes: dict[str, Decimal]) -> dict[str, Decimal]:
	"""The stock units of each line."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for part in parts:
		sums[part.line_id] += medusa_lines.from_medusa(part.quantity, sizes.get(part.line_id, ONE))
	return sums


def _quantities(found: dict[ReturnableRow, Decimal]) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for row, units in found.items():
		sums[row.line_id] += units
	return sums


def _less(quantities: dict[str, Decimal], others: dict[str, Decimal]) -> dict[str, Decimal]:
	"""The stock units left of each line."""
	return {line: max(quantity - others.get(line, 0), Decimal(0)) for line, quantity in quantities.items()}


def _allocate(quantities: dict[str, Decimal], rows: list[ReturnableRow]) -> dict[ReturnableRow, Decimal]:
	"""The stock units that come back of each row; a line's first rows come first."""
	left = dict(quantities)
	taken = {}
	for row in rows:
		units = min(left.get(row.line_id, NOTHING), row.units)
		if units > 0:
			taken[row] = units
			left[row.line_id] -= units
	return taken


def _must_be_delivered(
	back: dict[str, Decimal], found: dict[ReturnableRow, Decimal], each: Return, sales_order
) -> None:
	wanted, got = sum(back.values(), Decimal(0)), sum(found.values(), Decimal(0))
	if got >= wanted:
		return
	raise Blocked(
		_(
			"Medusa's return {0} has {1} pieces, of which ERPNext has delivered {2}: submit the Delivery Note of {3}, then retry."
		).format(each.id, f"{wanted:f}", f"{got:f}", sales_order.name)
	)


def _by_parent(found: dict[ReturnableRow, Decimal]) -> dict[str, dict[str, Decimal]]:
	grouped: dict[str, dict[str, Decimal]] = {}
	for row, qty in found.items():
		grouped.setdefault(row.parent, {})[row.name] = qty
	return grouped


def _make(
	doctype: str, parent: str, quantities: dict[str, Decimal], each: Return, sales_order, fees: Sequence[dict]
) -> None:
	doc = erpnext_api.return_of(doctype, parent)
	doc.update(
		{
			"medusa_return_id": each.id,
			"from_ecommerce": 1,
			"medusa_order_id": sales_order.medusa_order_id,
		}
	)
	return_fees.put(doc, fees)
	_take_only(doc, doctype, quantities)
	doc.flags.ignore_permissions = True
	doc.insert()


def _set_quantities(
	doc, doctype: str, quantities: dict[str, Decimal], parent: str, fees: Sequence[dict]
) -> None:
	"""Set a draft's quantities to the present ones, and add fees that it lacks.

	:param quantities: in stock units, by the returned row
	"""
	row = RETURNED_ROW[doctype]
	present = {each.get(row): -medusa_lines.stock_units(each) for each in doc.items}
	if not return_fees.put(doc, fees) and present == quantities and not shares.is_stale(doc):
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
		each.qty = -medusa_lines.in_unit(quantities[each.get(row)], each.conversion_factor)
		each.stock_qty = each.qty * (flt(each.conversion_factor) or 1)
	doc.run_method("calculate_taxes_and_totals")
