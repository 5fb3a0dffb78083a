"""A parked order ends when its cause has gone: each test follows the message's advice and sees the row go."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa.order import Movement, Payment
from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving, factories
from tests.support.arriving import PLACED, VAT5, line, order, shipping
from tests.support.selling import sales_return, tax_account


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders(payment_providers=[{"mode_of_payment": "Cash"}])
		arriving.items("G-1", "G-2")
		yield


def come(given):
	frappe.db.commit()
	problems = arrive(given)
	frappe.db.commit()
	return problems


def first():
	return order(line("G-1", 10, 2, VAT5), methods=[shipping(2, VAT5)])  # 23.100


def more():
	return order(line("G-1", 10, 3, VAT5), methods=[shipping(2, VAT5)])  # 33.600


def less():
	return order(line("G-1", 10, 1, VAT5), methods=[shipping(2, VAT5)])  # 12.600


def placed():
	assert come(first()) == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": "order_1"})


def test_the_message_names_the_line_and_the_sums():
	bill = factories.invoice(placed())
	(problem,) = come(more())
	for words in (
		bill.name,
		"G-1: 3 instead of 2",
		"33.600 OMR in all instead of 23.100 OMR",
		"Sales Invoice of 10.500 OMR",
	):
		assert words in problem, problem
	(problem,) = come(less())
	assert "G-1: 1 instead of 2" in problem and "credit note of 10.500 OMR" in problem


def test_more_after_billing_is_billed_by_hand():
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = placed()
	bill = factories.invoice(doc)
	assert len(come(more())) == 1
	extra = frappe.copy_doc(bill)
	extra.items[0].qty = 1
	extra.items[0].so_detail = None
	extra.set("taxes", [])
	extra.append(
		"taxes",
		{
			"charge_type": "Actual",
			"account_head": tax_account("VAT 5"),
			"description": "VAT",
			"tax_amount": 0.5,
		},
	)
	extra.flags.ignore_permissions = True
	extra.insert()
	assert extra.grand_total == 10.5
	extra = frappe.get_doc(extra.doctype, extra.name)
	extra.submit()
	assert come(more()) == []
	# It is known from now on, also when the documents move on.
	back = make_sales_return(extra.name)
	back.insert(ignore_permissions=True)
	assert come(more()) == []


def test_less_after_billing_is_credited_by_hand():
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	bill = factories.invoice(placed())
	assert len(come(less())) == 1
	back = make_sales_return(bill.name)
	back.items[0].qty = -1
	back.set("taxes", [])
	back.append(
		"taxes",
		{
			"charge_type": "Actual",
			"account_head": tax_account("VAT 5"),
			"description": "VAT",
			"tax_amount": -0.5,
		},
	)
	back.insert(ignore_permissions=True)
	assert back.grand_total == -10.5
	frappe.get_doc(back.doctype, back.name).submit()
	assert come(less()) == []
	(problem,) = come(more())  # the next edit is a new one
	assert "G-1: 3 instead of 1" in problem


def test_a_deleted_draft_lets_the_order_follow():
	doc = placed()
	draft = factories.invoice(doc, submit=False)
	(problem,) = come(more())
	assert draft.name in problem and "delete" in problem
	draft.delete()
	assert come(more()) == []
	assert frappe.db.get_value("Sales Order", doc.name, "grand_total") == 33.6


def test_a_cancelled_order_of_which_all_came_back():
	doc = placed()
	note = factories.delivery(doc)
	cancelled = replace(first(), status="canceled", canceled_at=PLACED)
	(problem,) = come(cancelled)
	assert note.name in problem and "return" in problem
	sales_return(note)
	assert come(cancelled) == []
	assert frappe.db.get_value("Sales Order", doc.name, "status") == "Closed"
	assert come(cancelled) == []


def test_money_that_a_user_has_booked_counts_for_a_refund():
	doc = placed()
	capture = Movement("cap_1", Decimal("23.1"), PLACED)
	refund = Movement("ref_1", Decimal("2.1"), PLACED)
	given = replace(
		first(),
		payments=(Payment("pay_1", "pp_system_default", Decimal("23.1"), "OMR", captures=(capture,)),),
	)
	assert come(given) == []
	entry = frappe.get_doc("Payment Entry", {"medusa_transaction_id": "cap_1"})
	entry.cancel()
	back = replace(given, payments=(replace(given.payments[0], refunds=(refund,)),))
	(problem,) = come(back)
	assert doc.name in problem and "Payment Entries" in problem
	factories.payment(frappe.get_doc("Sales Order", doc.name), 23.1)
	assert come(back) == []
