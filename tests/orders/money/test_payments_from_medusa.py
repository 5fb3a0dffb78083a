"""Captures and refunds in Medusa become Payment Entries, once each, and nothing is left open in the end."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest
from frappe.utils import getdate

from medusa_integration import settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.orders.money import captures_from_medusa, refunds_from_medusa
from tests.orders.money.helpers import (
	AT,
	ID,
	account,
	arrive,
	bills,
	canceled,
	capture,
	configure,
	entries,
	expense,
	figures,
	is_balanced,
	notes,
	open_vouchers,
	ordered,
	owes,
	paid,
	sales_order,
)
from tests.support import factories
from tests.support.selling import company

ONE_ACCOUNT = "allow_multi_currency_invoices_against_single_party_account"
on_erpnext = pytest.mark.skipif(
	"not __import__('frappe').db.exists('DocType', 'GL Entry')", reason="the stand-in keeps no ledger"
)


@pytest.fixture(autouse=True)
def configured():
	configure()


def comments(doc) -> list[str]:
	filters = {"reference_doctype": doc.doctype, "reference_name": doc.name, "comment_type": "Comment"}
	return frappe.get_all("Comment", filters, pluck="content", order_by="creation")


# --- captures


def test_a_capture_is_an_advance_on_the_order():
	doc = sales_order()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	(entry,) = entries()
	assert figures(entry) == ("Receive", 10, {("Sales Order", doc.name): 10})
	assert (entry.docstatus, entry.medusa_transaction_id, entry.reference_no) == (1, "cap_1", "cap_1")
	assert (entry.mode_of_payment, entry.party) == ("Cash", doc.customer)
	day = settings.local_time(AT).date()
	assert (getdate(entry.posting_date), getdate(entry.reference_date)) == (day, day)
	assert doc.advance_paid == 10
	assert is_balanced(entry)
	assert comments(doc) == []


def test_it_is_booked_once():
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10)))
	for _ in range(3):
		arrive(order, doc)
	assert len(entries()) == 1
	(entry,) = entries()
	entry.cancel()  # somebody has decided so
	arrive(order, doc)
	assert len(entries()) == 1


def test_captures_come_in_parts():
	doc = sales_order()
	first = capture("cap_1", 4)
	arrive(ordered(paid(first, amount=10)), doc)
	assert doc.advance_paid == 4
	assert len(comments(doc)) == 1
	assert "4" in comments(doc)[0] and "10" in comments(doc)[0]
	arrive(ordered(paid(first, amount=10)), doc)
	assert len(comments(doc)) == 1
	arrive(ordered(paid(first, capture("cap_2", 6, 1), amount=10)), doc)
	assert [entry.paid_amount for entry in entries()] == [4, 6]
	assert (doc.advance_paid, len(comments(doc))) == (10, 1)


def test_an_open_invoice_is_paid():
	doc = sales_order()
	bill = factories.invoice(doc)
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	(entry,) = entries()
	assert figures(entry) == ("Receive", 10, {("Sales Invoice", bill.name): 10})
	bill.reload()
	assert (bill.outstanding_amount, bill.status) == (0, "Paid")


def test_an_invoice_of_a_part_comes_first_and_the_order_gets_the_rest():
	doc = sales_order()
	bill = factories.invoice(doc, submit=False)
	bill.items[0].qty = 1
	bill.save()
	bill.submit()
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	(entry,) = entries()
	assert figures(entry)[2] == {("Sales Invoice", bill.name): 5, ("Sales Order", doc.name): 5}


def test_a_later_invoice_takes_the_advance():
	doc = sales_order()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	bill = factories.invoice(doc)
	bill.reload()
	assert bill.outstanding_amount == 0
	assert figures(entries()[0])[2] == {("Sales Invoice", bill.name): 10}


def test_a_draft_of_an_invoice_takes_the_advance_that_comes_before_it_is_submitted():
	doc = sales_order()
	bill = factories.invoice(doc, submit=False)
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	bill.reload()
	bill.submit()
	assert bill.db_get("outstanding_amount") == doc.grand_total - 10


def test_more_than_is_owed_stays_unallocated():
	doc = sales_order()
	arrive(ordered(paid(capture("cap_1", 12))), doc)
	(entry,) = entries()
	assert figures(entry) == ("Receive", 12, {("Sales Order", doc.name): 10})
	assert entry.unallocated_amount == 2
	assert len(comments(doc)) == 1


def test_a_draft_waits_until_it_is_submitted():
	doc = sales_order(submit=False)
	order = ordered(paid(capture("cap_1", 10)))
	arrive(order, doc)
	assert entries() == []
	doc.submit()
	arrive(order, doc)
	assert len(entries()) == 1


def test_money_of_a_cancelled_order_is_booked_all_the_same():
	doc = sales_order()
	doc.cancel()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	assert figures(entries()[0]) == ("Receive", 10, {})


def test_an_order_without_payments_needs_nothing():
	doc = sales_order(("G-1", 1, 0))
	configure(invoice_on_capture=1)
	arrive(ordered(), doc)
	assert (entries(), bills(), comments(doc)) == ([], [], [])


# --- where it is booked


def test_a_provider_without_a_row_is_said():
	doc = sales_order()
	configure(payment_providers=[{"provider": "pp_other", "mode_of_payment": "Cash"}])
	with pytest.raises(Blocked, match="pp_stripe_stripe"):
		captures_from_medusa.book(ordered(paid(capture("cap_1", 10))), doc)
	frappe.db.rollback()
	assert entries() == []


def test_a_mode_without_an_account_is_said():
	doc = sales_order()
	configure(payment_providers=[{"mode_of_payment": "Cheque"}])
	with pytest.raises(Blocked, match="Mode of Payment with an account"):
		captures_from_medusa.book(ordered(paid(capture("cap_1", 10))), doc)


def test_the_providers_own_row_precedes():
	bank = account("Stripe", "OMR", "Bank")
	configure(
		payment_providers=[
			{"mode_of_payment": "Cash"},
			{"provider": "pp_stripe_stripe", "mode_of_payment": "Credit Card", "account": bank},
		]
	)
	doc = sales_order()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	(entry,) = entries()
	assert (entry.mode_of_payment, entry.paid_to) == ("Credit Card", bank)


# --- the invoice on capture


def test_the_invoice_is_made_and_paid_by_the_capture():
	configure(invoice_on_capture=1)
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10)))
	for _ in range(2):
		arrive(order, doc)
	(bill,) = bills()
	(entry,) = entries()
	assert (bill.docstatus, bill.grand_total, bill.outstanding_amount) == (1, 10, 0)
	assert figures(entry)[2] == {("Sales Invoice", bill.name): 10}
	assert getdate(bill.posting_date) == settings.local_time(AT).date()
	assert is_balanced(bill, entry)


def test_parts_are_advances_until_all_is_captured():
	configure(invoice_on_capture=1)
	doc = sales_order()
	first = capture("cap_1", 4)
	arrive(ordered(paid(first, amount=10)), doc)
	assert bills() == []
	arrive(ordered(paid(first, capture("cap_2", 6, 1), amount=10)), doc)
	(bill,) = bills()
	assert bill.outstanding_amount == 0
	assert [figures(entry)[2] for entry in entries()] == [
		{("Sales Invoice", bill.name): 4},
		{("Sales Invoice", bill.name): 6},
	]


def test_a_draft_of_an_invoice_is_in_the_way_of_another_but_not_of_the_money():
	configure(invoice_on_capture=1)
	doc = sales_order()
	draft = factories.invoice(doc, submit=False)
	frappe.db.commit()
	order = ordered(paid(capture("cap_1", 10)))
	with pytest.raises(Blocked, match=draft.name):
		arrive(order, doc)
	frappe.db.rollback()
	captures_from_medusa.book(order, doc)
	assert len(entries()) == 1
	draft.reload()
	draft.submit()
	doc.reload()
	arrive(order, doc)
	assert len(bills()) == 1


def test_a_cancelled_invoice_and_a_cancelled_order_are_not_billed_again():
	configure(invoice_on_capture=1)
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10)))
	arrive(canceled(order), doc)
	assert bills() == []
	arrive(order, doc)
	entries()[0].cancel()
	bills()[0].cancel()
	doc.reload()
	arrive(order, doc)
	assert len(bills()) == 1


# --- refunds


def test_a_refund_before_the_invoice_takes_from_the_advance():
	doc = sales_order()
	taken = capture("cap_1", 10)
	arrive(ordered(paid(taken)), doc)
	order = ordered(paid(taken, refunds=[capture("ref_1", 4, 5)]))
	for _ in range(2):
		arrive(order, doc)
	first, back = entries()
	assert (back.payment_type, back.paid_amount, back.medusa_transaction_id) == ("Pay", 4, "ref_1")
	assert figures(first)[2] == {("Sales Order", doc.name): 6, ("Payment Entry", back.name): 4}
	assert is_balanced(first, back)
	assert notes() == []


def test_all_is_given_back_in_parts():
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", 4, 5), capture("ref_2", 6, 6)]))
	arrive(order, doc)
	first, *back = entries()
	assert [entry.paid_amount for entry in back] == [4, 6]
	assert figures(first)[2] == {("Payment Entry", entry.name): entry.paid_amount for entry in back}


def test_a_refund_after_the_invoice_gets_a_draft_credit_note():
	doc = sales_order(taxes=[factories.tax(amount=2)])
	bill = factories.invoice(doc)
	doc.reload()
	order = ordered(paid(capture("cap_1", 12), refunds=[capture("ref_1", 3, 5)]))
	for _ in range(2):
		arrive(order, doc)
	(note,) = notes()
	assert (note.docstatus, note.return_against, note.grand_total) == (0, bill.name, -3)
	assert (note.medusa_refund_id, note.medusa_order_id) == ("ref_1", ID)
	assert (note.net_total, note.taxes[0].tax_amount) == (-2.5, -0.5)
	note.submit()
	assert open_vouchers(doc.customer) == {}
	bill.reload()
	note.reload()
	assert (bill.outstanding_amount, note.outstanding_amount) == (0, 0)
	assert owes(doc.customer) == 0
	assert is_balanced(bill, note, *entries())
	doc.reload()
	assert doc.per_billed == 100
	arrive(order, doc)
	assert len(notes()) == 1


def test_an_invoice_that_took_advances_can_be_credited():
	"""By a refund, and by somebody's own return."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = sales_order()
	taken = capture("cap_1", 10)
	arrive(ordered(paid(taken)), doc)
	bill = factories.invoice(doc)
	doc.reload()
	arrive(ordered(paid(taken, refunds=[capture("ref_1", 4, 5)])), doc)
	(note,) = notes()
	note.submit()
	back = make_sales_return(bill.name)
	back.items[0].qty = -1
	back.insert(ignore_permissions=True)
	assert back.grand_total == -5
	assert open_vouchers(doc.customer) == {}


