"""Medusa's ids of parcels, returns, captures and refunds are set by the integration alone."""

import frappe
import pytest

from medusa_integration.orders.origin import keep_origin
from medusa_integration.users import as_user
from tests.support import factories

IDS = [
	("Delivery Note", "medusa_fulfillment_id"),
	("Delivery Note", "medusa_return_id"),
	("Sales Invoice", "medusa_return_id"),
	("Sales Invoice", "medusa_refund_id"),
	("Payment Entry", "medusa_transaction_id"),
]


@pytest.mark.parametrize(("doctype", "field"), IDS)
def test_a_user_sets_none_on_a_new_document(doctype, field):
	doc = frappe.new_doc(doctype, **{field: "made_up"})
	with as_user("Guest"):
		keep_origin(doc)
	assert not doc.get(field)


@pytest.mark.parametrize(("doctype", "field"), IDS)
def test_a_saved_document_keeps_what_it_has(doctype, field):
	make = {
		"Delivery Note": factories.delivery,
		"Sales Invoice": factories.invoice,
		"Payment Entry": factories.payment,
	}[doctype]
	doc = make(factories.sales_order(medusa_order_id="order_1"), submit=False)
	doc.db_set(field, "of_medusa")
	doc = frappe.get_doc(doctype, doc.name)
	doc.set(field, "made_up")
	doc.load_doc_before_save()
	with as_user("Guest"):
		keep_origin(doc)
	assert doc.get(field) == "of_medusa"


def test_the_integration_sets_them():
	doc = frappe.new_doc("Delivery Note", medusa_return_id="return_1")
	doc.flags.ignore_permissions = True
	with as_user("Guest"):
		keep_origin(doc)
	assert doc.medusa_return_id == "return_1"
