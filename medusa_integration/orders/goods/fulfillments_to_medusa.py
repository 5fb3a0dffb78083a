"""Delivery Notes of the shop's orders → fulfillments in Medusa, for just their lines and quantities; Sales
Invoices that update the stock deliver too.

A delivery has one fulfillment for each order and stock location, whose metadata names the document: it is found
again where the reply was lost. A Delivery Note made from Medusa's own fulfillment isn't sent back.

Source: docs/reference.md, "Deliveries".
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from medusa_integration.delivery.kind import Intent, Kind, Result, Row, Run, Write
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaRejected, NotSendable
from medusa_integration.medusa.order import Fulfillment, LineQuantity, Order
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.goods import whole_units
from medusa_integration.orders.goods.deliveries import (
	FIELD,
	INVOICE,
	NOTE,
	Delivered,
	DeliveryToMedusa,
	Parcel,
	read,
	unsent_cancellations,
)
from medusa_integration.orders.goods.whole_units import Held
from medusa_integration.stock.stock_events import counted_by

NO_ORDER = "Medusa has no order {0}."
NO_LINE = "Row {0} isn't in Medusa's order {1}: fulfill it there by hand, or add it to the order, then retry."
TOO_MANY = (
	"Medusa has {0} of {1} left to fulfill, and {2} delivers {3}. Cancel what was fulfilled by hand in Medusa's admin,"
	" then retry."
)
SHIPPED = (
	"Medusa cancels no fulfillment that was shipped, and {0} was. Take the goods back by a return in ERPNext or Medusa,"
	" and discard this row."
)


@dataclass
class Told:
	"""The state of a delivery in Medusa.

	:param lines: `{Sales Order Item: line id}` of the rows that had no line id
	:param other_tracking: whether Medusa has another tracking number
	:param held: the lines of which the delivery has a part of a unit
	"""

	ids: list[str] = field(default_factory=list)
	lines: dict[str, str] = field(default_factory=dict)
	other_tracking: bool = False
	held: list[Held] = field(default_factory=list)


class Fulfillments(Kind):
	"""The kind of fulfillments, about documents that deliver the shop's orders."""

	batch_size = 25  # Sent one after the other, within a lease.

	def __init__(self, name: str, doctype: str) -> None:
		self.name, self.doctype = name, doctype

	def prepare(self, run: Run, rows: list[Row]) -> FulfillmentsTask:
		deliveries = read(self.doctype, [row.reference_name for row in rows])
		_read_before(deliveries)
		return FulfillmentsTask(rows, deliveries)


FULFILLMENT = Fulfillments("Fulfillment", NOTE)
INVOICE_FULFILLMENT = Fulfillments("Invoice Fulfillment", INVOICE)


class FulfillmentsTask(OneByOne):
	"""Deliveries that are sent one by one."""

	def __init__(self, rows: list[Row], deliveries: dict[str, DeliveryToMedusa]) -> None:
		super().__init__(rows, deliveries, _tell)

	def group(self, payload: DeliveryToMedusa) -> str:
		return payload.parcels[0].order_id

	def turn(self, payload: DeliveryToMedusa) -> int:
		"""Cancelled deliveries first: an amended delivery has the same goods."""
		return 0 if payload.is_cancelled else 1

	def conclude(self, reply: list[Any]) -> list[Result]:
		counted = counted_by(self.to_send[0].reference_doctype, self.payloads)
		outcomes = zip(self.to_send, reply, strict=True)
		return [self._result(row, outcome, counted[row.reference_name]) for row, outcome in outcomes]

	def _result(self, row: Row, outcome: Told | MedusaError, counted: list[Intent]) -> Result:
		if isinstance(outcome, MedusaError):
			return Result.failed(row, outcome)
		delivery = self.payloads[row.reference_name]
		writes = [
			Write("Sales Order Item", name, {"medusa_line_id": line}) for name, line in outcome.lines.items()
		]
		ids = " ".join(outcome.ids)
		if not set(outcome.ids) <= set(delivery.ids):
			writes.append(Write(row.reference_doctype, row.reference_name, {FIELD: ids}))
		if outcome.other_tracking:
			_note_tracking(row)
		whole_units.note(row.reference_doctype, row.reference_name, outcome.held)
		return Result.done(row, writes, counted)


