"""Captures in Medusa → Payment Entries.

Source: docs/reference.md, "Payments from Medusa".
"""

from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from medusa_integration import settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Movement, Order, Payment
from medusa_integration.money import decimal, half_up
from medusa_integration.orders.money import entries_made_here, payment_entries
from medusa_integration.orders.money.captures_to_medusa import waiting
from medusa_integration.orders.money.entries_made_here import Own
from medusa_integration.orders.money.payment_entries import Money, units

DOCTYPE = payment_entries.DOCTYPE


def book(order: Order, sales_order) -> None:
	"""A step of an order: book each new capture. While the Sales Order is a draft, captures wait.

	:raises Blocked: where the configuration has no account for the provider
	"""
	captures = list(movements(order, "captures"))
	if sales_order.docstatus == 0 or not captures:
		return
	known = payment_entries.known(capture.id for _payment, capture, _before in captures)
	if len(known) < len(captures):
		_book_new(captures, sales_order)
	_say_difference(order, sales_order)


def _book_new(captures: list[tuple[Payment, Movement, Decimal]], sales_order) -> None:
	lock(sales_order)
	entries = _Entries(sales_order, [capture for _payment, capture, _before in captures])
	for payment, capture, before in captures:
		if capture.id not in entries.known and not entries.adopts(payment, capture):
			make(sales_order, payment, capture, before, payment_entries.RECEIVE)


def movements(order: Order, kind: str) -> Iterator[tuple[Payment, Movement, Decimal]]:
	"""The captures or refunds of an order, the oldest first: the payment, the movement, and the sum of those before it."""
	found = [(payment, each) for payment in order.payments for each in getattr(payment, kind)]
	before = Decimal(0)
	for payment, each in sorted(found, key=lambda pair: (pair[1].at, pair[1].id)):
		yield payment, each, before
		before += each.amount


def lock(sales_order) -> None:
	"""Lock the Sales Order until commit: one worker at a time books its money."""
	frappe.db.get_value(sales_order.doctype, sales_order.name, "name", for_update=True)


def make(sales_order, payment: Payment, movement: Movement, before: Decimal, payment_type: str):
	"""Make and submit the Payment Entry of a capture or refund.

	:param before: the sum of the order's captures, or refunds, before it
	:raises Blocked: where the configuration has no account for the provider
	"""
	mode, account = mode_and_account(payment.provider, sales_order.company)
	digits = units(sales_order.currency)
	money = Money(
		id=movement.id,
		payment_type=payment_type,
		amount=half_up(movement.amount, digits),
		before=half_up(before, digits),
		day=settings.local_time(movement.at).date(),
		mode_of_payment=mode,
		account=account,
	)
	return payment_entries.book(sales_order, money)


def mode_and_account(provider: str, company: str) -> tuple[str, str]:
	"""The Mode of Payment and account for a provider's money: of the first row that names the provider, else
	of those for all others, whose account is the company's.

	:raises Blocked: where there is none
	"""
	rows = settings.current().payment_providers
	for wanted in (provider, ""):
		for row in rows:
			if (row.provider or "").strip() != wanted:
				continue
			account = row.account or _account_of_mode(row.mode_of_payment, company)
			if account and frappe.get_cached_value("Account", account, "company") == company:
				return row.mode_of_payment, account
	raise Blocked(
		_(
			"Nothing says where payments by {0} are booked for {1}: in the Medusa Configuration, give its row in Payment Providers, or one without a provider for all others, a Mode of Payment with an account of that company, then retry."
		).format(provider or _("no provider"), company)
	)


def _account_of_mode(mode: str, company: str) -> str | None:
	filters = {"parenttype": "Mode of Payment", "parent": mode, "company": company}
	return frappe.db.get_value("Mode of Payment Account", filters, "default_account")


class _Entries:
	"""The Payment Entries of an order: those of captures, and those made in ERPNext.

	A capture belongs to an entry made in ERPNext if it has the same amount, and either the entry is queued as
	a capture (the outbox then writes the id), or the two together come to more than the order. It may be less
	than a queued entry where its payment has no more to capture.
	"""

	def __init__(self, sales_order, captures: list[Movement]) -> None:
		self.digits = units(sales_order.currency)
		self.total = decimal(flt(sales_order.grand_total, self.digits))
		self.made_here = entries_made_here.made_here([sales_order]).get(sales_order.name, [])
		names = [own.name for own in self.made_here]
		# Before the ids: an entry on its way now has either still a row in the outbox or an id here.
		self.on_their_way = waiting(names)
		self.known = payment_entries.known(capture.id for capture in captures)
		have_ids = {"name": ("in", [*names, ""]), "medusa_transaction_id": ("is", "set")}
		settled = set(frappe.get_all(DOCTYPE, have_ids, pluck="name", order_by=None)) if names else set()
		self.made_here = [own for own in self.made_here if own.name not in settled]
		standing = {id for id, entry in self.known.items() if entry.docstatus == 1}
		amounts = [own.amount for own in self.made_here]
		self.booked = sum(
			[*amounts, *(half_up(each.amount, self.digits) for each in captures if each.id in standing)],
			Decimal(0),
		)

	def adopts(self, payment: Payment, capture: Movement) -> bool:
		own = next((own for own in self.made_here if self._fits(own, payment, capture)), None)
		if not own:
			self.booked += half_up(capture.amount, self.digits)
			return False
		self.made_here.remove(own)
		if own.name not in self.on_their_way:
			frappe.db.set_value(DOCTYPE, own.name, "medusa_transaction_id", capture.id, update_modified=False)
		return True

	def _fits(self, own: Own, payment: Payment, capture: Movement) -> bool:
		amount = half_up(capture.amount, self.digits)
		is_last = payment.captured >= payment.amount and amount < own.amount
		if amount != own.amount and not (is_last and own.name in self.on_their_way):
			return False
		return own.name in self.on_their_way or self.booked + amount > self.total


def _say_difference(order: Order, sales_order) -> None:
	"""Comment on the Sales Order if the captured sum isn't its total, once for each sum."""
	digits = units(sales_order.currency)
	captured = half_up(sum((payment.captured for payment in order.payments), Decimal(0)), digits)
	total = decimal(flt(sales_order.grand_total, digits))
	if captured == total:
		return
	money = [fmt_money(float(each), digits, sales_order.currency) for each in (captured, total)]
	text = _("Captured in Medusa: {0} of {1}").format(*money)
	of_order = {"reference_doctype": sales_order.doctype, "reference_name": sales_order.name}
	if not frappe.db.exists("Comment", {**of_order, "content": text}):
		sales_order.add_comment("Comment", text)
