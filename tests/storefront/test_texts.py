"""A hostile text in each text argument of each function: refused, or stored as text."""

from typing import Any

import frappe
import pytest

from medusa_integration.storefront.access import ENDPOINTS
from tests.support import factories, hostile, selling
from tests.support.accounts import Visitor, forget_limits, signed_up
from tests.support.hostile import HARMLESS, HOSTILE
from tests.support.quotations import BUYER, asked, buyer, created, product
from tests.support.storefront import configure_storefront
from tools.openapi import examples, schemas
from tools.openapi.operations import Operation, types_of

pytestmark = pytest.mark.slow

# Where a customer's own words are taken. Every other text is refused, or only looked up by a function that reads.
WORDS = {
	"add_review_to_website_item": {"customer_name", "review"},
	"create_opportunity_contact": {"first_name", "city", "country"},
	"create_product_suggestion": {
		"product_name", "suggested_by", "product_short_description", "product_link", "product_supplier",
		"supplier_details",
	},
	"create_quotation": {
		f"billing_address.{part}" for part in ("address_line1", "address_line2", "city", "state", "pincode")
	},
	"insert_lead": {"data.first_name", "data.last_name", "data.organization_name"},
	"medusa_webhook": {"event"},  # isn't kept
	"update_address": {"address_line1", "address_line2", "city", "state", "pincode"},
	"update_quotation": {"location_and_contact_no"},
}  # fmt: skip
# Kept as they were typed, escaped: they are given back by get_reviews.
ESCAPED = {("Website Item Review", "name1"), ("Website Item Review", "review")}
# The log of calls is code, which Frappe escapes.
STORED = {
	("Address", "address_line1"), ("Address", "address_line2"), ("Address", "city"), ("Address", "state"),
	("Address", "pincode"), ("Lead", "first_name"), ("Lead", "last_name"), ("Lead", "company_name"),
	("Opportunity Contact", "first_name"), ("Opportunity Contact", "city"), ("Opportunity Contact", "country"),
	("Product Suggestions", "product_name"), ("Product Suggestions", "supplier_details"),
	("Sales Order", "custom_location_and_contact_no"), *ESCAPED,
}  # fmt: skip


ADDRESS = {
	"address_line1": "12 Harbour Street", "address_line2": "Second floor", "city": "Muscat", "state": "Muscat",
	"country": "OM", "pincode": "100", "phone": "+968 9123 4567", "email": "a@clinic.example", "is_default": False,
}  # fmt: skip


class Ground:
	"""What the calls are about; each call that would be refused the second time gets a new one of its own."""

	def __init__(self, shop) -> None:
		self.shop, self.number = shop, 100
		self.customer = buyer()
		selling.address(self.customer)
		self.variant = product("T-1", 5)
		product_id = frappe.db.get_value("Website Item", {"item_code": "T-1"}, "name")
		frappe.db.set_value("Website Item", product_id, "medusa_id", "prod_T-1")
		frappe.db.commit()

	def arguments(self, name: str) -> dict[str, Any]:
		"""Those that the function takes; those of the others are examples."""
		self.number += 1
		made = getattr(self, name, dict)()
		return {"customer_id": BUYER, **made}

	def add_review_to_website_item(self) -> dict:
		return {
			"item_code": "prod_T-1",
			"review_id": f"rev_{self.number}",
			"customer_id": f"cus_{self.number}",
		}

	def create_quotation(self) -> dict:
		return asked((self.variant, 1), n=self.number, billing_address=ADDRESS)

	def insert_lead(self) -> dict:
		person = {"first_name": "Aisha", "last_name": "B", "organization_name": "Clinic", "mobile": "+968 1"}
		new = {"id": f"cus_{self.number}", "email": f"a{self.number}@clinic.example"}
		return {"data": {**person, **new}}

	def update_address(self) -> dict:
		return {"customer_id": self.customer.name, "medusa_customer_id": BUYER}

	def update_quotation(self) -> dict:
		doc = created(self.shop, (self.variant, 1), n=self.number)
		frappe.db.set_value("Quotation", doc.name, "workflow_state", "Ready for Customer Review")
		frappe.db.commit()
		return {
			"quotation_id": doc.name,
			"approval": "Approved",
			"create_so": True,
			"order_id": f"order_{self.number}",
		}


