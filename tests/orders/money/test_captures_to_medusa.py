"""What is paid in ERPNext for an order that is only authorised is captured in Medusa, once."""

from decimal import Decimal

import frappe
import pytest

from medusa_integration import session
from medusa_integration.orders.money import captures_from_medusa
from medusa_integration.orders.money.captures_to_medusa import CAPTURE
from tests.orders.money import helpers
from tests.support import buying, factories
from tests.support.factories import drain, invoice, outbox

pytestmark = pytest.mark.v2("Medusa v1 captures payments whole")


@pytest.fixture(autouse=True)
def shop(medusa):
	factories.configure(
		medusa, capture_in_medusa=1, payment_providers=[{"mode_of_payment": "Cash"}], import_orders=0
	)
	buying.product(medusa, "G-1", {"omr": 4})


@pytest.fixture
def order_id(medusa):
	"""An authorised order of 10: two pieces, and the delivery."""
	return buying.place(medusa, [("G-1", 2)])


@pytest.fixture
def doc(order_id):
	return helpers.sales_order(("G-1", 2, 5), id=order_id)


def read(order_id):
	medusa = session.open_shop()
	return medusa.read_orders([order_id])[order_id]


def captured(order_id) -> list[Decimal]:
	(payment,) = read(order_id).payments
	return [each.amount for each in payment.captures]


def pay(of, amount=None):
	entry = factories.payment(of, amount)
	frappe.db.commit()
	return entry


def ids(*entries) -> list[str]:
	frappe.db.commit()
	return [frappe.db.get_value("Payment Entry", entry.name, "medusa_transaction_id") for entry in entries]


def waiting() -> list[str]:
	return [row.reference_name for row in outbox() if row.kind == CAPTURE.name]


def arrive(order_id, doc) -> None:
	doc.reload()
	helpers.arrive(read(order_id), doc)


def test_what_is_paid_is_captured(medusa, order_id, doc):
	entry = pay(doc)
	assert waiting() == [entry.name]
	drain()
	assert waiting() == []
	assert captured(order_id) == [10]
	assert ids(entry) == [read(order_id).payments[0].captures[0].id]
	arrive(order_id, doc)
	assert helpers.entries(order_id) == []


@pytest.mark.slow
def test_in_parts_by_invoice_and_in_advance(medusa, order_id, doc):
	first = pay(doc, 4)
	drain()
	doc.reload()
	bill = invoice(doc)
	bill.reload()
	second = pay(bill)
	drain()
	assert captured(order_id) == [4, 6]
	assert None not in ids(first, second)
	arrive(order_id, doc)
	assert helpers.entries(order_id) == []


@pytest.mark.slow
def test_two_of_one_amount_at_once(medusa, order_id, doc):
	first = pay(doc, 5)
	doc.reload()
	second = pay(doc, 5)
	assert len(waiting()) == 2
	drain()
	assert captured(order_id) == [5, 5]
	assert {*ids(first, second)} == {each.id for each in read(order_id).payments[0].captures}
	arrive(order_id, doc)
	assert helpers.entries(order_id) == []


@pytest.mark.slow
def test_no_more_than_is_open(medusa, order_id):
	doc = helpers.sales_order(("G-1", 2, 10), id=order_id)
	buying.capture(medusa, order_id, 3)
	arrive(order_id, doc)
	entry = pay(doc, 10)
	drain()
	assert captured(order_id) == [3, 7]
	assert ids(entry) == [read(order_id).payments[0].captures[1].id]
	arrive(order_id, doc)
	assert len(helpers.entries(order_id)) == 1


