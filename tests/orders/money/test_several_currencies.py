"""One customer who buys in several currencies, in any sequence: each order is placed, billed, paid, and in part given back.

ERPNext keeps a Customer's books in one currency, and refuses what is in another one.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import frappe
import pytest
from frappe.utils import flt

from medusa_integration import erpnext_api
from medusa_integration.customers import emails, whose_documents
from medusa_integration.customers.same_email import same_as
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.box import inbox
from medusa_integration.medusa.order import Customer
from medusa_integration.orders import orders_from_medusa, status_to_medusa
from medusa_integration.patches import retry_other_currencies
from medusa_integration.storefront.shop_orders import find
from tests.orders.money import helpers
from tests.orders.money.helpers import account, bills, capture, notes, paid
from tests.support import arriving, factories
from tests.support.arriving import VAT5, VAT15, line, shipping
from tests.support.selling import company

RATES = {"OMR": 1, "USD": 0.385, "EUR": 0.4187, "JPY": 0.00257}
PRICES = {"OMR": ("1.235", "0.333", "2.1"), "USD": ("3.99", "0.87", "5.2"), "EUR": ("3.49", "0.79", "4.9")}
PRICES["JPY"] = ("555", "79", "601")
ONE_ACCOUNT = "allow_multi_currency_invoices_against_single_party_account"
on_erpnext = pytest.mark.skipif(
	"not __import__('frappe').db.exists('DocType', 'GL Entry')", reason="the stand-in has no Journal Entries"
)
AISHA = Customer(id="cus_1", email="aisha@example.com", first_name="Aisha", last_name="B", has_account=True)


@pytest.fixture(autouse=True)
def configured():
	"""A receivable account for each foreign currency, and ERPNext's settings as they are at first."""
	before = frappe.db.get_single_value("Accounts Settings", ONE_ACCOUNT)
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 0)
	frappe.db.delete("Comment", {"reference_doctype": "Accounts Settings"})
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
	return replace(
		given, payments=(paid(*captures, refunds=back, currency=given.currency, id=f"pay_{number}"),)
	)


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


@pytest.mark.parametrize(
	("sequence", "turn"),
	[
		pytest.param(each, number % 4, id="-".join(each), marks=() if number % 8 == 3 else pytest.mark.slow)
		for number, each in enumerate(permutations(RATES))
	],
)
def test_any_sequence_of_currencies(sequence, turn: int):
	_buys_in(sequence, turn)


def test_without_accounts_of_other_currencies():
	configure(table=False)
	_buys_in(("USD", "EUR", "OMR", "JPY"), 0)


def _buys_in(sequence, turn: int) -> None:
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


# --- an order that is billed in parts


def bill_a_part(doc, **quantities):
	"""An invoice of a part: {code with _ for -: quantity}."""
	bill = erpnext_api.sales_invoice_of(doc.name)
	for row in list(bill.items):
		row.qty = quantities.get(row.item_code.replace("-", "_"), 0)
		if not row.qty:
			bill.remove(row)
	bill.insert(ignore_permissions=True)
	bill.submit()


@on_erpnext
@pytest.mark.parametrize("ahead", [True, False], ids=["ahead", "afterwards"])
@pytest.mark.parametrize("currency", [each for each in RATES if each != "OMR"])
def test_billed_in_parts(currency: str, ahead: bool):
	given = order(currency)
	doc = arrive(paid_order(given) if ahead else given)
	bill_a_part(doc, G_1=3)
	bill_a_part(doc, G_1=2, G_2=2)
	factories.invoice(doc)
	if not ahead:
		arrive(paid_order(given, *split(given.total, currency)))
	nothing_is_left()
	assert is_balanced_journal()


@pytest.mark.parametrize("currency", [each for each in RATES if each != "OMR"])
def test_a_bank_account_in_the_orders_currency(currency: str):
	"""What the bank has is the captured amount; what the customer owes is in the company's currency."""
	bank = account(f"Stripe {currency}", currency, "Bank")
	providers = [{"mode_of_payment": "Credit Card", "account": bank}]
	arriving.configure_orders(payment_providers=providers)
	given, parts = order(currency), split(order(currency).total, currency)
	factories.invoice(arrive(given))
	doc = arrive(paid_order(given, *parts))
	received = [each for each in helpers.entries(given.id) if each.payment_type == "Receive"]
	assert [Decimal(str(each.received_amount)) for each in received] == list(parts)
	assert sum(Decimal(str(each.paid_amount)) for each in received) == Decimal(str(doc.base_grand_total))
	nothing_is_left()
	give_back(given, billed_then_paid_in_parts)
	nothing_is_left()


