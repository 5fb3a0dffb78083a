"""Payment Entries of the shop's orders → captures of authorised payments in Medusa.

Source: docs/reference.md, "Captures from ERPNext".
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import Order, Payment
from medusa_integration.money import half_up
from medusa_integration.orders.money import booked_amounts, entries_made_here, payment_entries
from medusa_integration.orders.money.payment_entries import units

DOCTYPE = payment_entries.DOCTYPE


class Captures(Kind):
	"""The kind of captures, about Payment Entries that were made in ERPNext."""

	name = "Capture"
	doctype = DOCTYPE

	def prepare(self, run: Run, rows: list[Row]) -> "CapturesTask":
		return CapturesTask(rows, _read([row.reference_name for row in rows]))


CAPTURE = Captures()


@dataclass(frozen=True)
class _Paid:
	"""The amount that a Payment Entry pays of an order in Medusa, in the order's currency.

	:param digits: the decimals of that amount; Medusa's own amounts may have more
	"""

	order_id: str
	amount: Decimal
	digits: int


class CapturesTask(Task):
	"""Payment Entries to capture; those of one order one after the other."""

	def __init__(self, rows: list[Row], paid: dict[str, _Paid]) -> None:
		super().__init__(
			settled=[Result.done(row) for row in rows if row.reference_name not in paid],
			vouchers=[(row.reference_doctype, row.reference_name) for row in rows],
		)
		self.paid = paid
		self.by_order: dict[str, list[Row]] = defaultdict(list)
		for row in rows:
			if row.reference_name in paid:
				self.by_order[paid[row.reference_name].order_id].append(row)

	@property
	def rows(self) -> list[Row]:
		return [row for rows in self.by_order.values() for row in rows]

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		"""`{Payment Entry: the capture's id, "" where nothing was open, or a MedusaError}`."""
		orders = medusa.read_orders(list(self.by_order))
		ids = [capture.id for order in orders.values() for capture in _captures(order)]
		taken = database.run(lambda: set(payment_entries.known(ids)))
		replies: dict[str, Any] = {}
		for order_id, rows in self.by_order.items():
			for row in rows:
				replies[row.reference_name] = self._capture(medusa, orders, order_id, row, taken)
		return replies

	def _capture(self, medusa: Dialect, orders: dict[str, Order], order_id: str, row: Row, taken: set[str]):
		if order_id not in orders:
			return ""
		try:
			id = _captured(medusa, orders, self.paid[row.reference_name], taken)
		except MedusaError as error:
			return error
		taken.add(id)
		return id

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [_result(row, reply[row.reference_name]) for row in self.rows]


def _result(row: Row, reply) -> Result:
	if isinstance(reply, MedusaError):
		return Result.failed(row, reply)
	if not reply:
		return Result.done(row)
	return Result.done(row, [Write(DOCTYPE, row.reference_name, {"medusa_transaction_id": reply})])


def _captured(medusa: Dialect, orders: dict[str, Order], paid: _Paid, taken: set[str]) -> str:
	"""Capture an amount, unless a call whose reply was lost has captured it already. Returns the capture's
	id; "" where nothing is open."""
	order = orders[paid.order_id]
	found = _unbooked(order, paid, taken)
	if found:
		return found
	payment = _to_capture(order, paid)
	if not payment:
		return ""
	before = {capture.id for capture in _captures(order)}
	rest = _open(payment)
	# A payment of the whole open amount captures all of it, with the fractions that Medusa has.
	medusa.capture(payment.id, rest if half_up(rest, paid.digits) <= paid.amount else paid.amount)
	order = orders[paid.order_id] = medusa.read_orders([paid.order_id]).get(paid.order_id, order)
	new = [capture.id for capture in _captures(order) if capture.id not in before and capture.id not in taken]
	return new[0] if new else ""


def _unbooked(order: Order, paid: _Paid, taken: set[str]) -> str:
	"""The id of a capture that no Payment Entry has: one of the amount, or a smaller one of a payment
	captured in full."""
	for payment in order.payments:
		is_through = payment.captured >= payment.amount
		for capture in payment.captures:
			amount = half_up(capture.amount, paid.digits)
			if capture.id not in taken and (amount == paid.amount or (is_through and amount < paid.amount)):
				return capture.id
	return ""


def _to_capture(order: Order, paid: _Paid) -> Payment | None:
	"""The first payment with enough left, else the one with most left: a Payment Entry is one capture."""
	payments = [each for each in order.payments if not each.is_canceled and each.amount > each.captured]
	enough = [each for each in payments if half_up(_open(each), paid.digits) >= paid.amount]
	return enough[0] if enough else max(payments, key=_open, default=None)


def _open(payment: Payment) -> Decimal:
	return payment.amount - payment.captured


def _captures(order: Order):
	return [capture for payment in order.payments for capture in payment.captures]


def _read(names: list[str]) -> dict[str, _Paid]:
	"""`{Payment Entry: its payment}` of submitted entries without an id that pay one order of the shop."""
	orders = _orders_of(names)
	by_name = {order.name: order for order in orders}
	paid: dict[str, list[_Paid]] = defaultdict(list)
	for order_name, entries in entries_made_here.made_here(orders).items():
		for own in entries:
			if own.name in names and own.amount > 0:
				order = by_name[order_name]
				paid[own.name].append(_Paid(order.medusa_order_id, own.amount, units(order.currency)))
	return {name: found[0] for name, found in paid.items() if len(found) == 1}


def _orders_of(entries: list[str]) -> list[frappe._dict]:
	"""The shop's Sales Orders that Payment Entries pay, directly or through invoices."""
	rows = frappe.get_all(
		"Payment Entry Reference",
		{"parent": ("in", entries or [""]), "parenttype": DOCTYPE},
		["reference_doctype", "reference_name"],
		order_by=None,
	)
	names = {row.reference_name for row in rows if row.reference_doctype == payment_entries.ORDER}
	bills = [row.reference_name for row in rows if row.reference_doctype == payment_entries.INVOICE]
	billed = {
		"parent": ("in", bills or [""]),
		"parenttype": payment_entries.INVOICE,
		"sales_order": ("is", "set"),
	}
	names |= set(frappe.get_all("Sales Invoice Item", billed, pluck="sales_order", order_by=None))
	of_shop = {"from_ecommerce": 1, "medusa_order_id": ("is", "set"), "name": ("in", list(names) or [""])}
	fields = ["name", "currency", "conversion_rate", "medusa_order_id", *booked_amounts.TOTALS]
	return frappe.get_all(payment_entries.ORDER, of_shop, fields, order_by="creation, name")


