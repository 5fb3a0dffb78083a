"""Payment Entries for orders of the shop: payments received and money given back.

The amounts of a Payment Entry are in the currencies of its two accounts. The customers' account may be in the
order's or the company's currency, the bank's account in any.

Source: docs/reference.md, "Payments from Medusa".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.meta import get_field_precision
from frappe.utils import flt

from medusa_integration import erpnext_api
from medusa_integration.customers import books
from medusa_integration.money import decimal, decimals_of, half_up
from medusa_integration.orders.money import billing, booked_amounts, receivables

DOCTYPE = "Payment Entry"
ORDER, INVOICE = "Sales Order", "Sales Invoice"
RECEIVE, PAY = "Receive", "Pay"


@dataclass(frozen=True)
class Money:
	"""Money that moved for an order.

	:param id: of the capture or refund in Medusa
	:param amount: in the order's currency, always positive
	:param before: the sum moved for the order in this direction before; by it, parts in another currency add up
	:param account: of the bank or the provider
	"""

	id: str
	payment_type: str
	amount: Decimal
	before: Decimal
	day: date
	mode_of_payment: str
	account: str


def book(order, money: Money):
	"""Make and submit the Payment Entry. Received money pays the order's open invoices, the oldest first,
	then the order itself in advance, each up to its outstanding amount. The rest stays unallocated, and so
	does money given back.

	:param order: the Sales Order; a cancelled one gets no allocation
	"""
	receives = money.payment_type == RECEIVE
	owing = _owing(order) if receives and order.docstatus == 1 else []
	party_account = _party_account(order, money, owing)
	source = owing[0] if owing else _any_document(order)
	entry = _mapped(source, money)
	_set_party_account(entry, party_account, receives)
	currencies = [entry.paid_from_account_currency, entry.paid_to_account_currency]
	party_currency, bank_currency = currencies if receives else reversed(currencies)
	if party_currency == books.own_currency(order.company) != order.currency:
		party = _in_books(order, money, owing)
		bank = party if bank_currency == party_currency else _in_account(source, money, bank_currency)
	else:
		party, bank = _amounts(source, money, party_currency, bank_currency)
	entry.set("references", _references(owing, money, party_account, party, order))
	entry.paid_amount, entry.received_amount = (party, bank) if receives else (bank, party)
	_work_out(entry, source)
	_keep_rate(entry, order)
	entry.update(
		{
			"posting_date": money.day,
			"mode_of_payment": money.mode_of_payment,
			"reference_no": money.id,
			"reference_date": money.day,
			"medusa_transaction_id": money.id,
			"medusa_order_id": order.medusa_order_id,
		}
	)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry


def known(ids: Iterable[str]) -> dict[str, frappe._dict]:
	"""`{id of a capture or refund: its Payment Entry}`, with name, docstatus and paid_from. Cancelled entries
	count, so that their money isn't booked again."""
	filters = {"medusa_transaction_id": ("in", [*ids, ""])}
	fields = ["name", "docstatus", "payment_type", "paid_from", "medusa_transaction_id"]
	rows = frappe.get_all(DOCTYPE, filters, fields, order_by="creation, name")
	return {row.medusa_transaction_id: row for row in rows if row.medusa_transaction_id}


# --- outstanding amounts


def _owing(order) -> list:
	"""The documents that the money pays: open invoices, the oldest first, and the order, unless it is fully
	billed."""
	bills = [frappe.get_doc(INVOICE, name) for name in reversed(billing.invoices(order))]
	owing = [bill for bill in bills if flt(bill.outstanding_amount) > 0]
	return owing if flt(order.per_billed, 2) >= 100 else [*owing, order]


def _any_document(order):
	"""A document of the order that ERPNext makes a Payment Entry of, whether or not it is open."""
	bills = billing.invoices(order)
	return frappe.get_doc(INVOICE, bills[0]) if bills else order


def _outstanding(doc, party_currency: str, order) -> float:
	if doc.doctype == INVOICE:
		return flt(doc.outstanding_amount)
	prefix = "" if party_currency == doc.currency else "base_"
	total = _total(doc, prefix)
	fields = [f"{prefix}rounded_total", f"{prefix}grand_total"]
	bills = frappe.get_all(INVOICE, {"name": ("in", [*billing.invoices(order), ""])}, fields, order_by=None)
	billed = sum(_total(bill, prefix) for bill in bills)
	paid = {"reference_doctype": ORDER, "reference_name": doc.name, "docstatus": 1}
	advances = frappe.get_all("Payment Entry Reference", paid, pluck="allocated_amount", order_by=None)
	# ERPNext's own advance_paid may still count advances moved to an invoice.
	owed = min(total - flt(doc.advance_paid), total - billed - sum(map(flt, advances)))
	return flt(owed, precision(party_currency))


def _total(doc, prefix: str) -> float:
	return flt(doc.get(f"{prefix}rounded_total")) or flt(doc.get(f"{prefix}grand_total"))


def _references(owing: list, money: Money, party_account: str, left: float, order) -> list:
	"""The references made by ERPNext itself, so that their Payment Requests count as paid."""
	rows, currency = [], frappe.get_cached_value("Account", party_account, "account_currency")
	digits = precision(currency)
	for doc in owing:
		part = min(_outstanding(doc, currency, order), left)
		if part <= 0 or (doc.doctype == INVOICE and doc.debit_to != party_account):
			continue
		left = flt(left - part, digits)
		for row in _mapped(doc, money, part).references:
			row.allocated_amount = min(flt(row.allocated_amount), part)
			part = flt(part - row.allocated_amount, digits)
			if row.allocated_amount > 0:
				rows.append({**row.as_dict(no_default_fields=True), "name": None})
	return rows


