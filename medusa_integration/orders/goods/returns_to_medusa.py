"""Return Delivery Notes, and credit notes that update the stock, submitted in ERPNext → the returns in
Medusa.

A return that was requested in Medusa is received there. Any other return is requested and received with the
document's name as its reference, by which it is found again.

Source: docs/reference.md, "Returns from Medusa".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Intent, Kind, Result, Row, Run, Write
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, NotSendable
from medusa_integration.medusa.order import LineQuantity, Order
from medusa_integration.money import NOTHING
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.goods import whole_units
from medusa_integration.orders.goods.references import medusa_id
from medusa_integration.sold_units import SIZE_FIELD
from medusa_integration.stock import locations
from medusa_integration.stock.stock_events import counted_by

NOTE, INVOICE = "Delivery Note", "Sales Invoice"
NO_ORDER = "Medusa has no order {0}."


class Returns(Kind):
	"""The kind of returns, about documents by which goods of the shop's orders come back."""

	batch_size = 25  # Sent one after the other, within a lease.

	def __init__(self, name: str, doctype: str) -> None:
		self.name, self.doctype = name, doctype

	def prepare(self, run: Run, rows: list[Row]) -> ReturnsTask:
		return ReturnsTask(rows, _payloads(self.doctype, [row.reference_name for row in rows]))


RETURN = Returns("Return", NOTE)
INVOICE_RETURN = Returns("Invoice Return", INVOICE)


class ReturnsTask(OneByOne):
	"""Returns that are sent one by one; their ids in Medusa are written back."""

	def __init__(self, rows: list[Row], payloads: dict[str, ReturnToMedusa]) -> None:
		super().__init__(rows, payloads, _make_known)

	def group(self, payload: ReturnToMedusa) -> str:
		return payload.order_id

	def conclude(self, reply: list) -> list[Result]:
		counted = counted_by(self.to_send[0].reference_doctype, self.payloads)
		outcomes = zip(self.to_send, reply, strict=True)
		return [_result(row, outcome, counted[row.reference_name]) for row, outcome in outcomes]


def return_delivery_note(doc, method: str | None = None) -> None:
	"""Delivery Note, submitted: queue a return of a shop's order, see "Returns from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	if settings.enabled() and cint(doc.is_return) and doc.get("medusa_order_id"):
		outbox.add(RETURN, doc.name)


def return_sales_invoice(doc, method: str | None = None) -> None:
	"""Sales Invoice, submitted: queue a return of a shop's order where it is a credit note that updates the
	stock, see "Returns from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	if settings.enabled() and cint(doc.is_return) and cint(doc.update_stock) and doc.get("medusa_order_id"):
		outbox.add(INVOICE_RETURN, doc.name)


@dataclass
class ReturnToMedusa:
	"""A return with its data for Medusa.

	:param return_id: of the return in Medusa that it belongs to; "" for a new one
	:param units: `{line id: stock units}`
	:param sizes: `{line id: the stock units in one of Medusa's units}`
	:param moved: all returns of its orders, where it has a part of one of Medusa's units
	"""

	order_id: str
	return_id: str
	location: str
	reference: str
	units: dict[str, Decimal]
	sizes: dict[str, Decimal]
	moved: list[whole_units.Moved]

	def quantities(self) -> dict[str, Decimal]:
		"""`{line id: its quantity as Medusa counts it}`"""
		return {line: medusa_lines.to_medusa(units, self.sizes[line]) for line, units in self.units.items()}


@dataclass
class Told:
	"""The state of a return in Medusa; no id where Medusa wasn't told of it."""

	return_id: str = ""
	held: list[whole_units.Held] = field(default_factory=list)


def _make_known(medusa: Dialect, payload: ReturnToMedusa) -> Told:
	told = Told(payload.return_id)
	parts = _parts(medusa, payload, told)
	if not parts:
		return told
	if not told.return_id:
		told.return_id = medusa.request_return(payload.order_id, parts, payload.location, payload.reference)
	medusa.receive_return(payload.order_id, medusa_id(told.return_id), parts)
	return told


def _parts(medusa: Dialect, payload: ReturnToMedusa, told: Told) -> list[LineQuantity]:
	"""The quantity of each line. A part of a unit is left to the return that completes the unit.

	:raises NotSendable: where Medusa lacks the order
	"""
	quantities = payload.quantities()
	broken = [line for line, quantity in quantities.items() if not whole_units.is_whole(quantity)]
	if broken:
		order = medusa.read_orders([payload.order_id]).get(payload.order_id)
		if not order:
			raise NotSendable(NO_ORDER, payload.order_id)
		lines = {line.id: line for line in order.lines}
		for line in broken:
			if line in lines and whole_units.is_whole(lines[line].quantity):
				own = quantities[line]
				quantities[line] = _to_tell(own, line, payload, order)
				name = lines[line].sku or lines[line].title
				told.held.append(whole_units.Held(name, own, quantities[line]))
	return [LineQuantity(line, quantity) for line, quantity in quantities.items() if quantity > 0]


