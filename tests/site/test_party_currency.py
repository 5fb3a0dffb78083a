"""ERPNext's rules of the currency of a Customer's books, on the stand-in as on a real bench."""

import frappe
import pytest

from medusa_integration import erpnext_api
from tests.orders.money.helpers import account
from tests.support import arriving, factories
from tests.support.selling import company

ONE_ACCOUNT = "allow_multi_currency_invoices_against_single_party_account"


@pytest.fixture(autouse=True)
def euros_and_dollars():
	before = frappe.db.get_single_value("Accounts Settings", ONE_ACCOUNT)
	for currency, rate in (("USD", 0.385), ("EUR", 0.4)):
		arriving.exchange(currency, rate)
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 1)
	yield
	frappe.db.rollback()
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, before)
	frappe.db.commit()


@pytest.fixture
def customer() -> str:
	name = factories.customer(f"Abroad {frappe.generate_hash(length=6)}", medusa_id=None).name
	frappe.db.commit()
	return name


def ordered(customer: str, currency: str):
	rate = {"OMR": 1, "USD": 0.385, "EUR": 0.4}[currency]
	return factories.sales_order(("G-1", 1, 10), customer=customer, currency=currency, conversion_rate=rate)


def billed(customer: str, currency: str, debit_to: str | None = None):
	"""A submitted invoice of an order that isn't the shop's."""
	doc = factories.invoice(ordered(customer, currency), submit=False)
	if debit_to:
		doc.debit_to = debit_to
		doc.party_account_currency = frappe.get_cached_value("Account", debit_to, "account_currency")
	doc.submit()
	for key in ("party_account_currency", "party_gle_currency", "party_gle_account"):
		frappe.local.cache.pop(key, None)
	return doc


def debtors(currency: str) -> str:
	return account(f"Debtors {currency}", currency, "Receivable")


def test_books_in_the_companys_currency_take_all(customer):
	for currency in ("OMR", "USD", "EUR"):
		doc = billed(customer, currency)
		assert (doc.party_account_currency, doc.outstanding_amount) == ("OMR", doc.base_grand_total)
	assert erpnext_api.books_currency(customer, company()) == "OMR"


def test_but_no_account_in_another_currency(customer):
	billed(customer, "OMR")
	with pytest.raises(frappe.ValidationError, match="OMR"):
		billed(customer, "USD", debtors("USD"))


def test_books_in_another_currency_take_that_one_alone(customer):
	assert billed(customer, "USD", debtors("USD")).outstanding_amount == 10
	assert erpnext_api.party_account(customer, company()) == debtors("USD")
	ordered(customer, "USD")
	for currency in ("OMR", "EUR"):
		with pytest.raises(frappe.ValidationError, match="USD"):
			ordered(customer, currency)


def test_an_order_that_is_there_already_is_not_billed(customer):
	order = ordered(customer, "EUR")
	billed(customer, "USD", debtors("USD"))
	with pytest.raises(frappe.ValidationError, match="USD"):
		factories.invoice(order)


def test_the_first_invoice_is_in_its_accounts_currency(customer):
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 0)
	with pytest.raises(frappe.ValidationError, match="should be same"):
		billed(customer, "USD")
	frappe.db.rollback()
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 0)
	billed(customer, "OMR")
	billed(customer, "USD")


def test_a_payment_is_on_the_account_of_its_invoice(customer):
	bill = billed(customer, "OMR")
	entry = factories.payment(bill, submit=False)
	entry.paid_from = account("Debtors Web", "OMR", "Receivable")
	with pytest.raises(frappe.ValidationError, match="is associated with"):
		entry.save()


def test_a_payment_is_in_the_currency_of_the_books(customer):
	bill = billed(customer, "USD")
	entry = factories.payment(bill)
	bill.reload()
	assert (entry.paid_amount, bill.outstanding_amount) == (3.85, 0)