# --- the document


def _mapped(doc, money: Money, party_amount: float | None = None):
	return erpnext_api.payment_entry_of(
		doc,
		payment_type=money.payment_type,
		account=money.account,
		amount=float(money.amount),  # the amounts are set afterwards
		day=money.day,
		party_amount=party_amount,
	)


def _party_account(order, money: Money, owing: list) -> str:
	if money.payment_type == PAY:
		taken = {"medusa_order_id": order.medusa_order_id, "payment_type": RECEIVE, "docstatus": 1}
		account = frappe.db.get_value(DOCTYPE, taken, "paid_from", order_by="creation desc")
		if account:
			return account
	if owing and owing[0].doctype == INVOICE:
		return owing[0].debit_to
	return receivables.account_for(order.customer, order.company, order.currency)


def _set_party_account(entry, account: str, receives: bool) -> None:
	side = "paid_from" if receives else "paid_to"
	if entry.get(side) == account:
		return
	values = frappe.get_cached_value("Account", account, ["account_currency", "account_type"], as_dict=True)
	entry.set(side, account)
	entry.set(f"{side}_account_currency", values.account_currency)
	entry.set(f"{side}_account_type", values.account_type)
	entry.set(f"{side}_account_balance", None)


def _amounts(doc, money: Money, party_currency: str, bank_currency: str) -> tuple[float, float]:
	"""The amount on the customers' account and on the bank's."""
	if party_currency == bank_currency:
		# The difference of two sums: parts that are rounded one by one don't add up to the whole.
		before = _converted(doc, money.before, party_currency)
		party = bank = flt(
			_converted(doc, money.before + money.amount, party_currency) - before, precision(party_currency)
		)
		return party, bank
	return _converted(doc, money.amount, party_currency), _in_account(doc, money, bank_currency)


def _in_books(order, money: Money, owing: list) -> float:
	"""The amount on a customers' account in the company's currency."""
	bills = billing.invoices(order) if money.payment_type == PAY else []
	if bills:
		return booked_amounts.credited(order, money.amount, bills)
	own = books.own_currency(order.company)
	open_amount = sum(_outstanding(doc, own, order) for doc in owing)
	return booked_amounts.part_of(order, money.amount, money.before, open_amount)


def _in_account(doc, money: Money, currency: str) -> float:
	return _converted(doc, money.amount, currency, money.day)


def _converted(doc, amount: Decimal, currency: str, day: date | None = None) -> float:
	"""Convert an amount from the document's currency: to the company's at the document's rate, else at the
	day's rate."""
	if currency == doc.currency:
		return float(half_up(amount, precision(currency)))
	if currency == frappe.get_cached_value("Company", doc.company, "default_currency"):
		rate = decimal(doc.conversion_rate)
	else:
		rate = decimal(erpnext_api.exchange_rate(doc.currency, currency, day))
	# As ERPNext rounds invoices and credit notes in the company's currency.
	return flt(float(amount * rate), precision(currency))


def _work_out(entry, source) -> None:
	"""Let ERPNext compute rates and sums. No discount for paying early is taken: the paid amount is known."""
	if entry.meta.has_field("deductions"):
		entry.set("deductions", [])
	entry.source_exchange_rate = entry.target_exchange_rate = 0
	erpnext_api.set_rates(entry, source)
	if not entry.references:
		_set_exact_rate(entry)
	erpnext_api.set_sums(entry)


def _set_exact_rate(entry) -> None:
	"""Set the customers' exchange rate to the ratio of the amounts. ERPNext divides the rounded amount in the
	company's currency by it to get the unallocated amount. Any other rate leaves a fraction of the payment
	open."""
	own = frappe.get_cached_value("Company", entry.company, "default_currency")
	sides = [
		("source_exchange_rate", entry.paid_amount, entry.paid_from_account_currency),
		("target_exchange_rate", entry.received_amount, entry.paid_to_account_currency),
	]
	(field, amount, currency), (other, bank, bank_currency) = (
		sides if entry.payment_type == RECEIVE else reversed(sides)
	)
	if currency == own or not amount:
		return
	at_rate = flt(amount * entry.get(field), precision(own))
	entry.set(field, (bank if bank_currency == own else at_rate) / amount)
	if bank_currency == currency:
		entry.set(other, entry.get(field))


def _keep_rate(entry, order) -> None:
	"""Set the rate of a bank's account in the order's currency to the ratio of the amounts, where the customers' is
	in the company's: the amounts are one payment, rounded as the order's documents are."""
	receives = entry.payment_type == RECEIVE
	own = books.own_currency(entry.company)
	sides = [
		(entry.paid_from_account_currency, entry.paid_amount, "source_exchange_rate"),
		(entry.paid_to_account_currency, entry.received_amount, "target_exchange_rate"),
	]
	(party, amount, _field), (bank, in_bank, field) = sides if receives else reversed(sides)
	if party == own != bank == order.currency and in_bank:
		entry.set(field, amount / in_bank)
		erpnext_api.set_sums(entry)


# --- figures


def precision(currency: str | None) -> int:
	"""The decimals of Payment Entries' amounts in a currency."""
	field = frappe.get_meta(DOCTYPE).get_field("paid_amount")
	return get_field_precision(field, currency=currency)


def units(currency: str) -> int:
	"""The decimals of payments in a currency: the currency's own, at most the site's. A site that uses three
	for its own currency writes dollars with three, too."""
	return min(decimals_of(currency), precision(currency))