def test_a_credit_note_of_the_whole_is_to_the_last_unit():
	doc = sales_order(("G-1", 3, 3.333), ("G-2", 1, 0.007), taxes=[factories.tax(amount=1.111)])
	factories.invoice(doc)
	doc.reload()
	total = doc.grand_total
	arrive(ordered(paid(capture("cap_1", total), refunds=[capture("ref_1", total, 5)])), doc)
	(note,) = notes()
	assert note.grand_total == -total


def test_what_a_return_covers_gets_no_second_credit_note():
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = sales_order()
	bill = factories.invoice(doc)
	doc.reload()
	taken = capture("cap_1", 10)
	arrive(ordered(paid(taken)), doc)
	order = ordered(paid(taken, refunds=[capture("ref_1", 5, 5)]))
	arrive(order, doc)
	assert [note.medusa_refund_id for note in notes()] == ["ref_1"]
	back = make_sales_return(bill.name)
	back.items[0].qty = -1
	back.medusa_return_id = "ret_1"
	back.insert(ignore_permissions=True)
	arrive(order, doc)
	assert [note.name for note in notes()] == [back.name]
	more = ordered(paid(taken, refunds=[capture("ref_1", 5, 5), capture("ref_2", 2, 6)]))
	arrive(more, doc)
	assert [(note.medusa_refund_id, note.grand_total) for note in notes()] == [(None, -5), ("ref_2", -2)]
	for note in notes():
		note.submit()
	assert open_vouchers(doc.customer) == {}


