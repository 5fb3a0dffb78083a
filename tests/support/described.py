"""The records that the examples of docs/openapi.json name, and others like them, on the site."""

import copy
import json
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Max

from medusa_integration.customers import email_codes, shop_accounts
from medusa_integration.medusa.account_operations import NewAccount
from medusa_integration.session import open_shop
from tests.support import factories, orders, quotations, selling
from tests.support.storefront import Shop, configure_storefront

CUSTOMER = "cus_01JDB3W1S6YQ5V2M8K0T7H9XRF"
VARIANT = "variant_01JDB3X8KZ4N7C1P5R9W2E6TYU"
PRODUCT = "prod_01JDB3X5GH2M4C8P1R6W9E7TYU"
DRAFT_ORDER = "dorder_01JDB41M9B2Q8S6V0X4Z7A5CDE"
QUOTATION = "quot_01JDB43P9D4S0U8X2Z6B9C7EFG"
ORDER = "order_01JDB42N8C3R9T7W1Y5A8B6DEF"
COUPON = "WELCOME-7F3K"
CLINIC = "Harbour Clinic"
EMAIL = "aisha@clinic.example"
ACCOUNTS = ("login", "sign_up")  # what calls Medusa itself, and needs a code
# Nothing calls this server: no worker runs.
IMPORTING = {
	"enable": 1,
	"import_orders": 1,
	"url": "http://127.0.0.1:1",
	"api_version": "v2",
	"admin_email": "admin@example.com",
	"admin_password": "secret",
	"frontend_url": "https://shop.example.com",
}
PREFIX = "Real"  # of the schemas of requests with real ids
# What a call without access must not change.
DOCTYPES = (
	"Customer", "Lead", "Address", "Contact", "Quotation", "Quotation Item", "Sales Order", "Sales Order Item",
	"Returned Sales Order Item", "Sales Invoice", "Payment Request", "Website Coupon Code", "Email Queue", "Comment",
	"Medusa Outbox",
)  # fmt: skip


def prepare(shop: Shop) -> dict[str, list[str]]:
	"""Make the records; returns the real ids to use instead of each example."""
	configure_storefront(calls_per_minute=1_000_000, **IMPORTING)
	clinic = factories.customer(CLINIC)
	lead = selling.lead("lead@clinic.example")
	selling.address(clinic, CLINIC)
	frappe.db.set_value("Customer", clinic.name, "medusa_id", CUSTOMER)
	frappe.db.set_value("Lead", lead.name, "medusa_id", "cus_lead")
	for code, ids in {"GLOVE-M": (PRODUCT, VARIANT), "GLOVE-L": ("prod_l", "variant_l")}.items():
		quotations.product(code, 12.5)
		frappe.db.set_value("Item", code, dict(zip(("medusa_id", "medusa_variant_id"), ids, strict=True)))
		_show(code)
	factories.item_group("Dental")
	frappe.db.commit()
	for name in [QUOTATION, "quot_open"]:
		_quotation(shop, name, CUSTOMER)
	_quotation(shop, "quot_lead", "cus_lead")
	placed = [
		orders.order(("GLOVE-M", 4, 12.5), id=ORDER, customer=clinic.name),
		orders.order(("GLOVE-M", 4, 12.5), id="order_draft", customer=clinic.name, submit=False),
	]
	factories.delivery(placed[0])
	for code in (COUPON, "ANOTHER"):
		orders.coupon(code)
	names = frappe.get_all("Quotation", {"medusa_quotation_id": ("is", "set")}, pluck="name", order_by="name")
	frappe.db.commit()
	return {
		CUSTOMER: [CUSTOMER, "cus_lead"],
		VARIANT: [VARIANT, "variant_l"],
		PRODUCT: [PRODUCT, "prod_l"],
		DRAFT_ORDER: [f"dorder_{QUOTATION}", "dorder_quot_lead"],
		QUOTATION: [QUOTATION, "quot_open", "quot_new"],
		"SAL-QTN-2026-00001": [names[0], *names, QUOTATION],
		ORDER: [ORDER, "order_draft"],
		"SAL-ORD-2026-00001": [placed[0].name, placed[1].name, ORDER],
		COUPON: [COUPON, "ANOTHER"],
		CLINIC: [clinic.name],
		"Approved": ["Approved", "Rejected", "Draft"],
	}


def prepare_account(name: str) -> str:
	"""Prepare for a call by which the visitor of the examples signs up or logs in to Medusa; returns a code for it."""
	email_codes.issue(EMAIL)
	if name == "login":
		password = shop_accounts.keep_new_password_and_commit(EMAIL)
		customer = open_shop().sign_up(NewAccount(EMAIL, password), {})["customer"]
		shop_accounts.signed_up(EMAIL, customer["id"])
	code = email_codes.issue(EMAIL)
	frappe.db.commit()
	return code


def _show(code: str) -> None:
	"""Have the catalogue show an Item's product."""
	if not frappe.db.exists("Website Item", {"item_code": code}):
		factories.website_item(code)
	ids = frappe.db.get_value("Item", code, ("medusa_id", "medusa_variant_id"), as_dict=True)
	frappe.db.set_value("Website Item", {"item_code": code}, {"published": 1, **ids})


def _quotation(shop: Shop, id: str, customer: str) -> None:
	items = [{"variant_id": VARIANT, "quantity": 2}]
	asked = {"customer_id": customer, "draft_order_id": f"dorder_{id}", "quotation_id": id, "items": items}
	response = shop.call("create_quotation", **asked)
	assert response.status_code == 200, response.text


def with_real_ids(document: dict, real: dict[str, list[str]]) -> dict:
	"""The document, whose requests name what is there; its replies stay as they are."""
	found = copy.deepcopy(document)
	for methods in found["paths"].values():
		for operation in methods.values():
			for part in {"requestBody", "parameters"} & set(operation):
				operation[part] = _real(operation[part], real)
	schemas = found["components"]["schemas"]
	schemas.update({PREFIX + name: _real(schema, real) for name, schema in schemas.items()})
	return found


def _real(described: Any, real: dict[str, list[str]]) -> Any:
	"""A part of the document, in which an example is the first real id, and a text that has an example is one of the real
	ids, or the example. Other texts are short and printable, so that most calls get through.
	"""
	if isinstance(described, list):
		return [_real(each, real) for each in described]
	if isinstance(described, str):
		return real.get(described, [described])[0].replace(
			"#/components/schemas/", f"#/components/schemas/{PREFIX}"
		)
	if not isinstance(described, dict):
		return described
	if described.get("type") == "string":
		texts = [text for each in described.get("examples", ()) for text in real.get(each, [each])]
		return {
			"type": "string",
			**({"enum": [*dict.fromkeys(texts)]} if texts else {"pattern": "^[ -~]{0,40}$"}),
		}
	return {key: _real(each, real) for key, each in described.items()}


def state() -> dict[str, tuple]:
	"""How many documents there are of each kind, and when one was last changed."""
	frappe.db.rollback()
	found = {}
	for doctype in filter(lambda each: frappe.db.exists("DocType", each), DOCTYPES):
		table = frappe.qb.DocType(doctype)
		found[doctype] = frappe.qb.from_(table).select(Count("*"), Max(table.modified)).run()
	return found


def example_of(operation: dict) -> dict:
	"""The arguments of a described operation's example."""
	if "requestBody" in operation:
		return copy.deepcopy(operation["requestBody"]["content"]["application/json"]["example"])
	found = {}
	for parameter in operation["parameters"]:
		content = parameter.get("content", {}).get("application/json")
		found[parameter["name"]] = json.dumps(content["example"]) if content else parameter["example"]
	return found
