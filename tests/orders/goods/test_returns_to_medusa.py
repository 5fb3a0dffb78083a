"""What comes back with a submitted document of ERPNext is a received return in Medusa, for just its lines."""

import frappe
import pytest

from medusa_integration import session
from tests.support import buying, goods
from tests.support.factories import drain, outbox
from tests.support.selling import sales_return

pytestmark = pytest.mark.v2("v1's returns give money back, tests/medusa/test_orders_out.py")


@pytest.fixture
def shop(shipping_shop):
	"""Two items, ten pieces of each."""
	return shipping_shop


@pytest.fixture
def sold(shop):
	"""The Sales Order of three of the one and two of the other."""
	return goods.imported(shop.medusa, goods.place(shop.medusa, ("G-1", 3), ("G-2", 2)), shop.here)


def billed(sold, of_first: float = 3, **values):
	"""The submitted Sales Invoice of so much of the first row, and of all others."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	bill = make_sales_invoice(sold.name)
	bill.items[0].qty = of_first
	bill.update({"due_date": frappe.utils.today(), **values})
	bill.insert(ignore_permissions=True)
	bill.submit()
	return bill


def credited(bill, quantity: float, submit: bool = True):
	"""A credit note of so much of its first row."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = make_sales_return(bill.name)
	doc.items = doc.items[:1]
	doc.items[0].qty = -quantity
	doc.insert(ignore_permissions=True)
	if submit:
		doc.submit()
	return doc


def told(sold) -> list[tuple]:
	"""Send all; the order's returns in Medusa then."""
	drain()
	assert [(row.kind, row.status, row.error) for row in outbox()] == []
	order = session.open_shop().read_orders([sold.medusa_order_id])[sold.medusa_order_id]
	codes = {row.medusa_line_id: row.item_code for row in sold.items}
	return [
		(each.reference, each.status, {codes[part.line_id]: int(part.quantity) for part in each.received})
		for each in order.returns
	]


def return_id(doc) -> str | None:
	frappe.db.commit()
	return frappe.db.get_value(doc.doctype, doc.name, "medusa_return_id")


def test_a_return_delivery_note_is_received(shop, sold):
	note = goods.delivered(sold)
	assert told(sold) == []
	back = sales_return(note, G_1=2)
	assert told(sold) == [(back.name, "received", {"G-1": 2})]
	assert return_id(back)
	assert goods.for_sale(shop.medusa) == 9


def test_a_credit_note_that_updates_the_stock_is_received(shop, sold):
	bill = billed(sold, update_stock=1)
	assert told(sold) == []
	first = credited(bill, 2)
	assert told(sold) == [(first.name, "received", {"G-1": 2})]
	second = credited(bill, 1)
	assert sorted(told(sold)) == sorted(
		[(first.name, "received", {"G-1": 2}), (second.name, "received", {"G-1": 1})]
	)
	if frappe.db.exists("DocType", "GL Entry"):  # The stand-in's invoices deliver nothing.
		assert goods.for_sale(shop.medusa) == 10
	assert len({return_id(first), return_id(second)} - {None, ""}) == 2


@pytest.mark.slow
def test_two_that_wait_together_are_two_returns(shop, sold):
	bill = billed(sold, update_stock=1)
	assert told(sold) == []
	first, second = credited(bill, 2), credited(bill, 1)
	frappe.db.set_value("Sales Invoice", second.name, "medusa_return_id", "")  # and NULL for the other one
	assert sorted(told(sold)) == sorted(
		[(first.name, "received", {"G-1": 2}), (second.name, "received", {"G-1": 1})]
	)


@pytest.mark.slow
def test_one_that_is_sent_again_makes_no_second(shop, sold):
	from medusa_integration.delivery.box import outbox as box
	from medusa_integration.orders.goods.returns_to_medusa import INVOICE_RETURN

	bill = billed(sold, update_stock=1)
	back = credited(bill, 2)
	expected = [(back.name, "received", {"G-1": 2})]
	assert told(sold) == expected
	frappe.db.set_value("Sales Invoice", back.name, "medusa_return_id", "")  # as if the reply had been lost
	for _time in range(2):
		box.add(INVOICE_RETURN, back.name)
		frappe.db.commit()
		assert told(sold) == expected
	assert return_id(back)


@pytest.mark.slow
def test_goods_of_a_note_and_of_an_invoice_are_one_return(shop, sold):
	note = goods.delivered(sold, 1)
	sold.reload()
	bill = billed(sold, 2, update_stock=1)
	assert told(sold) == []
	asked = buying.request_return(shop.medusa, sold.medusa_order_id, {"G-1": 2})
	for doc in (sales_return(note, submit=False, G_1=1), credited(bill, 1, submit=False)):
		frappe.db.set_value(doc.doctype, doc.name, "medusa_return_id", asked)  # as the inbox drafts them
		frappe.get_doc(doc.doctype, doc.name).submit()
	assert told(sold) == [("", "received", {"G-1": 2})]


@pytest.mark.slow
def test_a_credit_note_about_money_alone_is_no_return(shop, sold):
	goods.delivered(sold)
	bill = billed(sold)
	assert told(sold) == []
	credited(bill, 2)
	assert told(sold) == []