def is_balanced_journal() -> bool:
	names = frappe.get_all("Journal Entry", {"docstatus": 1}, pluck="name")
	return helpers.is_balanced(*(frappe.get_doc("Journal Entry", name) for name in names))


# --- a Customer whose books are in another currency already


def stuck(currency: str = "USD") -> str:
	"""The buyer's Customer with an entry in a foreign account, as an earlier version has booked it."""
	given = order(currency, 9)
	doc = arrive(given)
	bill = factories.invoice(doc, submit=False)
	bill.debit_to, bill.party_account_currency = debtors(currency), currency
	bill.submit()
	frappe.db.commit()
	forget_cached_currencies()
	return doc.customer


def forget_cached_currencies() -> None:
	"""What ERPNext keeps for the time of a request."""
	for key in ("party_account_currency", "party_gle_currency", "party_gle_account"):
		frappe.local.cache.pop(key, None)


def second_of(customer: str) -> str:
	return frappe.db.get_value("Customer", {"medusa_main_customer": customer})


def test_erpnext_refuses_orders_in_a_third_currency():
	"""The rule that the rest is about."""
	customer = stuck()
	with pytest.raises(frappe.ValidationError, match="USD"):
		factories.sales_order(
			("G-1", 1, 5),
			customer=customer,
			currency="EUR",
			conversion_rate=RATES["EUR"],
			medusa_order_id="x",
		)
	frappe.db.rollback()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_books_in_dollars(way):
	"""Dollars go on as before; orders in all other currencies are booked for a second Customer of the buyer."""
	customer = stuck()
	for number, currency in enumerate(("OMR", "EUR", "JPY"), 1):
		given = order(currency, number)
		doc = way(given)
		assert doc.customer == second_of(customer)
		assert doc.customer_name == frappe.db.get_value("Customer", customer, "customer_name")
		give_back(given, way)
	doc = way(order("USD", 4))
	assert doc.customer == customer
	arrive(paid_order(order("USD", 9)))
	nothing_is_left()
	assert {each.debit_to for each in bills() if each.currency == "USD"} == {debtors("USD")}


def test_orders_that_were_refused_are_retried_by_the_upgrade():
	words = "Accounting Entry for Customer: Aisha B can only be made in currency: USD"
	for number, error in enumerate((words, "ERPNext has no Item with the SKU G-9"), 1):
		inbox.add(orders_from_medusa.INCOMING_ORDER, f"order_{number}")
		row = {"reference_name": f"order_{number}"}
		frappe.db.set_value(inbox.doctype, row, {"status": "Parked", "error": error})
	retry_other_currencies.execute()
	fields = ["reference_name", "status"]
	rows = frappe.get_all(inbox.doctype, {"kind": "Order"}, fields, order_by="reference_name", as_list=True)
	assert [tuple(row) for row in rows] == [("order_1", "Pending"), ("order_2", "Parked")]


def test_the_second_customer_is_the_same_buyer():
	customer = stuck()
	doc = arrive(order("EUR", 1))
	second = second_of(customer)
	assert frappe.db.count("Customer", {"medusa_main_customer": customer}) == 1
	assert whose_documents.is_of(Party("Customer", second), AISHA.id)
	assert whose_documents.are_one(Party("Customer", second), Party("Customer", customer))
	assert find(doc.name, AISHA.id).name == doc.name
	assert [row.name for row in emails.customers_with(AISHA.email)] == [customer]
	for field in ("customer_address", "shipping_address_name", "contact_person"):
		assert doc.get(field) == frappe.db.get_value("Sales Order", {"medusa_order_id": "order_9"}, field)
	assert not same_as(Party("Customer", second))
	payload = status_to_medusa._read([doc.name])[doc.name]
	assert payload["customer_id"] == AISHA.id


def test_only_the_integration_names_the_first_customer():
	customer = stuck()
	doc = factories.customer("Mallory", medusa_id=None)
	doc.medusa_main_customer = customer
	doc.save()
	assert not frappe.db.get_value("Customer", doc.name, "medusa_main_customer")


