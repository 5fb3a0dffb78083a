"""Suggestions of products, and requests to be contacted."""

import frappe
import pytest

from tests.site import Client
from tests.support.storefront import PATH

SUGGESTION = {"product_name": "Lamp", "suggested_by": "Aisha", "contact_number": "+968 9123 4567"}
CONTACT = {
	"type": "Inspection",
	"first_name": "Aisha",
	"email": "a@clinic.example",
	"mobile_no": "+968 91234567",
}


def test_a_suggestion_is_noted(shop):
	more = {"product_link": "https://x.example/?a=1&b=%5F", "supplier_details": "مسقط 👍"}
	reply = shop.call("create_product_suggestion", **SUGGESTION, **more)
	assert (reply.status_code, reply.json["message"]) == (200, "Product suggestion created successfully")
	frappe.db.commit()
	doc = frappe.get_last_doc("Product Suggestions")
	assert {key: doc.get(key) for key in (*SUGGESTION, *more)} == {**SUGGESTION, **more}


def test_a_contact_request_is_noted(shop):
	reply = shop.call("create_opportunity_contact", **CONTACT, city="Muscat", country="Oman")
	assert (reply.status_code, reply.json["message"]) == (200, "Contact request created successfully")
	frappe.db.commit()
	doc = frappe.get_last_doc("Opportunity Contact")
	assert {key: doc.get(key) for key in CONTACT} == CONTACT
	assert (doc.city, doc.country) == ("Muscat", "Oman")


@pytest.mark.parametrize("field", SUGGESTION)
@pytest.mark.parametrize("value", [None, "", "  ", "x" * 10_000, {"a": 1}, "a\x00b"])
def test_a_suggestion_needs_its_fields(shop, field, value):
	assert shop.call("create_product_suggestion", **{**SUGGESTION, field: value}).status_code == 400


@pytest.mark.parametrize(
	("field", "value"),
	[
		("type", "Anything"),
		("type", None),
		("first_name", ""),
		("email", "nobody"),
		("mobile_no", "call me"),
		("mobile_no", ""),
	],
)
def test_a_contact_request_needs_its_fields(shop, field, value):
	assert shop.call("create_opportunity_contact", **{**CONTACT, field: value}).status_code == 400


def test_markup_is_harmless(shop):
	shop.call("create_product_suggestion", **{**SUGGESTION, "product_name": "<script>alert(1)</script>Lamp"})
	frappe.db.commit()
	assert "<script" not in frappe.get_last_doc("Product Suggestions").product_name


@pytest.mark.parametrize(
	("name", "arguments"),
	[("create_product_suggestion", SUGGESTION), ("create_opportunity_contact", CONTACT)],
)
def test_a_stranger_is_refused(shop, name, arguments):
	assert Client().post(PATH + name, json=arguments).status_code == 401
