"""Refunds in Medusa → Payment Entries to the customer, and credit notes where an invoice stands.

Source: docs/reference.md, "Refunds from Medusa".
"""

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Movement, Order, Payment
from medusa_integration.medusa.totals import due_of, plan_of
from medusa_integration.money import NOTHING, decimal, half_up, unit
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.charges import return_fees
from medusa_integration.orders.charges.plan import CREDIT, credit_account
from medusa_integration.orders.charges.stored import CHARGES, read_charges
from medusa_integration.orders.exchanges import with_exchanges
from medusa_integration.orders.money import (
	billing,
	credit_notes,
	entries_made_here,
	payment_entries,
	settlements,
)
from medusa_integration.orders.money.captures_from_medusa import lock, make, movements
from medusa_integration.orders.money.payment_entries import INVOICE, PAY, units

# In the reason or the note of a refund.
OF_SHIPPING = re.compile(r"shipping|shipment|delivery|freight|postage|carriage", re.IGNORECASE)


def give_back(order: Order, sales_order) -> None:
	"""A step of an order: book each new refund, and draft its credit note. Goes after the payments, and after
	the returns, whose credit notes count first.

	:raises Blocked: where more was given back than is booked as received
	"""
	refunds = list(movements(order, "refunds"))
	late = _late_credit(order, sales_order)
	if sales_order.docstatus == 0:
		return
	if refunds or late:
		_book(refunds, late, order, sales_order)


def _book(refunds: list[tuple[Payment, Movement, Decimal]], late: Decimal, order: Order, sales_order) -> None:
	lock(sales_order)
	known = payment_entries.known(refund.id for _payment, refund, _before in refunds)
	new = [each for each in refunds if each[1].id not in known]
	if new:
		_must_be_received(order, sales_order)
	for payment, refund, before in new:
		entry = make(sales_order, payment, refund, before, PAY)
		settlements.settle(entry, sales_order)
	given = [refund for _payment, refund, _before in refunds]
	if late > 0:
		given.append(Movement(f"{CREDIT} {order.id} {late}", late, order.updated_at))
	_credit(given, order, sales_order)


def _must_be_received(order: Order, sales_order) -> None:
	"""Check that what was given back is booked as received: by the captures' Payment Entries, or by others that a user
	has made for the order."""
	made_here = entries_made_here.made_here([sales_order]).get(sales_order.name, [])
	by_hand = sum((own.amount for own in made_here), NOTHING)
	for payment in order.payments:
		entries = payment_entries.known(capture.id for capture in payment.captures)
		booked = sum(
			(
				capture.amount
				for capture in payment.captures
				if capture.id in entries and entries[capture.id].docstatus == 1
			),
			NOTHING,
		)
		if payment.refunded > booked + by_hand:
			raise Blocked(
				_(
					"Of {0}, {1} was given back in Medusa, of {2} captured, but only {3} is booked as received: book the captures as Payment Entries for {0}, or amend the cancelled ones, then Retry."
				).format(
					sales_order.name,
					*(
						_words(each, sales_order)
						for each in (payment.refunded, payment.captured, booked + by_hand)
					),
				)
			)
		by_hand -= max(payment.refunded - booked, NOTHING)


def _words(amount: Decimal, sales_order) -> str:
	return fmt_money(float(amount), units(sales_order.currency), sales_order.currency)


# --- credit notes


def _late_credit(order: Order, sales_order) -> Decimal:
	"""The gift cards and credit lines that came after the Sales Order was made or last changed."""
	if not sales_order.get(CHARGES):
		return NOTHING
	charged = sum(
		(decimal(row.tax_amount) for row in sales_order.taxes if row.medusa_charge == CREDIT), NOTHING
	)
	return plan_of(order).credit + charged