def test_a_refund_waits_for_its_capture():
	doc = sales_order()
	with pytest.raises(Blocked, match=r"only .*0.* is booked"):
		refunds_from_medusa.give_back(
			ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", 4, 5)])), doc
		)
	frappe.db.rollback()
	assert entries() == []


def test_more_than_was_captured_is_not_given_back():
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", 14, 5)]))
	with pytest.raises(Blocked, match=r"14.*10"):
		arrive(order, doc)
	frappe.db.rollback()
	assert len(entries()) == 1


# --- entries that were made in ERPNext


def test_an_entry_that_would_pay_twice_is_the_captures():
	"""Somebody has booked by hand what was captured in Medusa."""
	doc = sales_order()
	mine = factories.payment(doc, 10)
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	mine.reload()
	assert (mine.medusa_transaction_id, entries()) == ("cap_1", [])


def test_another_payment_of_the_same_amount_is_not():
	doc = sales_order()
	mine = factories.payment(doc, 5)
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 5))), doc)
	mine.reload()
	assert not mine.medusa_transaction_id
	assert [entry.medusa_transaction_id for entry in entries()] == ["cap_1"]


def test_what_was_booked_before_counts_too():
	"""5 by Medusa, then 5 by Medusa that somebody has booked by hand."""
	doc = sales_order()
	first = capture("cap_1", 5)
	arrive(ordered(paid(first, amount=10)), doc)
	mine = factories.payment(doc, 5)
	doc.reload()
	arrive(ordered(paid(first, capture("cap_2", 5, 1))), doc)
	mine.reload()
	assert (mine.medusa_transaction_id, len(entries())) == ("cap_2", 1)