def _read_before(deliveries: dict[str, DeliveryToMedusa]) -> None:
	"""Set `before`: the cancelled deliveries that may still hold their order's goods in Medusa."""
	submitted = [each for each in deliveries.values() if not each.is_cancelled]
	orders = {parcel.order_id for each in submitted for parcel in each.parcels}
	for kind in (INVOICE_FULFILLMENT, FULFILLMENT) if orders else ():
		names = unsent_cancellations(kind.name, kind.doctype, orders)
		found = read(kind.doctype, [name for name in names if name not in deliveries])
		for former in found.values():
			held = {parcel.order_id for parcel in former.parcels}
			for each in submitted:
				if held & {parcel.order_id for parcel in each.parcels}:
					each.before.append(former)


# --- calls to Medusa. On a lane: without Frappe


def _tell(medusa: Dialect, delivery: DeliveryToMedusa) -> Told:
	for former in delivery.before:
		with suppress(MedusaRejected):  # Its own row has the error.
			_tell(medusa, former)
	told = Told()
	orders = medusa.read_orders(list(dict.fromkeys(parcel.order_id for parcel in delivery.parcels)))
	for parcel in delivery.parcels:
		order = orders.get(parcel.order_id)
		if not order:
			if delivery.is_cancelled:
				continue
			raise NotSendable(NO_ORDER, parcel.order_id)
		present = _present(order, parcel, delivery)
		if delivery.is_cancelled:
			_cancel(medusa, order, present, delivery)
		else:
			_bring_up(medusa, order, present, parcel, delivery, told)
	return told


def _present(order: Order, parcel: Parcel, delivery: DeliveryToMedusa) -> list[Fulfillment]:
	"""A parcel's fulfillments: by its reference, else by the document's id, else shipped before an amendment; those that
	stand, where there are any. Medusa has two of goods that need shipping and goods that don't."""
	named = [each for each in order.fulfillments if each.reference == parcel.reference]
	own = [each for each in order.fulfillments if each.id in delivery.ids and not each.reference]
	if delivery.is_same and not named and not own:
		own = [each for each in order.fulfillments if _was_shipped_as(each, parcel, delivery)]
	return [each for each in named or own if not each.is_canceled] or named or own


def _was_shipped_as(each: Fulfillment, parcel: Parcel, delivery: DeliveryToMedusa) -> bool:
	shipped = each.shipped_at and not each.is_canceled
	return bool(shipped and each.id in delivery.ids and parcel.location in ("", each.location_id))


def _cancel(medusa: Dialect, order: Order, present: list[Fulfillment], delivery: DeliveryToMedusa) -> None:
	if not present or present[0].is_canceled:
		return
	if shipped := next((each for each in present if each.shipped_at or each.delivered_at), None):
		if delivery.is_replaced:
			return
		raise NotSendable(SHIPPED, shipped.id)
	medusa.cancel_fulfillment(order.id, present[0].id)


