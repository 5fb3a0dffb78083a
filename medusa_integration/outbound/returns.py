"""Return Delivery Notes that are submitted in ERPNext → the returns in Medusa.

A return that was requested in Medusa is received there; another one is requested and received with the Delivery Note's
name as its reference, by which it is found again.

Source: docs/reference.md, "Returns from Medusa".
"""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.utils import cint, flt

from medusa_integration import settings
from medusa_integration.catalogue import locations
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind, Run
from medusa_integration.delivery.rows import Intent, Result, Row, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.orders import Part
from medusa_integration.outbound.one_by_one import OneByOne
from medusa_integration.outbound.stock import counted_by

DOCTYPE = "Delivery Note"


class Returns(Kind):
	"""The kind of returns, about return Delivery Notes of the shop's orders."""

	name = "Return"
	doctype = DOCTYPE

	def prepare(self, run: Run, rows: list[Row]) -> "ReturnsTask":
		return ReturnsTask(rows, _payloads([row.reference_name for row in rows]))


RETURN = Returns()


class ReturnsTask(OneByOne):
	"""Returns that are made known one by one; Medusa's ids of them are written back."""

	def __init__(self, rows: list[Row], payloads: dict[str, dict]) -> None:
		super().__init__(rows, payloads, _make_known)

	def conclude(self, reply: list) -> list[Result]:
		counted = counted_by(DOCTYPE, self.payloads)
		outcomes = zip(self.to_send, reply, strict=True)
		return [_result(row, outcome, counted[row.reference_name]) for row, outcome in outcomes]


def return_delivery_note(doc, method: str | None = None) -> None:
	"""Delivery Note, submitted: queue a return of a shop's order.

	Source: docs/reference.md, "Document events".
	"""
	if settings.enabled() and cint(doc.is_return) and doc.get("medusa_order_id"):
		outbox.add(RETURN, doc.name)


def _make_known(medusa: Dialect, payload: dict) -> str:
	return_id = payload["return_id"] or medusa.request_return(
		payload["order_id"], payload["parts"], payload["location_id"], payload["reference"]
	)
	medusa.receive_return(payload["order_id"], return_id, payload["parts"])
	return return_id


def _result(row: Row, outcome: str | MedusaError, counted: list[Intent]) -> Result:
	if isinstance(outcome, MedusaError):
		return Result.failed(row, outcome)
	return Result.done(row, [Write(DOCTYPE, row.reference_name, {"medusa_return_id": outcome})], counted)


def _payloads(names: list[str]) -> dict[str, dict]:
	"""By Delivery Note; those that aren't submitted returns of the shop's have none."""
	note, row, sold = (
		frappe.qb.DocType(DOCTYPE),
		frappe.qb.DocType("Delivery Note Item"),
		frappe.qb.DocType("Sales Order Item"),
	)
	rows = (
		frappe.qb.from_(row)
		.join(note)
		.on(row.parent == note.name)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(
			note.name,
			note.medusa_order_id,
			note.medusa_return_id,
			sold.medusa_line_id,
			row.qty,
			row.warehouse,
		)
		.where(note.name.isin(names or [""]) & (note.docstatus == 1) & (note.is_return == 1))
		.where((note.medusa_order_id != "") & (sold.medusa_line_id != ""))
		.run(as_dict=True)
	)
	payloads, places = {}, locations.current()
	quantities: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for each in rows:
		quantities[each.name][each.medusa_line_id] -= Decimal(str(flt(each.qty)))
		payloads[each.name] = {
			"order_id": each.medusa_order_id,
			"return_id": each.medusa_return_id or "",
			"location_id": places.of(each.warehouse),
			"reference": each.name,
		}
	for name, payload in payloads.items():
		payload["parts"] = [Part(line, qty) for line, qty in quantities[name].items() if qty > 0]
	return payloads
