"""Orders of a real Medusa that are paid, refunded and sent back, with all that ERPNext makes of them."""

from decimal import Decimal

import frappe
import pytest

from medusa_integration import session
from medusa_integration.delivery.box import inbox
from medusa_integration.orders import orders_from_medusa
from tests.orders.money import helpers
from tests.orders.money.helpers import bills, entries, figures, is_balanced, notes, open_vouchers, owes
from tests.support import arriving, buying, factories

pytestmark = pytest.mark.v2("Medusa v1 captures payments whole")


@pytest.fixture
def shop(medusa):
	with arriving.precision(3):
		arriving.configure_orders(
			url=medusa.url,
			admin_email=medusa.email,
			admin_password=medusa.password,
			api_version=medusa.version,
			payment_providers=[{"mode_of_payment": "Cash"}],
		)
		arriving.items("G-1")
		buying.product(medusa, "G-1", {"omr": 1.234})
		yield medusa


@pytest.fixture
def order_id(shop):
	"""3 × 1.234, delivery 2, and 5 % on all: 5.987."""
	return buying.place(shop, [("G-1", 3)], market=buying.market(shop, "bh", "omr", rate=5))


def arrive(order_id):
	"""What the inbox does about an order; nothing may be in its way."""
	order = session.open_shop().read_orders([order_id])[order_id]
	frappe.db.commit()
	assert orders_from_medusa.arrive(order) == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": order_id, "docstatus": ("<", 2)})


def test_authorised_captured_billed_and_refunded(shop, order_id):
	doc = arrive(order_id)
	assert (float(buying.total(shop, order_id)), doc.grand_total) == (pytest.approx(5.9871), 5.987)
	assert entries(order_id) == []
	buying.capture(shop, order_id, 2)
	arrive(order_id)
	buying.capture(shop, order_id)
	for _ in range(2):
		doc = arrive(order_id)
	assert [entry.paid_amount for entry in entries(order_id)] == [2, 3.987]
	assert {figures(entry)[2][("Sales Order", doc.name)] for entry in entries(order_id)} == {2, 3.987}
	bill = factories.invoice(doc)
	bill.reload()
	assert (bill.outstanding_amount, bill.status) == (0, "Paid")
	buying.refund(shop, order_id, 1)
	buying.refund(shop, order_id, 0.5)
	for _ in range(2):
		arrive(order_id)
	back = [entry for entry in entries(order_id) if entry.payment_type == "Pay"]
	assert [entry.paid_amount for entry in back] == [1, 0.5]
	assert [note.grand_total for note in notes()] == [-1, -0.5]
	for note in notes():
		note.submit()
	assert open_vouchers(doc.customer) == {}
	assert owes(doc.customer) == 0
	assert is_balanced(*entries(order_id), *bills(), *notes())


def test_the_invoice_on_capture(shop, order_id):
	helpers.configure(invoice_on_capture=1)
	arrive(order_id)
	buying.capture(shop, order_id)
	for _ in range(2):
		doc = arrive(order_id)
	(bill,) = bills()
	(entry,) = entries(order_id)
	assert (bill.grand_total, bill.outstanding_amount, entry.paid_amount) == (5.987, 0, 5.987)
	assert (doc.per_billed, owes(doc.customer)) == (100, 0)


@pytest.mark.slow
def test_all_had_happened_before_it_is_first_seen(shop, order_id):
	helpers.configure(invoice_on_capture=1)
	buying.capture(shop, order_id)
	buying.refund(shop, order_id, 2)
	doc = arrive(order_id)
	(bill,) = bills()
	(note,) = notes()
	assert (bill.grand_total, note.grand_total) == (5.987, -2)
	assert [entry.payment_type for entry in entries(order_id)] == ["Receive", "Pay"]
	note.submit()
	assert open_vouchers(doc.customer) == {}


@pytest.mark.slow
def test_a_cancelled_order_gives_all_back(shop, order_id):
	buying.capture(shop, order_id)
	arrive(order_id)
	buying.cancel(shop, order_id)
	order = session.open_shop().read_orders([order_id])[order_id]
	taken = sum((payment.captured - payment.refunded for payment in order.payments), Decimal(0))
	orders_from_medusa.arrive(order)
	received = sum(
		(1 if entry.payment_type == "Receive" else -1) * Decimal(str(entry.paid_amount))
		for entry in entries(order_id)
	)
	assert received == round(taken, 3)


@pytest.mark.slow
def test_submitting_a_draft_takes_its_order_up(shop, order_id):
	factories.configure(shop, submit_orders=0)
	buying.capture(shop, order_id)
	doc = arrive(order_id)
	assert (doc.docstatus, entries(order_id)) == (0, [])
	assert not inbox.is_queued(orders_from_medusa.INCOMING_ORDER, order_id)
	doc.submit()
	frappe.db.commit()
	assert inbox.is_queued(orders_from_medusa.INCOMING_ORDER, order_id)
	arrive(order_id)
	assert len(entries(order_id)) == 1


@pytest.mark.slow
def test_without_an_account_the_order_is_there_and_says_what_is_missing(shop, order_id):
	helpers.configure(payment_providers=[])
	buying.capture(shop, order_id)
	order = session.open_shop().read_orders([order_id])[order_id]
	(problem,) = orders_from_medusa.arrive(order)
	assert "pp_system_default" in problem
	assert frappe.db.exists("Sales Order", {"medusa_order_id": order_id, "docstatus": 1})
	helpers.configure()
	arrive(order_id)
	assert len(entries(order_id)) == 1