# --- document events


def waiting(names: list[str]) -> set[str]:
	"""Those Payment Entries whose capture waits to be sent to Medusa, is being sent, or is parked."""
	return set(outbox.rows_about(DOCTYPE, names)) if names else set()


def capture_in_medusa(doc, method: str | None = None) -> None:
	"""Payment Entry, on_submit: queue the capture of a customer's payment for an order of the shop, if the
	configuration asks for it, see "Captures from ERPNext".

	Source: docs/reference.md, "Document events".
	"""
	if not settings.enabled() or not settings.current().capture_in_medusa:
		return
	if doc.payment_type != payment_entries.RECEIVE or doc.get("medusa_transaction_id"):
		return
	orders = _orders_of([doc.name])
	if len(orders) == 1:
		outbox.add(CAPTURE, doc.name)
	elif orders:
		doc.add_comment(
			"Comment", _("It pays several orders of the shop, and isn't captured in Medusa: do that there.")
		)


def keep_captured(doc, method: str | None = None) -> None:
	"""Payment Entry, on_cancel: drop a waiting capture; if the capture was sent, add a comment to the entry
	that Medusa keeps it.

	Source: docs/reference.md, "Document events".
	"""
	if not settings.enabled() or doc.payment_type != payment_entries.RECEIVE:
		return
	if outbox.is_under_way(CAPTURE, doc.name) or doc.get("medusa_transaction_id"):
		doc.add_comment(
			"Comment",
			_(
				"Cancelling this changes nothing in Medusa: what is captured there can only be refunded there."
			),
		)
	else:
		outbox.forget(CAPTURE, doc.name)