def _bring_up(
	medusa: Dialect,
	order: Order,
	present: list[Fulfillment],
	parcel: Parcel,
	delivery: DeliveryToMedusa,
	told: Told,
) -> None:
	lines = medusa_lines.matched(order, (each.row for each in parcel.rows))
	told.lines |= {each.row.name: lines[each.row.name] for each in parcel.rows if _lacks_line(each, lines)}
	if present and present[0].is_canceled:
		return  # A user cancelled it in Medusa's admin.
	id, left = present[0].id if present else "", _left_out(order, present, parcel, lines)
	parts = _parts(order, left, delivery, lines, told) if left.rows else []
	if parts:
		id = medusa.fulfill(order.id, parts, parcel.location, parcel.reference)
	if not id:
		return  # The whole parcel exceeds the order.
	told.ids.append(id)
	is_shipped = not parts and all(each.shipped_at for each in present)
	if not is_shipped and (delivery.tracking or delivery.has_arrived):
		medusa.ship(order.id, id, delivery.tracking)
	elif is_shipped:
		numbers = [number for each in present for number, _url in each.tracking]
		told.other_tracking = any(number not in numbers for number, _url in delivery.tracking)
	if delivery.has_arrived and (parts or not all(each.delivered_at for each in present)):
		medusa.deliver(order.id, id)


def _left_out(order: Order, present: list[Fulfillment], parcel: Parcel, lines: dict[str, str]) -> Parcel:
	"""The rows of a parcel of which no fulfillment was made: all of them, or those of the second one, where only the first
	one came through."""
	if not present:
		return parcel
	named = [each for each in order.fulfillments if each.reference == parcel.reference]
	if not named or any(each.is_unclear for each in named):
		return replace(parcel, rows=[])
	there = {part.line_id for each in named for part in each.items}
	of_order = {line.id for line in order.lines}
	rows = [each for each in parcel.rows if lines.get(each.row.name) in of_order - there]
	return replace(parcel, rows=rows)


def _lacks_line(each: Delivered, lines: dict[str, str]) -> bool:
	return not each.row.line_id and each.row.name in lines


def _parts(
	order: Order, parcel: Parcel, delivery: DeliveryToMedusa, lines: dict[str, str], told: Told
) -> list[LineQuantity]:
	"""The quantity of each line; rows that split one line are added up. The quantity beyond the order, which
	ERPNext's allowance permits, is left out. A part of a unit is left to the delivery that completes the unit.

	:raises NotSendable: where Medusa's order lacks a line, or has less of it left
	"""
	left = {line.id: line for line in order.lines}
	units: dict[str, Decimal] = {}
	sizes: dict[str, Decimal] = {}
	beyond: dict[str, dict[str, Decimal]] = {}
	for each in parcel.rows:
		line = lines.get(each.row.name)
		if line not in left:
			raise NotSendable(NO_LINE, each.idx, order.id)
		units[line] = units.get(line, Decimal(0)) + each.units
		sizes[line] = each.row.size
		beyond.setdefault(line, {})[each.row.name] = each.beyond
	parts = []
	for id, of_line in units.items():
		line, quantity = left[id], medusa_lines.to_medusa(of_line, sizes[id])
		if whole_units.is_whole(line.quantity) and not whole_units.is_whole(quantity):
			rows = {name for name, matched in lines.items() if matched == id}
			moved = [each for each in delivery.moved if each.line_id == id or each.row in rows]
			known = [each for each in order.fulfillments if not each.is_canceled]
			own, quantity = quantity, whole_units.to_tell(quantity, id, sizes[id], moved, known)
			told.held.append(Held(line.sku or line.title, own, quantity))
		rest = line.quantity - line.fulfilled_quantity
		if quantity > rest + medusa_lines.to_medusa(sum(beyond[id].values()), sizes[id]):
			raise NotSendable(TOO_MANY, f"{rest:f}", line.sku or line.title, delivery.name, f"{quantity:f}")
		parts.append(LineQuantity(id, min(quantity, rest)))
	return [part for part in parts if part.quantity > 0]


def _note_tracking(row: Row) -> None:
	"""Comment on the document, when its row is settled, that Medusa accepts tracking numbers once."""
	text = _(
		"Medusa keeps the tracking number with which the parcel was shipped; the shop's customer sees that one."
	)
	doc = frappe.get_doc(row.reference_doctype, row.reference_name)
	said = {"reference_doctype": doc.doctype, "reference_name": doc.name, "content": text}
	if not frappe.db.exists("Comment", said):
		doc.add_comment("Info", text)
