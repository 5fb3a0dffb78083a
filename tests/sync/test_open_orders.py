"""Open orders are read once a day: what moves no time in Medusa is found then."""

from datetime import date

import frappe
import pytest

from medusa_integration.api import poll_medusa, read_open_orders
from medusa_integration.delivery.box import inbox
from tests.support import arriving, buying, factories
from tests.support.factories import configure


@pytest.fixture
def order(medusa) -> str:
	"""An order that has arrived; nothing is left to be read."""
	made = buying.product(medusa, "OPEN-1")
	factories.item("OPEN-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
	configure(medusa, import_orders=1, import_since=None)
	arriving.configure_orders(server=False, payment_providers=[{"mode_of_payment": "Cash"}])
	with arriving.precision(3):
		id = buying.place(medusa, [("OPEN-1", 2)])
		poll_medusa()
		factories.drain_inbox()
		assert rows() == []
		yield id


def rows() -> list[str]:
	frappe.db.rollback()
	return frappe.get_all(inbox.doctype, pluck="reference_name")


def booked() -> int:
	return frappe.db.count("Payment Entry", {"docstatus": 1, "medusa_transaction_id": ("is", "set")})


def sold(id: str):
	return frappe.get_doc("Sales Order", {"medusa_order_id": id})


@pytest.mark.v2("v1 captures whole")
def test_a_part_that_was_captured_without_a_hint_is_booked(medusa, order):
	buying.capture(medusa, order, 1)
	assert read_open_orders() == 1
	assert rows() == [order]
	factories.drain_inbox()
	assert (rows(), booked()) == ([], 1)


def test_what_is_completed_and_paid_is_left_out(medusa, order):
	frappe.db.set_value("Sales Order", sold(order).name, "status", "Completed")
	assert read_open_orders() == 0


@pytest.mark.slow
def test_an_unpaid_invoice_keeps_an_order_open(medusa, order):
	factories.invoice(sold(order))
	frappe.db.set_value("Sales Order", sold(order).name, "status", "Completed")
	assert read_open_orders() == 1


@pytest.mark.slow
def test_an_old_order_is_left_out(medusa, order):
	frappe.db.set_value("Sales Order", sold(order).name, "transaction_date", date(2020, 1, 1))
	assert read_open_orders() == 0


@pytest.mark.slow
def test_nothing_is_read_while_the_import_is_off(medusa, order):
	configure(medusa, import_orders=0)
	assert read_open_orders() == 0
