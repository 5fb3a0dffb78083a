"""Return Delivery Notes, and credit notes that update the stock, submitted in ERPNext → the returns in
Medusa.

A return that was requested in Medusa is received there. Any other return is requested and received with the
document's name as its reference, by which it is found again.

Source: docs/reference.md, "Returns from Medusa".
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Intent, Kind, Result, Row, Run, Write
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.orders.medusa_lines import exact_quantity
from medusa_integration.stock import locations
from medusa_integration.stock.stock_events import counted_by

NOTE, INVOICE = "Delivery Note", "Sales Invoice"


class Returns(Kind):
	"""The kind of returns, about documents by which goods of the shop's orders come back."""

	batch_size = 25  # Sent one after the other, within a lease.

	def __init__(self, name: str, doctype: str) -> None:
		self.name, self.doctype = name, doctype

	def prepare(self, run: Run, rows: list[Row]) -> "ReturnsTask":
		return ReturnsTask(rows, _payloads(self.doctype, [row.reference_name for row in rows]))


RETURN = Returns("Return", NOTE)
INVOICE_RETURN = Returns("Invoice Return", INVOICE)


class ReturnsTask(OneByOne):
	"""Returns that are sent one by one; their ids in Medusa are written back."""

	def __init__(self, rows: list[Row], payloads: dict[str, dict]) -> None:
		super().__init__(rows, payloads, _make_known)

	def group(self, payload: dict) -> str:
		return payload["order_id"]

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


def _make_known(medusa: Dialect, payload: dict) -> str:
	return_id = payload["return_id"] or medusa.request_return(
		payload["order_id"], payload["parts"], payload["location_id"], payload["reference"]
	)
	medusa.receive_return(payload["order_id"], return_id, payload["parts"])
	return return_id


def _result(row: Row, outcome: str | MedusaError, counted: list[Intent]) -> Result:
	if isinstance(outcome, MedusaError):
		return Result.failed(row, outcome)
	written = Write(row.reference_doctype, row.reference_name, {"medusa_return_id": outcome})
	return Result.done(row, [written], counted)


def _payloads(doctype: str, names: list[str]) -> dict[str, dict]:
	"""Payloads by document, of submitted returns of the shop's orders. If several documents belong to one
	return in Medusa, each payload has the quantities of all of them."""
	asked = _documents(doctype, {"name": ("in", [*names, ""])})
	ids = [doc.medusa_return_id for doc in asked if doc.medusa_return_id]
	linked = {"medusa_return_id": ("in", ids)}
	same = [doc for each in (NOTE, INVOICE) for doc in _documents(each, linked)] if ids else []
	parts = _parts([*asked, *same])
	places, payloads = locations.current(), {}
	for doc in asked:
		return_id = doc.medusa_return_id or ""
		together = [each for each in same if each.medusa_return_id == return_id] if return_id else [doc]
		all_parts = [part for each in together for part in parts[each.doctype, each.name]]
		if all_parts:
			payloads[doc.name] = {
				"order_id": doc.medusa_order_id,
				"return_id": return_id,
				"location_id": places.of(all_parts[0].warehouse),
				"reference": doc.name,
				"parts": _sums(all_parts),
			}
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
	"""The quantity of a line that came back to a warehouse."""

	line_id: str
	quantity: Decimal
	warehouse: str | None


def _parts(docs: list[frappe._dict]) -> dict[tuple[str, str], list[_Returned]]:
	"""`{(DocType, document): its returned quantities}`."""
	found: dict[tuple[str, str], list[_Returned]] = defaultdict(list)
	for doctype in {doc.doctype for doc in docs}:
		for each in _rows(doctype, [doc.name for doc in docs if doc.doctype == doctype]):
			quantity = -exact_quantity(each.qty * (each.conversion_factor or 1))
			found[doctype, each.parent].append(_Returned(each.medusa_line_id, quantity, each.warehouse))
	return found


def _rows(doctype: str, names: list[str]) -> list[frappe._dict]:
	row, sold = frappe.qb.DocType(f"{doctype} Item"), frappe.qb.DocType("Sales Order Item")
	return (
		frappe.qb.from_(row)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(row.parent, row.qty, row.conversion_factor, row.warehouse, sold.medusa_line_id)
		.where(row.parent.isin(names) & (row.qty < 0) & (sold.medusa_line_id != ""))
		.orderby(row.parent)
		.orderby(row.idx)
		.run(as_dict=True)
	)


def _sums(parts: list[_Returned]) -> list[LineQuantity]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for part in parts:
		sums[part.line_id] += part.quantity
	return [LineQuantity(line, quantity) for line, quantity in sums.items()]
