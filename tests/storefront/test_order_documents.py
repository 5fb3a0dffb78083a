"""What the shop's server is told of an order: its state, deliveries and invoices."""

from urllib.parse import urlparse

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.storefront import customer_words
from medusa_integration.storefront.order_documents import get_order_documents
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.checks import queries
from tests.support.orders import CUSTOMER, ORDER, order
from tests.support.selling import sales_return

NAME = "get_order_documents"


def told(shop, **arguments) -> dict:
	response = shop.call(NAME, **{"medusa_order_id": ORDER, "customer_id": CUSTOMER, **arguments})
	assert response.status_code == 200, response.text
	return response.json["message"]


def credit_note(bill):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = make_sales_return(bill.name)
	doc.insert(ignore_permissions=True)
	doc = frappe.get_doc(doc.doctype, doc.name)
	doc.submit()
	return doc


def test_an_order_with_nothing_yet(shop):
	doc = order()
	assert told(shop) == {
		"sales_order_id": doc.name,
		"status": "To Deliver and Bill",
		"status_text": "Being prepared",
		"deliveries": [],
		"invoices": [],
	}


def test_parcels_have_their_tracking(shop):
	doc = order()
	first = factories.delivery(doc, submit=False, lr_no=" GP 4711 ")
	first.items[0].qty = 1
	first.submit()
	url = "https://parcels.example.com/GP4711"
	shown = {"transporter_name": "Gulf Parcels", "medusa_tracking_url": url}
	frappe.db.set_value("Delivery Note", first.name, shown)
	second = factories.delivery(doc)
	third = factories.delivery(order(("G-2", 1, 5), id="order_2"))
	frappe.db.commit()
	one, two = told(shop)["deliveries"]
	assert one == {
		"name": first.name,
		"status": frappe.db.get_value("Delivery Note", first.name, "status"),
		"status_text": "On its way",
		"date": today(),
		"transporter": "Gulf Parcels",
		"tracking_number": "GP 4711",
		"tracking_url": url,
	}
	assert (two["name"], two["tracking_number"]) == (second.name, None)
	assert [row["name"] for row in told(shop, medusa_order_id="order_2")["deliveries"]] == [third.name]


def test_the_status_is_told_in_the_customers_words(shop):
	"""Not in ERPNext's, such as To Deliver and Bill."""
	doc = order()
	part = factories.delivery(doc, submit=False)
	part.items[0].qty = 1
	part.submit()
	frappe.db.commit()
	assert told(shop)["status_text"] == "Partly on its way"
	factories.delivery(doc)
	frappe.db.commit()
	assert told(shop)["status_text"] == "On its way"
	factories.invoice(doc)
	frappe.db.commit()
	answer = told(shop)
	assert (answer["status"], answer["status_text"]) == ("Completed", "Completed")
	for percent, status, words in ((0, "Draft", "Received"), (0, "To Pay", "Waiting for your payment")):
		assert customer_words.of_order(status, percent) == words
	assert customer_words.of_invoice("Overdue and Discounted", False, 5) == "Overdue"
	assert customer_words.of_invoice("Unpaid", False, 0) == "Paid"


def test_drafts_cancelled_and_returned_goods_are_left_out(shop):
	doc = order()
	factories.invoice(doc, submit=False)
	factories.invoice(doc).cancel()
	factories.delivery(doc).cancel()
	doc.reload()
	sent = factories.delivery(doc)
	factories.delivery(order(("G-2", 1, 5), id="order_2"), submit=False)
	sales_return(sent, G_1=1)
	frappe.db.commit()
	answer = told(shop)
	assert [row["name"] for row in answer["deliveries"]] == [sent.name]
	assert answer["invoices"] == []
	assert told(shop, medusa_order_id="order_2")["deliveries"] == []


def test_an_invoice_and_its_credit_note(shop):
	doc = order()
	bill = factories.invoice(doc)
	frappe.db.commit()
	(row,) = told(shop)["invoices"]
	url = row.pop("pdf_url")
	assert row == {
		"name": bill.name,
		"status": frappe.db.get_value("Sales Invoice", bill.name, "status"),
		"status_text": "To be paid",
		"date": today(),
		"is_return": False,
		"currency": bill.currency,
		"grand_total": 20,
		"outstanding_amount": 20,
	}
	assert urlparse(url).path == "/api/method/medusa_integration.api.open_pdf"
	assert f"name={bill.name}&expires={add_days(today(), 7)}&token=" in url
	back = credit_note(bill)
	frappe.db.commit()
	assert [(row["name"], row["is_return"]) for row in told(shop)["invoices"]] == [
		(bill.name, False),
		(back.name, True),
	]
	assert told(shop)["invoices"][1]["status_text"] == "Credit note"


def test_a_cancelled_order_says_so_and_the_amended_one_counts(shop):
	doc = order()
	doc.cancel()
	frappe.db.commit()
	assert (told(shop)["status"], told(shop)["status_text"]) == ("Cancelled", "Cancelled")
	other = order()
	assert told(shop)["sales_order_id"] == other.name


@pytest.mark.parametrize("arguments", [{"medusa_order_id": "order_x"}, {"customer_id": "cus_other"}])
def test_other_orders_are_not_found(shop, arguments):
	factories.invoice(order())
	frappe.db.commit()
	call = shop.call(NAME, **{"medusa_order_id": ORDER, "customer_id": CUSTOMER, **arguments})
	assert "There is no order" in refused(call, 404)


def test_the_number_of_queries_does_not_grow(shop):
	doc = order(("G-1", 9, 5))
	counted = []
	for number in (1, 2, 3):
		for make in (factories.delivery, factories.invoice):
			part = make(doc, submit=False)
			part.items[0].qty = 3 if number < 3 else part.items[0].qty
			part.submit()
		frappe.db.commit()
		get_order_documents(ORDER)  # makes the key of the new link
		counted.append(len(queries(lambda: get_order_documents(ORDER))))
	assert len(told(shop)["invoices"]) == 3
	assert len(set(counted)) == 1, counted