def test_a_customer_of_all_guests():
	"""One Customer for all guests, whose books have got into dollars."""
	guests = factories.customer("Web Guests", medusa_id=None)
	arriving.configure_orders(guest_customers="One Customer", guest_customer=guests.name)
	values = {"customer": None, "email": "ann@example.com"}
	bill = factories.invoice(arrive(order("USD", 9, **values)), submit=False)
	bill.debit_to, bill.party_account_currency = debtors("USD"), "USD"
	bill.submit()
	forget_cached_currencies()
	for number, email in enumerate(("ann@example.com", "bob@example.com"), 1):
		doc = arrive(paid_order(order("OMR", number, customer=None, email=email)))
		assert doc.customer == second_of(guests.name)
	assert arrive(order("USD", 3, **values)).customer == guests.name


def test_an_order_placed_before_the_books_got_into_another_currency():
	"""Its Sales Order and Delivery Note were made for the first Customer; then dollars were booked for that one."""
	given = order("EUR", 1)
	doc = arrive(given)
	note = factories.delivery(doc)
	customer = stuck()
	assert doc.customer == customer
	doc = arrive(paid_order(given))
	second = second_of(customer)
	assert (doc.customer, frappe.db.get_value("Delivery Note", note.name, "customer")) == (second, second)
	factories.invoice(doc)
	assert helpers.open_vouchers(second) == {}
	assert [each.outstanding_amount for each in bills() if each.customer == second] == [0]


def test_a_draft_on_the_account_of_another_currency_is_mended():
	"""An earlier version put each currency on an account of its own."""
	arrive(paid_order(order("OMR", 1)))
	bill = factories.invoice(arrive(order("USD", 2)), submit=False)
	frappe.db.set_value("Sales Invoice", bill.name, "debit_to", debtors("USD"))
	bill.reload()
	bill.submit()
	assert bill.party_account_currency == "OMR"
	arrive(paid_order(order("USD", 2)))
	assert frappe.db.get_value("Sales Invoice", bill.name, "outstanding_amount") == 0


# --- the customers' account


def test_a_customer_with_a_billing_currency_has_the_configured_account():
	customer = arrive(order("OMR", 1)).customer
	frappe.db.set_value("Customer", customer, "default_currency", "USD")
	bill = factories.invoice(arrive(order("USD", 2)))
	assert bill.debit_to == debtors("USD")
	arrive(paid_order(order("USD", 2)))
	bill.reload()
	assert bill.outstanding_amount == 0


def test_a_configured_account_in_the_companys_currency_is_taken():
	web = account("Debtors Web", "OMR", "Receivable")
	arriving.configure_orders(receivable_accounts=[{"currency": "USD", "account": web}])
	bill = factories.invoice(arrive(order("USD", 1)))
	assert (bill.debit_to, bill.party_account_currency) == (web, "OMR")
	arrive(paid_order(order("USD", 1)))
	nothing_is_left()


@on_erpnext
def test_a_group_with_an_account_in_dollars():
	"""ERPNext takes this account for each Customer of the group."""
	name = f"In Dollars {frappe.generate_hash(length=6)}"
	group = frappe.get_doc({"doctype": "Customer Group", "customer_group_name": name})
	group.parent_customer_group = frappe.db.get_value("Customer Group", {"is_group": 1})
	group.append("accounts", {"company": company(), "account": debtors("USD")})
	group.insert()
	customer = arrive(order("OMR", 1)).customer
	frappe.db.set_value("Customer", customer, "customer_group", group.name)
	frappe.clear_document_cache("Customer", customer)
	try:
		forget_cached_currencies()
		bill = factories.invoice(arrive(order("USD", 2)))
		assert (bill.debit_to, bill.customer) == (debtors("USD"), customer)
		doc = arrive(paid_order(order("EUR", 3)))
		assert doc.customer == second_of(customer)
		factories.invoice(doc)
		arrive(paid_order(order("USD", 2)))
		assert [each.outstanding_amount for each in bills()] == [0, 0]
	finally:
		in_group = {"customer_group": group.name}
		frappe.db.set_value("Customer", in_group, "customer_group", group.parent_customer_group)
		group.delete()
		frappe.db.commit()


def test_what_is_switched_on_in_accounts_settings_is_said():
	factories.invoice(arrive(order("USD", 1)))
	assert frappe.db.get_single_value("Accounts Settings", ONE_ACCOUNT)
	said = {"reference_doctype": "Accounts Settings", "content": ("like", "%Medusa%")}
	assert frappe.db.exists("Comment", said)
