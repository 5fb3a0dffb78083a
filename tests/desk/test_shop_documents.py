"""What the forms of a shop's Quotation, Delivery Note, Sales Invoice and Payment Entry say."""

import frappe
import pytest

from medusa_integration.desk.sales_orders import get_order_status
from medusa_integration.desk.shop_documents import get_document_status
from medusa_integration.operations import quotation_workflow
from tests.support import factories
from tests.support.factories import configure, drain
from tests.support.shop import make_order, make_quotation, quotation_told


def said(doc) -> str:
	return get_document_status(doc.doctype, doc.name).get("words", "")


def quotation(**values):
	return factories.quotation(("G-1", 2, 5), **values)


def test_a_quotation_says_who_waits_for_whom(medusa):
	doc = quotation()
	assert "press Send for Review" in said(doc)
	doc.workflow_state = "Ready for Customer Review"
	doc.save()
	assert "approves or rejects them there" in said(doc)
	doc.workflow_state = "Approved"
	doc.submit()
	assert "can order it now" in said(doc)
	doc.cancel()
	assert "cancelled" in said(doc)


def test_a_workflow_has_its_own_buttons(medusa):
	quotation_workflow.make()
	try:
		assert said(quotation()).endswith("bring it to Ready for Customer Review by Actions.")
	finally:
		quotation_workflow.remove()
		frappe.db.commit()


def test_a_submitted_quotation_reaches_the_customer(medusa):
	ids = make_quotation(medusa)
	doc = quotation(**ids)
	doc.submit()
	assert (doc.workflow_state, doc.docstatus) == ("Ready for Customer Review", 1)
	drain()
	assert quotation_told(medusa, ids)["erp_grand_total"] == doc.grand_total


def test_one_that_isnt_the_shops_stays_as_it_is(medusa):
	doc = quotation(from_ecommerce=0)
	doc.submit()
	assert doc.workflow_state != "Ready for Customer Review"
	assert get_document_status("Quotation", doc.name) == {}


@pytest.mark.parametrize(
	"shipper, draft, submitted",
	[
		("ERPNext", "makes the fulfillment in Medusa", "A tracking number"),
		("Medusa", "Medusa isn't told of it", "Medusa isn't told of it"),
	],
)
def test_a_delivery_note_says_what_submitting_does(medusa, shipper, draft, submitted):
	configure(medusa, fulfilled_by=shipper)
	order = factories.sales_order(medusa_order_id=make_order(medusa))
	note = factories.delivery(order, submit=False)
	assert draft in said(note)
	note.submit()
	assert submitted in said(note)
	note.cancel()
	assert shipper == "Medusa" or "cancelled in Medusa too" in said(note)


def test_invoices_and_payments(medusa):
	id = make_order(medusa)
	order = factories.sales_order(medusa_order_id=id)
	bill = factories.invoice(order)
	assert "Medusa isn't told of invoices" in said(bill)
	entry = factories.payment(bill, submit=False)
	assert "captures nothing in Medusa" in said(entry)
	configure(medusa, capture_in_medusa=1)
	assert "Submitting it captures" in said(entry)
	assert get_document_status("Payment Entry", entry.name)["link"].endswith(f"orders/{id}")
	own = factories.payment(factories.sales_order(), submit=False)
	assert get_document_status("Payment Entry", own.name) == {}


@pytest.mark.parametrize("asks", [0, 1])
def test_a_sales_order_says_whether_medusa_cancels_with_it(medusa, asks):
	configure(medusa, cancel_in_medusa=asks)
	order = factories.sales_order(medusa_order_id=make_order(medusa))
	assert get_order_status(order.name)["cancels"] is bool(asks)
