"""One customer who buys in several currencies, in any sequence: each order is placed, billed, paid, and in part given back.

ERPNext keeps a Customer's books in one currency, and refuses what is in another one.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import frappe
import pytest
from frappe.utils import flt

from medusa_integration.medusa.order import Customer
from medusa_integration.orders import orders_from_medusa
from tests.orders.money import helpers
from tests.orders.money.helpers import account, bills, capture, entries, notes, paid
from tests.support import arriving, factories
from tests.support.arriving import VAT5, VAT15, line, shipping
from tests.support.selling import company

RATES = {"OMR": 1, "USD": 0.385, "EUR": 0.4187, "JPY": 0.00257}
PRICES = {"OMR": ("1.235", "0.333", "2.1"), "USD": ("3.99", "0.87", "5.2"), "EUR": ("3.49", "0.79", "4.9")}
PRICES["JPY"] = ("555", "79", "601")
ONE_ACCOUNT = "allow_multi_currency_invoices_against_single_party_account"
AISHA = Customer(id="cus_1", email="aisha@example.com", first_name="Aisha", last_name="B", has_account=True)


@pytest.fixture(autouse=True)
def configured():
	"""A receivable account for each foreign currency, and ERPNext's settings as they are at first."""
	before = frappe.db.get_single_value("Accounts Settings", ONE_ACCOUNT)
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 0)
	with arriving.precision(3):
		for currency, rate in RATES.items():
			if currency != "OMR":
				arriving.exchange(currency, rate)
		configure()
		arriving.items("G-1", "G-2")
		yield
	frappe.db.rollback()
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, before)
	frappe.db.commit()


def configure(table: bool = True, **values) -> None:
	rows = [{"currency": each, "account": debtors(each)} for each in RATES if each != "OMR"] if table else []
	providers = [{"mode_of_payment": "Cash"}]
	arriving.configure_orders(receivable_accounts=rows, payment_providers=providers, **values)


def debtors(currency: str) -> str:
	return account(f"Debtors {currency}", currency, "Receivable")


def order(currency: str, number: int = 1, **values):
	first, second, freight = PRICES[currency]
	lines = [
		line("G-1", first, 7, VAT5, id=f"ordli_{number}_1"),
		line("G-2", second, 3, VAT15, id=f"ordli_{number}_2"),
	]
	values = {"id": f"order_{number}", "display_id": str(1000 + number), "customer": AISHA, **values}
	return arriving.order(*lines, currency=currency, methods=[shipping(freight, VAT5)], **values)


def paid_order(given, *parts, refunds=()):
	"""The order with captures: of all, or of parts."""
	number = given.id.partition("_")[2]
	parts = parts or (given.total,)
	captures = [capture(f"cap_{number}_{n}", part, n) for n, part in enumerate(parts)]
	back = [capture(f"ref_{number}_{n}", part, 30 + n) for n, part in enumerate(refunds)]
	return replace(given, payments=(paid(*captures, refunds=back, currency=given.currency, id=f"pay_{number}"),))


def arrive(given):
	"""What the inbox does about an order, twice: the second time changes nothing."""
	for _time in range(2):
		frappe.db.commit()
		assert orders_from_medusa.arrive(given) == []
		frappe.db.commit()
	return frappe.get_doc("Sales Order", {"medusa_order_id": given.id, "docstatus": 1})


def split(total: Decimal, currency: str) -> tuple[Decimal, Decimal]:
	digits = {"OMR": 3, "JPY": 0}.get(currency, 2)
	first = round(total / 3, digits)
	return first, total - first


# --- the ways in which an order is paid


def billed_on_capture(given):
	configure_invoices(1)
	doc = arrive(paid_order(given))
	configure_invoices(0)
	return doc


def paid_ahead_in_parts(given):
	arrive(given)
	doc = arrive(paid_order(given, *split(given.total, given.currency)))
	factories.invoice(doc)
	return doc


def billed_first(given):
	factories.invoice(arrive(given))
	return arrive(paid_order(given))


def billed_then_paid_in_parts(given):
	factories.invoice(arrive(given))
	return arrive(paid_order(given, *split(given.total, given.currency)))


WAYS = (billed_on_capture, paid_ahead_in_parts, billed_first, billed_then_paid_in_parts)
IN_PARTS = (paid_ahead_in_parts, billed_then_paid_in_parts)


def configure_invoices(value: int) -> None:
	frappe.db.set_single_value("Medusa Configuration", "invoice_on_capture", value)
	frappe.db.commit()


def give_back(given, way) -> None:
	"""A third of the order, then the rest."""
	parts = split(given.total, given.currency) if way in IN_PARTS else ()
	both = split(given.total, given.currency)
	for count in (1, 2):
		arrive(paid_order(given, *parts, refunds=both[:count]))
		for note in notes():
			if note.docstatus == 0:
				note.submit()


def customers() -> set[str]:
	return set(frappe.get_all("Sales Order", {"medusa_order_id": ("like", "order_%")}, pluck="customer"))


def nothing_is_left() -> None:
	frappe.db.commit()
	if __import__("os").environ.get("DBG"):
		for d in bills(): print(d.name,d.currency,d.grand_total,d.base_grand_total,d.outstanding_amount,d.debit_to,[(a.reference_name,a.advance_amount,a.allocated_amount) for a in d.get("advances")])
		for n in frappe.get_all("Payment Entry", pluck="name"):
			e=frappe.get_doc("Payment Entry", n); print(n,e.payment_type,e.paid_amount,e.received_amount,e.unallocated_amount,e.paid_from,[(r.reference_name,r.allocated_amount,r.outstanding_amount) for r in e.references])
	for doc in (*bills(), *notes()):
		assert (flt(doc.outstanding_amount, 6), doc.docstatus) == (0, 1), (doc.name, doc.currency)
	found = [frappe.get_doc("Payment Entry", name) for name in frappe.get_all("Payment Entry", pluck="name")]
	for entry in found:
		assert flt(entry.unallocated_amount, 6) == 0 or entry.payment_type == "Pay", entry.name
		ahead = {
			row.reference_name: row.allocated_amount
			for row in entry.references
			if row.reference_doctype == "Sales Order" and flt(row.allocated_amount, 6)
		}
		assert ahead == {}, entry.name
	for customer in customers():
		assert helpers.open_vouchers(customer) == {}
		assert helpers.owes(customer) == 0
	assert helpers.is_balanced(*bills(), *notes(), *found)


SEQUENCES = list(permutations(RATES))


@pytest.mark.parametrize(
	("sequence", "turn"),
	[
		pytest.param(each, number % 4, id="-".join(each), marks=() if number % 8 == 3 else pytest.mark.slow)
		for number, each in enumerate(SEQUENCES)
	],
)
@pytest.mark.parametrize("table", [True, False], ids=["table", "none"])
def test_any_sequence_of_currencies(sequence, turn: int, table: bool):
	configure(table)
	ways = WAYS[turn:] + WAYS[:turn]
	orders = [order(currency, number) for number, currency in enumerate(sequence, 1)]
	for given, way in zip(orders, ways, strict=True):
		doc = way(given)
		assert (doc.currency, Decimal(str(doc.grand_total))) == (given.currency, given.total)
		nothing_is_left()
	assert len(customers()) == 1
	for given, way in zip(orders, ways, strict=True):
		give_back(given, way)
		nothing_is_left()