# --- other currencies


@pytest.fixture
def dollars():
	"""An order of 10 USD at 0.385 of a customer who is billed in dollars; its invoice may be on an account of the
	company's currency."""
	frappe.db.set_value("Currency", "USD", "enabled", 1)
	before = frappe.db.get_single_value("Accounts Settings", ONE_ACCOUNT)
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, 1)
	customer = factories.customer("Abroad", default_currency="USD")

	def make(**values):
		return sales_order(customer=customer.name, currency="USD", conversion_rate=0.385, **values)

	yield make
	frappe.db.rollback()
	frappe.db.set_single_value("Accounts Settings", ONE_ACCOUNT, before)
	frappe.db.commit()


def dollar_order(*captures, **values):
	return ordered(paid(*captures, currency="USD", **values), currency="USD")


@on_erpnext
@pytest.mark.parametrize("receivable", ["USD", None])
@pytest.mark.parametrize("bank", ["USD", "OMR"])
def test_foreign_money(dollars, receivable, bank):
	doc_accounts = [{"currency": "USD", "account": account("Debtors USD", "USD", "Receivable")}]
	to = account(f"Stripe {bank}", bank, "Bank")
	configure(
		invoice_on_capture=1,
		receivable_accounts=doc_accounts if receivable else [],
		payment_providers=[{"mode_of_payment": "Credit Card", "account": to}],
	)
	doc = dollars()
	taken = capture("cap_1", 10)
	arrive(dollar_order(taken), doc)
	(bill,) = bills()
	(entry,) = entries()
	assert (bill.outstanding_amount, bill.status) == (0, "Paid")
	assert bill.party_account_currency == (receivable or "OMR")
	assert entry.received_amount == (10 if bank == "USD" else 3.85)
	assert entry.paid_amount == (10 if receivable else 3.85)
	assert is_balanced(bill, entry)
	assert owes(doc.customer) == 0
	arrive(dollar_order(taken, refunds=[capture("ref_1", 4, 5)]), doc)
	(note,) = notes()
	note.submit()
	assert open_vouchers(doc.customer) == {}
	assert owes(doc.customer) == 0
	assert is_balanced(*entries(), note)


@on_erpnext
def test_foreign_parts_add_up(dollars):
	"""3.333 · 0.385 thrice isn't 10 · 0.385 when each is rounded."""
	doc = dollars()
	parts = [capture(f"cap_{n}", amount, n) for n, amount in enumerate((3.33, 3.33, 3.34))]
	factories.invoice(doc)
	doc.reload()
	arrive(dollar_order(*parts), doc)
	assert [bill.outstanding_amount for bill in bills()] == [0]
	assert all(entry.unallocated_amount == 0 for entry in entries())


