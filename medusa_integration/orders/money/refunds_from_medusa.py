"""Refunds in Medusa → Payment Entries to the customer, and credit notes where an invoice stands.

Source: docs/reference.md, "Refunds from Medusa".
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Movement, Order
from medusa_integration.money import decimal, half_up
from medusa_integration.orders.exchanges import with_exchanges
from medusa_integration.orders.money import billing, credit_notes, payment_entries, settlements
from medusa_integration.orders.money.captures_from_medusa import lock, make, movements
from medusa_integration.orders.money.payment_entries import INVOICE, PAY, units


def give_back(order: Order, sales_order) -> None:
	"""A step of an order: book each new refund, and draft its credit note. Goes after the payments, and after
	the returns, whose credit notes count first.

	:raises Blocked: where more was given back than is booked as received
	"""
	refunds = list(movements(order, "refunds"))
	if sales_order.docstatus == 0 or not refunds:
		return
	lock(sales_order)
	known = payment_entries.known(refund.id for _payment, refund, _before in refunds)
	new = [each for each in refunds if each[1].id not in known]
	if new:
		_must_be_received(order, sales_order)
	for payment, refund, before in new:
		entry = make(sales_order, payment, refund, before, PAY)
		settlements.settle(entry, sales_order)
	_credit([refund for _payment, refund, _before in refunds], sales_order)


def _must_be_received(order: Order, sales_order) -> None:
	for payment in order.payments:
		entries = payment_entries.known(capture.id for capture in payment.captures)
		booked = sum(
			(
				capture.amount
				for capture in payment.captures
				if capture.id in entries and entries[capture.id].docstatus == 1
			),
			Decimal(0),
		)
		if payment.refunded > booked:
			raise Blocked(
				_(
					"Of {0}, {1} was given back in Medusa, of {2} captured, but only {3} is booked as received: see to the Payment Entries of the captures first, then retry."
				).format(
					sales_order.name,
					*(_words(each, sales_order) for each in (payment.refunded, payment.captured, booked)),
				)
			)


def _words(amount: Decimal, sales_order) -> str:
	return fmt_money(float(amount), units(sales_order.currency), sales_order.currency)


# --- credit notes


def _credit(refunds: list[Movement], sales_order) -> None:
	"""Draft a credit note for the part of each refund that other credit notes, of returns and of users,
	leave. These count for the oldest refunds first. Delete a draft that they make superfluous."""
	bills = _bills(sales_order)
	if not bills:
		return
	digits = units(sales_order.currency)
	notes = frappe.get_all(
		INVOICE,
		{"is_return": 1, "docstatus": ("<", 2), "return_against": ("in", list(bills))},
		["name", "docstatus", "grand_total", "return_against", "medusa_refund_id"],
		order_by="creation, name",
	)
	covered = sum((-decimal(note.grand_total) for note in notes if not note.medusa_refund_id), Decimal(0))
	for note in notes:
		bills[note.return_against] += decimal(note.grand_total)
	ours = {note.medusa_refund_id: note for note in notes if note.medusa_refund_id}
	for refund in refunds:
		missing = max(half_up(refund.amount, digits) - covered, Decimal(0))
		covered = max(covered - half_up(refund.amount, digits), Decimal(0))
		note = ours.get(refund.id)
		if note and not missing and note.docstatus == 0:
			frappe.delete_doc(INVOICE, note.name, ignore_permissions=True)
		elif missing and not note and not _was_cancelled(refund):
			_draft(bills, refund, missing, sales_order)


def _draft(bills: dict[str, Decimal], refund: Movement, missing: Decimal, sales_order) -> None:
	"""Draft against the invoice with the most left; never more than that."""
	name = max(bills, key=lambda each: bills[each])
	amount = min(missing, bills[name])
	if amount > 0:
		credit_notes.draft(name, refund.id, amount, sales_order)
		bills[name] -= amount


def _was_cancelled(refund: Movement) -> bool:
	return bool(frappe.db.exists(INVOICE, {"medusa_refund_id": refund.id, "docstatus": 2}))


def _bills(sales_order) -> dict[str, Decimal]:
	"""`{submitted Sales Invoice of the order or its exchanges: its total}`."""
	names = [name for each in with_exchanges(sales_order) for name in billing.invoices(each)]
	filters = {"name": ("in", [*names, ""])}
	rows = frappe.get_all(INVOICE, filters, ["name", "grand_total"], order_by="creation, name")
	return {row.name: decimal(flt(row.grand_total)) for row in rows}