@pytest.mark.slow
def test_nothing_open_needs_no_call(medusa, order_id):
	doc = helpers.sales_order(("G-1", 2, 10), id=order_id)
	buying.capture(medusa, order_id)
	arrive(order_id, doc)
	entry = pay(doc, 10)
	drain()
	assert (waiting(), captured(order_id), ids(entry)) == ([], [10], [None])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_lost_reply_captures_once(medusa, order_id, doc, kind, proxy):
	factories.configure(medusa, url=proxy.url, capture_in_medusa=1)
	fault = proxy.fail(kind, match="POST /admin/payments/")
	entry = pay(doc, 4)
	drain()
	assert fault.hits == 1
	assert waiting() == [entry.name]
	drain()
	drain()
	assert outbox() == []
	assert captured(order_id) == [4]
	assert ids(entry) == [read(order_id).payments[0].captures[0].id]


@pytest.mark.slow
def test_the_poll_that_comes_first_books_nothing(medusa, order_id, doc, proxy):
	"""Medusa has captured, and the entry doesn't know yet."""
	factories.configure(
		medusa, url=proxy.url, capture_in_medusa=1, payment_providers=[{"mode_of_payment": "Cash"}]
	)
	proxy.fail("drop", match="POST /admin/payments/")
	entry = pay(doc, 4)
	drain()
	assert captured(order_id) == [4]
	assert waiting() == [entry.name]
	arrive(order_id, doc)
	assert (helpers.entries(order_id), ids(entry)) == ([], [None])
	drain()
	drain()
	assert len(ids(entry)[0]) > 5
	arrive(order_id, doc)
	assert helpers.entries(order_id) == []


def test_it_is_a_setting(medusa, order_id, doc):
	factories.configure(medusa, capture_in_medusa=0)
	pay(doc)
	assert waiting() == []


def test_what_medusa_has_captured_is_not_sent_back(medusa, order_id, doc):
	buying.capture(medusa, order_id, 4)
	arrive(order_id, doc)
	assert len(helpers.entries(order_id)) == 1
	assert waiting() == []
	assert captured(order_id) == [4]


def test_cancelling_takes_the_intent_back(medusa, order_id, doc):
	entry = pay(doc, 4)
	entry.cancel()
	assert waiting() == []
	drain()
	assert captured(order_id) == []


def test_cancelling_what_was_captured_says_that_it_stays(medusa, order_id, doc):
	entry = pay(doc, 4)
	drain()
	entry.reload()
	entry.cancel()
	frappe.db.commit()
	filters = {"reference_name": entry.name, "comment_type": "Comment"}
	assert any("refunded there" in text for text in frappe.get_all("Comment", filters, pluck="content"))
	drain()
	arrive(order_id, doc)
	assert (captured(order_id), helpers.entries(order_id)) == ([4], [])


@pytest.mark.slow
def test_several_orders_in_one_entry_are_left_to_people(medusa, order_id, doc):
	other = helpers.sales_order(("G-1", 2, 5), id=buying.place(medusa, [("G-1", 2)]))
	entry = factories.payment(doc, submit=False)
	row = factories.payment(other, submit=False).references[0]
	entry.append(
		"references",
		{
			"reference_doctype": row.reference_doctype,
			"reference_name": row.reference_name,
			"allocated_amount": 10,
		},
	)
	entry.paid_amount = entry.received_amount = 20
	entry.save()
	entry.submit()
	frappe.db.commit()
	assert waiting() == []
	filters = {"reference_name": entry.name, "comment_type": "Comment"}
	assert frappe.db.count("Comment", filters) == 1


def test_an_order_that_medusa_lost_parks_nothing(medusa, doc):
	frappe.db.set_value("Sales Order", doc.name, "medusa_order_id", "order_unknown")
	entry = pay(doc)
	drain()
	assert (waiting(), ids(entry)) == ([], [None])


@pytest.mark.slow
def test_a_cancelled_payment_is_not_captured(medusa, order_id, doc):
	buying.cancel(medusa, order_id)
	pay(doc)
	drain()
	assert (waiting(), captured(order_id)) == ([], [])


def test_payments_by_others_are_of_no_concern(medusa):
	doc = factories.sales_order()
	pay(doc)
	assert waiting() == []
	assert captures_from_medusa.DOCTYPE == CAPTURE.doctype