@on_erpnext
def test_foreign_advances_are_taken_over(dollars):
	configure(
		receivable_accounts=[{"currency": "USD", "account": account("Debtors USD", "USD", "Receivable")}]
	)
	doc = dollars()
	arrive(dollar_order(capture("cap_1", 10)), doc)
	assert figures(entries()[0])[2] == {("Sales Order", doc.name): 10}
	bill = factories.invoice(doc)
	bill.reload()
	assert (bill.outstanding_amount, bill.debit_to) == (0, entries()[0].paid_from)
	assert open_vouchers(doc.customer) == {}


@on_erpnext
def test_a_closed_period_is_said_in_erpnexts_words():
	doc = sales_order()
	close_books("2099-01-01")
	try:
		with pytest.raises(frappe.ValidationError, match=r"not authorized|frozen|Closed"):
			captures_from_medusa.book(ordered(paid(capture("cap_1", 10))), doc)
	finally:
		frappe.db.rollback()
		close_books(None)
		frappe.db.commit()
	assert entries() == []


def close_books(until: str | None) -> None:
	"""ERPNext 15 has one date for all companies, 16 one of each."""
	settings, field = "Accounts Settings", "acc_frozen_upto"
	if frappe.get_meta(settings).has_field(field):
		frappe.db.set_single_value(settings, field, until)
	else:
		frappe.db.set_value("Company", company(), "accounts_frozen_till_date", until)


def test_the_company_of_the_account_is_the_orders():
	assert captures_from_medusa.mode_and_account("pp_stripe_stripe", company())[0] == "Cash"
	with pytest.raises(Blocked):
		captures_from_medusa.mode_and_account("pp_stripe_stripe", "Another Company")


# --- what the gateway keeps


def kept_by_gateway(**values) -> list[dict]:
	return [{"mode_of_payment": "Cash", "fee_account": expense("Gateway Fees"), **values}]


def test_the_gateways_fee_is_deducted():
	configure(payment_providers=kept_by_gateway(fee_percent=2.9, fee_amount=0.1))
	doc = sales_order()
	bill = factories.invoice(doc)
	doc.reload()
	arrive(ordered(paid(capture("cap_1", 10))), doc)
	(entry,) = entries()
	assert (entry.paid_amount, entry.received_amount, entry.unallocated_amount) == (9.61, 9.61, 0)
	assert [(row.account.split(" - ")[0], row.amount) for row in entry.deductions] == [("Gateway Fees", 0.39)]
	assert figures(entry)[2] == {("Sales Invoice", bill.name): 10}
	bill.reload()
	assert bill.outstanding_amount == 0
	assert is_balanced(bill, entry)
	assert owes(doc.customer) == 0
	assert comments(doc) == []


def test_the_fee_that_medusa_knows_precedes():
	configure(payment_providers=kept_by_gateway(fee_percent=2.9))
	doc = sales_order()
	taken = replace(capture("cap_1", 10), fee=Decimal("0.5"))
	arrive(ordered(paid(taken, refunds=[capture("ref_1", 10, 5)])), doc)
	first, back = entries()
	assert (first.paid_amount, first.deductions[0].amount) == (9.5, 0.5)
	assert (back.paid_amount, back.deductions) == (10, [])  # the gateway keeps its fee
	assert open_vouchers(doc.customer) == {}


def test_a_fee_above_the_payment_is_refused():
	configure(payment_providers=kept_by_gateway(fee_amount=11))
	with pytest.raises(Blocked, match="Payment Providers"):
		arrive(ordered(paid(capture("cap_1", 10))), sales_order())


@on_erpnext
@pytest.mark.parametrize("bank", ["USD", "OMR"])
def test_a_fee_in_another_currency(dollars, bank):
	to = account(f"Stripe {bank}", bank, "Bank")
	configure(
		receivable_accounts=[{"currency": "USD", "account": account("Debtors USD", "USD", "Receivable")}],
		payment_providers=kept_by_gateway(fee_percent=3.3, account=to),
	)
	doc = dollars()
	bill = factories.invoice(doc)
	doc.reload()
	arrive(dollar_order(capture("cap_1", 10)), doc)
	(entry,) = entries()
	assert (entry.paid_amount, entry.unallocated_amount, entry.difference_amount) == (9.67, 0, 0)
	bill.reload()
	assert bill.outstanding_amount == 0
	assert is_balanced(bill, entry)