def check_billed(order: Order, sales_order) -> None:
	"""A step of an order: check that what Medusa charges is billed where no document of the order can do that any
	more: of shipping and fees of goods that came back before they were billed, of a negative credit line, and once all that came
	back is credited.

	:raises Blocked: says what to bill or to credit
	"""
	if sales_order.docstatus != 1 or order.status == "canceled" or not order.counts_returns:
		return
	if not sales_order.get(CHARGES):
		return
	whole, docs = order.part.whole if order.part else order, with_exchanges(sales_order)
	if len(docs) <= len(whole.exchanges):  # one isn't submitted yet
		return
	received = any(line.received_quantity for line in order.lines)
	came_back = received and any(_back_unbilled(order, sales_order).values())
	is_credited = received and _is_credited(whole, docs)
	may_lack = came_back or _late_credit(order, sales_order) < 0
	if not (may_lack or is_credited) or not all(map(billing.is_all_billed, docs)):
		return
	due, billed = (
		half_up(each, units(sales_order.currency))
		for each in (due_of(whole), decimal(flt(sum(map(billing.balance, docs)), 9)))
	)
	if billed < due and (may_lack or due - billed <= _rounding(docs)):
		words = _(
			"Order {0}: Medusa charges {1} after its returns and credits, and the Sales Invoices of {2} come to {3}. Make a Sales Invoice of {4} for {5} with {6} as the Customer's Purchase Order, then Retry."
		)
	elif is_credited and billed - due > _fractions(whole):
		words = _(
			"Order {0}: Medusa charges {1} after its returns and credits, and the Sales Invoices of {2} come to {3} less their credit notes. Make a credit note of {4} against one of them, then Retry."
		)
	else:
		return
	raise Blocked(
		words.format(
			order.display_id,
			_words(due, sales_order),
			sales_order.name,
			_words(billed, sales_order),
			_words(abs(due - billed), sales_order),
			sales_order.customer,
			sales_order.po_no or order.display_id,
		)
	)


def _is_credited(order: Order, docs: list) -> bool:
	"""Whether all that came back is credited, drafts included, or came back before it was billed, and no user has made or
	cancelled a credit note.

	:param docs: the Sales Orders of the order and its exchanges
	"""
	bills = [name for doc in docs for name in billing.invoices(doc)]
	against = {"is_return": 1, "return_against": ("in", [*bills, ""])}
	notes = frappe.get_all(
		INVOICE, against, ["docstatus", "medusa_return_id", "medusa_refund_id"], order_by=None
	)
	if any(note.docstatus == 2 or not (note.medusa_return_id or note.medusa_refund_id) for note in notes):
		return False
	back: dict[str, Decimal] = defaultdict(Decimal)
	for doc in docs:
		for line, quantity in (*_back_unbilled(order, doc).items(), *billing.credited(doc).items()):
			back[line] += quantity
	return all(back[line.id] == line.received_quantity for line in order.lines)


def _rounding(docs: list) -> Decimal:
	"""The most that rounding makes of a difference: two units a row."""
	rows = sum(len(doc.items) + len(doc.taxes) + 2 for doc in docs)
	return 2 * rows * unit(units(docs[0].currency))


def _fractions(order: Order) -> Decimal:
	"""The difference between the order's refunds in Medusa and those in whole units."""
	digits = units(order.currency)
	moved = [refund.amount for payment in order.payments for refund in payment.refunds]
	return sum((unit(digits) for amount in moved if amount != half_up(amount, digits)), NOTHING)


def _credit(refunds: list[Movement], order: Order, sales_order) -> None:
	"""Draft a credit note for the part of each refund that other credit notes, of returns and of users,
	leave, and that was billed. These count for the oldest refunds first. Delete a draft that they make superfluous."""
	bills = _bills(sales_order)
	if not bills:
		return
	digits = units(sales_order.currency)
	notes = frappe.get_all(
		INVOICE,
		{"is_return": 1, "docstatus": ("<", 2), "return_against": ("in", list(bills))},
		["name", "docstatus", "grand_total", "return_against", "medusa_refund_id", "medusa_return_id"],
		order_by="creation, name",
	)
	covered = _covered(notes, order, sales_order)
	if order.part:  # what came back paid for the goods of exchanges too
		covered = max(covered - max(sum(bills.values()) - order.captured, NOTHING), NOTHING)
	for note in notes:
		bills[note.return_against] += decimal(note.grand_total)
	ours = {note.medusa_refund_id: note for note in notes if note.medusa_refund_id}
	earlier = [note for id, note in ours.items() if id.startswith(f"{CREDIT} ")]
	for refund in refunds:
		if refund.id.startswith(f"{CREDIT} "):
			covered += sum(
				(-decimal(note.grand_total) for note in earlier if note.medusa_refund_id != refund.id),
				NOTHING,
			)
		note, amount = ours.get(refund.id), half_up(refund.amount, digits)
		if note and note.docstatus:  # which the notes of returns don't replace any more
			amount = max(amount + decimal(note.grand_total), NOTHING)
		missing, covered = max(amount - covered, NOTHING), max(covered - amount, NOTHING)
		if note and not missing and note.docstatus == 0:
			frappe.delete_doc(INVOICE, note.name, ignore_permissions=True)
		elif missing and not note and not _was_cancelled(refund):
			_draft(bills, refund, missing, sales_order)


