"""Return Delivery Notes that are submitted in ERPNext → the returns in Medusa.

A return that was requested in Medusa is received there; another one is requested and received with the Delivery Note's
name as its reference, by which it is found again.

Source: docs/reference.md, "Returns from Medusa".
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint

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
from medusa_integration.selling.medusa_lines import decimal

DOCTYPE = "Delivery Note"


class Returns(Kind):
	"""The kind of returns, about return Delivery Notes of the shop's orders."""

	name = "Return"
	doctype = DOCTYPE
	batch_size = 25  # Sent one after the other, within a lease.

	def prepare(self, run: Run, rows: list[Row]) -> "ReturnsTask":
		return ReturnsTask(rows, _payloads([row.reference_name for row in rows]))


RETURN = Returns()


class ReturnsTask(OneByOne):
	"""Returns that are made known one by one; Medusa's ids of them are written back."""

	def __init__(self, rows: list[Row], payloads: dict[str, dict]) -> None:
		super().__init__(rows, payloads, _make_known)

	def group(self, payload: dict) -> str:
		return payload["order_id"]

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
	"""By Delivery Note; those that aren't submitted returns of the shop's have none. Of a return in Medusa to which several
	belong, each has what has come of all of them."""
	notes = {note.name: note for note in _notes({"name": ("in", [*names, ""])})}
	ids = {note.medusa_return_id for note in notes.values()} - {None, ""}
	same = _notes({"medusa_return_id": ("in", [*ids, ""])}) if ids else []
	together: dict[str, list[str]] = defaultdict(list)
	for note in same:
		together[note.medusa_return_id].append(note.name)
	parts = _parts([*notes, *(note.name for note in same)])
	places, payloads = locations.current(), {}
	for name, note in notes.items():
		all_parts = [part for each in together.get(note.medusa_return_id, [name]) for part in parts[each]]
		if all_parts:
			payloads[name] = {
				"order_id": note.medusa_order_id,
				"return_id": note.medusa_return_id or "",
				"location_id": places.of(all_parts[0].warehouse),
				"reference": name,
				"parts": _sums(all_parts),
			}
	return payloads


def _notes(filters: dict) -> list[frappe._dict]:
	of_shop = {"docstatus": 1, "is_return": 1, "medusa_order_id": ("is", "set")}
	return frappe.get_all(
		DOCTYPE, {**of_shop, **filters}, ["name", "medusa_order_id", "medusa_return_id"], order_by="name"
	)


class _Returned(NamedTuple):
	"""So much of a line that came back to a warehouse."""

	line_id: str
	quantity: Decimal
	warehouse: str | None


def _parts(notes: list[str]) -> dict[str, list[_Returned]]:
	row, sold = frappe.qb.DocType("Delivery Note Item"), frappe.qb.DocType("Sales Order Item")
	rows = (
		frappe.qb.from_(row)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(row.parent, row.qty, row.conversion_factor, row.warehouse, sold.medusa_line_id)
		.where(row.parent.isin([*notes, ""]) & (row.qty < 0) & (sold.medusa_line_id != ""))
		.orderby(row.idx)
		.run(as_dict=True)
	)
	found: dict[str, list[_Returned]] = defaultdict(list)
	for each in rows:
		quantity = -decimal(each.qty * (each.conversion_factor or 1))
		found[each.parent].append(_Returned(each.medusa_line_id, quantity, each.warehouse))
	return found


def _sums(parts: list[_Returned]) -> list[Part]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for part in parts:
		sums[part.line_id] += part.quantity
	return [Part(line, quantity) for line, quantity in sums.items()]