def _to_tell(own: Decimal, line: str, payload: ReturnToMedusa, order: Order) -> Decimal:
	"""The whole quantity of a return. A return that was requested in Medusa stands alone; the others complete each other's
	units."""
	if payload.return_id:
		return own.to_integral_value(ROUND_FLOOR)
	known = [each for each in order.returns if each.reference and each.status != "canceled"]
	present = [part for each in known if each.reference == payload.reference for part in each.items]
	if present:  # The reply was lost.
		return sum((part.quantity for part in present if part.line_id == line), NOTHING)
	others = {each.id for each in order.returns if not each.reference}
	moved = [each for each in payload.moved if each.line_id == line and each.return_id not in others]
	return whole_units.to_tell(own, line, payload.sizes[line], moved, known)


def _result(row: Row, outcome: Told | MedusaError, counted: list[Intent]) -> Result:
	if isinstance(outcome, MedusaError):
		return Result.failed(row, outcome)
	whole_units.note(row.reference_doctype, row.reference_name, outcome.held)
	values = {"medusa_return_id": outcome.return_id} if outcome.return_id else {}
	written = [Write(row.reference_doctype, row.reference_name, values)] if values else []
	return Result.done(row, written, counted)


def _payloads(doctype: str, names: list[str]) -> dict[str, ReturnToMedusa]:
	"""Payloads by document, of submitted returns of the shop's orders. If several documents belong to one
	return in Medusa, each payload has the quantities of all of them."""
	asked = _documents(doctype, {"name": ("in", [*names, ""])})
	ids = [doc.medusa_return_id for doc in asked if doc.medusa_return_id]
	linked = {"medusa_return_id": ("in", ids)}
	same = [doc for each in (NOTE, INVOICE) for doc in _documents(each, linked)] if ids else []
	returned = _returned([*asked, *same])
	places, payloads = locations.current(), {}
	rows: set[str] = set()
	for doc in asked:
		return_id = doc.medusa_return_id or ""
		together = [each for each in same if each.medusa_return_id == return_id] if return_id else [doc]
		parts = [part for each in together for part in returned[each.doctype, each.name]]
		if not parts:
			continue
		payload = payloads[doc.name] = ReturnToMedusa(
			doc.medusa_order_id, return_id, places.of(parts[0].warehouse), doc.name, _sums(parts), {}, []
		)
		payload.sizes = {part.line_id: part.size for part in parts}
		if not all(map(whole_units.is_whole, payload.quantities().values())):
			rows |= {part.row for part in parts}
	moved = whole_units.moved(rows, back=True)
	for payload in payloads.values():
		payload.moved = moved
	return payloads


def _documents(doctype: str, filters: dict) -> list[frappe._dict]:
	of_shop = {"docstatus": 1, "is_return": 1, "medusa_order_id": ("is", "set")}
	if doctype == INVOICE:
		of_shop["update_stock"] = 1
	found = frappe.get_all(
		doctype, {**of_shop, **filters}, ["name", "medusa_order_id", "medusa_return_id"], order_by="name"
	)
	return [frappe._dict(doc, doctype=doctype) for doc in found]


class _Returned(NamedTuple):
	"""The quantity of a line that came back to a warehouse.

	:param row: the Sales Order's row
	:param units: in stock units
	:param size: the stock units in one of Medusa's units
	"""

	row: str
	line_id: str
	units: Decimal
	size: Decimal
	warehouse: str | None


def _returned(docs: list[frappe._dict]) -> dict[tuple[str, str], list[_Returned]]:
	"""`{(DocType, document): its returned quantities}`."""
	found: dict[tuple[str, str], list[_Returned]] = defaultdict(list)
	for doctype in {doc.doctype for doc in docs}:
		for each in _rows(doctype, [doc.name for doc in docs if doc.doctype == doctype]):
			units, size = -medusa_lines.stock_units(each), medusa_lines.size_of(each)
			found[doctype, each.parent].append(
				_Returned(each.so_detail, each.medusa_line_id, units, size, each.warehouse)
			)
	return found


def _rows(doctype: str, names: list[str]) -> list[frappe._dict]:
	row, sold = frappe.qb.DocType(f"{doctype} Item"), frappe.qb.DocType("Sales Order Item")
	return (
		frappe.qb.from_(row)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(row.parent, row.so_detail, row.qty, row.conversion_factor, row.warehouse)
		.select(sold.medusa_line_id, sold[SIZE_FIELD])
		.where(row.parent.isin(names) & (row.qty < 0) & (sold.medusa_line_id != ""))
		.orderby(row.parent)
		.orderby(row.idx)
		.run(as_dict=True)
	)


def _sums(parts: list[_Returned]) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for part in parts:
		sums[part.line_id] += part.units
	return dict(sums)