def _covered(notes: list, order: Order, sales_order) -> Decimal:
	"""The amount given back by credit notes that aren't for a refund, and by not billing what came back. Returns count
	by how much they have lowered Medusa's total, where only rounding lies between."""
	ours = [note for note in notes if not note.medusa_refund_id]
	by_hand = -sum((decimal(note.grand_total) for note in ours if not note.medusa_return_id), NOTHING)
	given = -sum((decimal(note.grand_total) for note in ours if note.medusa_return_id), NOTHING)
	given += _never_billed(order, sales_order)
	if order.counts_returns and given:
		lowered = _lowered(order)
		given = lowered if abs(given - lowered) <= _rounding([sales_order]) else given
	return given + by_hand


def _lowered(order: Order) -> Decimal:
	"""By how much the returns of an order, or of a part of it, have lowered what Medusa charges."""
	whole = order.part.whole if order.part else order
	own, returns = {line.id for line in order.lines}, {each.id for each in order.returns}
	before = replace(
		whole,
		lines=tuple(
			replace(line, received_quantity=NOTHING) if line.id in own else line for line in whole.lines
		),
		returns=tuple(replace(each, fees=()) if each.id in returns else each for each in whole.returns),
	)
	return due_of(before) - due_of(whole)


def _back_unbilled(order: Order, sales_order) -> dict[str, Decimal]:
	"""`{line: the pieces that came back before they were billed, as Medusa counts them}`."""
	billed, sizes = billing.billed_quantities(sales_order), medusa_lines.line_sizes(sales_order)
	left: dict[str, Decimal] = defaultdict(Decimal)
	for row in sales_order.items:
		has = billed.get(row.name, billing.Billed())
		left[row.medusa_line_id] += medusa_lines.stock_units(row) - has.billed
	return {
		line.id: min(
			line.received_quantity,
			medusa_lines.to_medusa(max(left[line.id], NOTHING), sizes.get(line.id, medusa_lines.ONE)),
		)
		for line in order.lines
	}


def _never_billed(order: Order, sales_order) -> Decimal:
	"""By how much pieces that came back before they were billed lower what Medusa charges, less the fees that the order's
	invoices charge."""
	unbilled = _back_unbilled(order, sales_order)
	if not any(unbilled.values()):
		return NOTHING
	marks = {row["medusa_charge"] for row in read_charges(sales_order).get(return_fees.KEPT) or []}
	order = replace(order, counts_returns=True)
	without = replace(
		order,
		lines=tuple(
			replace(line, received_quantity=line.received_quantity - unbilled[line.id])
			for line in order.lines
		),
		returns=tuple(
			replace(each, fees=()) if return_fees.mark_of(each.id) in marks else each
			for each in order.returns
		),
	)
	return max(due_of(without) - due_of(order), NOTHING)


def _draft(bills: dict[str, Decimal], refund: Movement, missing: Decimal, sales_order) -> None:
	"""Draft against the invoice whose shipping the refund gives back, else against the one with the most left; never
	more than that. A credit line is on its account."""
	is_credit = refund.id.startswith(f"{CREDIT} ")
	for bill, left in bills.items() if not is_credit else ():
		shipping = credit_notes.shipping_of(bill, sales_order)
		if missing <= left and _is_of_shipping(refund, missing, shipping.total):
			credit_notes.draft(bill, refund.id, missing, sales_order, shipping)
			bills[bill] -= missing
			return
	name = max(bills, key=lambda each: bills[each])
	amount = min(missing, bills[name])
	if amount <= 0:
		return
	if is_credit:
		account = credit_account(_words(amount, sales_order), sales_order.company)
		credit_notes.draft(name, refund.id, amount, sales_order, account=account)
	else:
		credit_notes.draft(name, refund.id, amount, sales_order)
	bills[name] -= amount


def _is_of_shipping(refund: Movement, missing: Decimal, shipping: Decimal) -> bool:
	"""Whether a refund without goods is of shipping: it is just as much, or its reason or note says so."""
	return 0 < missing <= shipping and (missing == shipping or bool(OF_SHIPPING.search(refund.note)))


def _was_cancelled(refund: Movement) -> bool:
	return bool(frappe.db.exists(INVOICE, {"medusa_refund_id": refund.id, "docstatus": 2}))


def _bills(sales_order) -> dict[str, Decimal]:
	"""`{submitted Sales Invoice of the order or its exchanges: its total}`."""
	names = [name for each in with_exchanges(sales_order) for name in billing.invoices(each)]
	filters = {"name": ("in", [*names, ""])}
	rows = frappe.get_all(INVOICE, filters, ["name", "grand_total"], order_by="creation, name")
	return {row.name: decimal(flt(row.grand_total)) for row in rows}