def operations() -> dict[str, Operation]:
	types: dict = {}
	for name, endpoint in ENDPOINTS.items():
		types |= types_of(name, endpoint)
	found, components = schemas.of_types(types)
	return {
		name: Operation(name, endpoint, found, components) for name, endpoint in sorted(ENDPOINTS.items())
	}


def filled(operation: Operation, known: dict) -> dict:
	"""Arguments by their examples, and those that the test knows better."""
	given = {
		key: examples.of_schema(schema, operation.components, key)
		for key, schema in operation.arguments.items()
	}
	return {**given, **{key: value for key, value in known.items() if key in given}}


def texts_in(value: Any, path: tuple = ()) -> list[tuple]:
	"""The paths of all texts."""
	if isinstance(value, dict):
		return [found for key, each in value.items() for found in texts_in(each, (*path, key))]
	if isinstance(value, list):
		return texts_in(value[0], (*path, 0)) if value else []
	return [path] if isinstance(value, str) else []


def replaced(value: Any, path: tuple, text: str) -> Any:
	if not path:
		return text
	copy = dict(value) if isinstance(value, dict) else list(value)
	copy[path[0]] = replaced(value[path[0]], path[1:], text)
	return copy


def test_every_text_of_every_function(shop):
	ground, taken = Ground(shop), {}
	for name, operation in operations().items():
		paths = texts_in(filled(operation, ground.arguments(name)))
		for path in paths:
			forget_limits()
			given = replaced(filled(operation, ground.arguments(name)), path, HOSTILE)
			reply = shop.call(name, operation.methods[0], **_as_sent(given, operation))
			assert reply.status_code != 500, (name, path, reply.text)
			argument = ".".join(str(part) for part in path if part != 0)
			if reply.status_code < 400 and "GET" not in operation.methods:
				taken.setdefault(name, set()).add(argument)
			elif reply.status_code >= 400:
				assert not {"<", ">"} & set(reply.json["message"]["error"]), (name, path, reply.text)
	taken["create_quotation"].discard("billing_address.phone")  # Frappe 15.75 accepts any text as a phone.
	assert taken == WORDS
	found = hostile.written()
	assert {each[:2] for each in found} >= STORED
	assert not hostile.raw([each for each in found if each[:2] not in ESCAPED])
	assert not [each for each in found if each[:2] in ESCAPED and {"<", ">"} & set(each.value)]
	assert not [each for each in found if "\u202e" in each.value]
	kept = frappe.get_all("Sales Order", pluck="custom_location_and_contact_no")
	assert HARMLESS in kept  # readable


def _as_sent(arguments: dict, operation: Operation) -> dict:
	if operation.methods[0] != "GET":
		return arguments
	return {
		key: frappe.as_json(value) if isinstance(value, dict | list) else value
		for key, value in arguments.items()
		if value is not None
	}


def test_a_sign_up(medusa, mail_server):
	configure_storefront(frontend_url="https://shop.example")
	texts = {"first_name": HOSTILE, "last_name": "<b>", "organization_name": HOSTILE}
	customer = signed_up(Visitor(), mail_server, **texts)
	assert customer["first_name"] == HARMLESS
	found = hostile.written()
	# The log of calls holds JSON, and the mail is HTML.
	stored = [each for each in found if each.table not in ("Medusa Request Log", "Email Queue")]
	assert {each[:2] for each in stored} >= {("Lead", "first_name"), ("Lead", "company_name")}
	assert not hostile.raw(stored)
	assert not any(hostile.tags(each.value) for each in found if each.table == "Email Queue")


def test_ids_and_names_as_they_are_used(shop):
	"""What real shops send passes."""
	factories.customer("B&GTrading's Clinic")
	frappe.db.commit()
	for name, given, code in (
		("get_website_variants", {"medusa_id": "prod_G-1"}, 404),
		("get_sales_order_name", {"medusa_order_id": "SO/2026/0001"}, 404),
		("verify_coupon", {"order_id": "order_01JDB42N8C3R9T7W1Y5A8B6DEF", "coupon_code": "10% & more"}, 404),
		("fetch_quotation_pdf_url", {"quotation_id": "quot_1"}, 404),
		("update_address", {"customer_id": "B&GTrading's Clinic", "city": "Muscat"}, 404),
	):
		reply = shop.call(name, **given)
		assert reply.status_code == code, (name, reply.text)
		assert not {"<", ">"} & set(reply.text)
