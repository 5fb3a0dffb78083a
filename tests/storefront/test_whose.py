"""Whose is it? One customer's calls reach nothing of another's, whatever ids they name."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import frappe
import pytest

from medusa_integration import api  # noqa: F401  (it registers the functions)
from medusa_integration.storefront.access import ENDPOINTS
from medusa_integration.storefront.arguments import CUSTOMERS, Arguments
from tests.support import factories, orders, selling
from tests.support.cases import cases
from tests.support.described import state
from tests.support.parties import address
from tests.support.quotations import asked, buyer, created, lead, product, reread
from tests.support.quotations import refused as message_of

MINE, THEIRS = "cus_mine", "cus_theirs"

# By its name or by its example an argument is the id of a record. Products and variants are everybody's.
ID_NAME = re.compile(r"(^|_)(id|ids|name|order|quotation|invoice|customer|address)$")
ID_EXAMPLE = re.compile(r"^(?!prod_|variant_)([a-z]+_[0-9A-Z]+$|[A-Z]+-[A-Z]+-\d{4}-\d+$)")


class Ids(NamedTuple):
	"""One customer's records."""

	customer_id: str
	customer: str
	quotation: str
	draft: str
	order: str
	order_id: str
	return_id: str
	review_id: str


@pytest.fixture
def both(shop) -> tuple[Ids, Ids]:
	"""What two customers have: a quotation, an order that is delivered and partly sent back, an address."""
	variant = product("Q-1", 10)
	found = []
	for n, (id, name) in enumerate(((MINE, "My Clinic"), (THEIRS, "Their Clinic")), 1):
		customer = buyer(id, name)
		address("Customer", customer.name)
		quotation = created(shop, (variant, 2), n=n, customer_id=id)
		order = orders.order(("Q-1", 4, 10), id=f"order_{n}", customer=customer.name)
		factories.delivery(order)
		frappe.db.commit()
		shop.call(
			"update_returned_items",
			medusa_order_id=order.name,
			items=[{"item_code": "Q-1", "quantity": 1}],
			return_id=f"return_{n}",
		)
		review = f"rev_{n}"
		shop.call("add_review_to_website_item", **REVIEW, customer_id=id, review_id=review)
		names = customer.name, quotation.name, f"dorder_{n}", order.name, f"order_{n}", f"return_{n}"
		found.append(Ids(id, *names, review))
	orders.coupon()
	return tuple(found)


# --- all functions

REVIEW = {"item_code": "prod_Q-1", "rating": 4}
LINES = [{"variant_id": "variant_Q-1", "quantity": 1}]
BACK = [{"item_code": "Q-1", "quantity": 1}]
Calls = Callable[[Ids, Ids], list[dict]]


def _quotation(**more) -> Calls:
	"""Name another's Quotation, by each of its ids."""
	return lambda mine, theirs: [
		{"quotation_id": id, **more} for id in (theirs.quotation, theirs.draft.replace("dorder", "quot"))
	]


def _order(argument: str, **more) -> Calls:
	"""Name another's order, by each of its ids."""
	return lambda mine, theirs: [{argument: id, **more} for id in (theirs.order, theirs.order_id)]


def _of_others_orders(argument: str, given: Callable[[Ids], dict]) -> Calls:
	"""Name an id of another's order beside records of one's own."""
	return lambda mine, theirs: [{**given(mine), argument: id} for id in (theirs.order_id, theirs.draft)]


def _approval(mine: Ids) -> dict:
	note = {"is_courier_required": True, "location_and_contact_no": "My street"}
	return {"quotation_id": mine.quotation, "approval": "Approved", "create_so": True, **note}


def _changed_and_approved(mine: Ids) -> dict:
	return {"quotation_id": mine.quotation, "items": LINES, "approval": "Approved", "create_so": True}


def _asked(mine: Ids) -> dict:
	return asked(("variant_Q-1", 1), n=9, customer_id=mine.customer_id)


# Each id that a function takes: calls that name the second customer's with the first one's customer_id.
REFUSED: dict[str, dict[str, Calls]] = {
	"create_quotation": {
		"quotation_id": lambda mine, theirs: [
			{**_asked(mine), "quotation_id": theirs.draft.replace("dorder", "quot"), "draft_order_id": id}
			for id in (theirs.draft, "dorder_9")
		],
		"draft_order_id": _of_others_orders("draft_order_id", _asked),
	},
	"update_quotation": {
		"quotation_id": _quotation(approval="Approved", create_so=True),
		"order_id": _of_others_orders("order_id", _approval),
	},
	"update_quotation_new": {
		"quotation_id": _quotation(items=LINES),
		"order_id": _of_others_orders("order_id", _changed_and_approved),
	},
	"fetch_quotation_pdf_url": {"quotation_id": _quotation()},
	"get_medusa_prices": {
		"draft_order_id": lambda mine, theirs: [{"items": [], "draft_order_id": theirs.draft}]
	},
	"get_sales_order_name": {"medusa_order_id": _order("medusa_order_id")},
	"get_order_documents": {"medusa_order_id": _order("medusa_order_id")},
	"get_returnable_items": {"medusa_order_id": _order("medusa_order_id")},
	"update_returned_items": {
		"medusa_order_id": _order("medusa_order_id", items=BACK),
		"return_id": lambda mine, theirs: [
			{"medusa_order_id": mine.order_id, "items": BACK, "return_id": theirs.return_id}
		],
	},
	"pay_now": {"order_id": _order("order_id", coupon_code="TEN")},
	"verify_coupon": {"order_id": _order("order_id", coupon_code="TEN")},
	"add_review_to_website_item": {
		"review_id": lambda mine, theirs: [{**REVIEW, "review": "mine now", "review_id": theirs.review_id}]
	},
	"update_address": {
		"customer_id": lambda mine, theirs: [
			{"customer_id": theirs.customer, "medusa_customer_id": mine.customer_id, "city": "Sur"}
		]
	},
}
# Ids that name nothing of another customer, and why. Other tests are about those in brackets.
HARMLESS = {
	("fetch_all_customers", "name"): "words to look for",
	("insert_lead", "data.id"): "the customer of the call",
	("update_address", "medusa_customer_id"): "the customer of the call",
	("medusa_webhook", "id"): "what it names is read from Medusa (test_webhook)",
	("medusa_webhook", "order_id"): "what it names is read from Medusa (test_webhook)",
	("sign_up", "erp_customer_id"): "compared with the e-mail of the code (test_accounts)",
}
NAMES = re.compile(
	r"(customer|first|last|organization|product)_name$|^sort_order$"
)  # what people and things are called


def _ids(function) -> set[str]:
	"""The arguments of a function that are ids, by name or example, also inside of lists and objects."""
	found: set[str] = set()
	for name, type_ in Arguments(function).types.items():
		schema = type_.json_schema()
		_walk(schema, name, schema.get("$defs", {}), found)
	return found


def _walk(schema: dict, path: str, definitions: dict, found: set[str]) -> None:
	if "$ref" in schema:
		schema = definitions[schema["$ref"].rpartition("/")[2]]
	for each in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
		_walk(each, path, definitions, found)
	for name, each in schema.get("properties", {}).items():
		_walk(each, f"{path}.{name}", definitions, found)
	last = path.rpartition(".")[2]
	examples = [each for each in schema.get("examples", ()) if isinstance(each, str)]
	is_product = any(each.startswith(("prod_", "variant_")) for each in examples)
	is_text = schema.get("type") == "string" and "enum" not in schema
	by_name = is_text and ID_NAME.search(last) and not NAMES.search(last)
	if (by_name and not is_product) or any(map(ID_EXAMPLE.match, examples)):
		found.add(path)


def test_every_id_is_listed():
	"""A new function that takes an id is to be listed above."""
	listed = {(name, argument) for name, calls in REFUSED.items() for argument in calls} | set(HARMLESS)
	found = {
		(name, argument)
		for name, endpoint in ENDPOINTS.items()
		for argument in _ids(endpoint.function)
		if not (argument in CUSTOMERS and name != "update_address")
	}
	assert found - listed == set(), "compare them, and list them"
	assert listed - found == set(), "these are gone"


@cases("name", sorted(REFUSED))
def test_anothers_records_are_out_of_reach(shop, both, name):
	mine, theirs = both
	before = _everything()
	for argument, calls in REFUSED[name].items():
		given = calls(mine, theirs)
		assert given, argument
		for arguments in given:
			response = shop.call(name, **{"customer_id": mine.customer_id, **arguments})
			assert response.status_code in (404, 409), (name, arguments, response.text)
			assert _everything() == before, (name, arguments)


def _everything() -> str:
	reviews = frappe.get_all("Website Item Review", fields=["*"], order_by="name")
	return json.dumps([state(), reviews], default=str)


# --- one customer's, by other ways


def test_the_customers_own_records_are_reached(shop, both):
	"""The same calls, with ids of one's own."""
	mine, _theirs = both
	asked_for = {"customer_id": mine.customer_id}
	for name, arguments in (
		("get_order_documents", {"medusa_order_id": mine.order_id}),
		("get_medusa_prices", {"items": [], "draft_order_id": mine.draft}),
		("create_quotation", {**_asked(mine), "draft_order_id": mine.draft}),
		("update_quotation", {**_approval(mine), "order_id": mine.order_id}),
	):
		response = shop.call(name, **{**asked_for, **arguments})
		assert response.status_code == 200, (name, response.text)
	frappe.db.commit()
	courier = frappe.db.get_value("Sales Order", mine.order, "custom_location_and_contact_no")
	assert (response.json["message"]["sales_order_id"], courier) == (mine.order, "My street")
	changed = {"customer_id": mine.customer, "medusa_customer_id": mine.customer_id, "city": "Sur"}
	assert shop.call("update_address", **changed).status_code == 200


def test_anothers_order_is_refused_without_a_customer_too(shop, both):
	mine, theirs = both
	before = _everything()
	for id in (theirs.order_id, theirs.draft):
		for create_so in (True, False):
			given = {**_approval(mine), "order_id": id, "create_so": create_so}
			assert f"The order {id} is another customer's" in message_of(
				shop.call("update_quotation", **given), 409
			)
	assert _everything() == before
	frappe.get_doc("Quotation", mine.quotation).submit()
	frappe.db.set_value("Quotation", mine.quotation, "medusa_draft_order_id", theirs.order_id)
	frappe.db.commit()
	before = _everything()
	assert "another customer's" in message_of(shop.call("update_quotation", **_approval(mine)), 409)
	assert _everything() == before


def test_a_payment_link_of_another_customers_order_is_not_told(shop, both):
	selling.payment_gateway_account()
	mine, theirs = both
	ordered = {"quotation_id": theirs.quotation, "approval": "Approved", "create_so": True}
	url = shop.call("update_quotation", **ordered).json["message"]["payment_url"]
	frappe.db.set_value("Quotation", theirs.quotation, "medusa_draft_order_id", mine.draft)
	frappe.db.set_value("Quotation", mine.quotation, "creation", "2999-01-01")
	frappe.db.commit()
	given = {"items": [], "draft_order_id": mine.draft}
	told = shop.call("get_medusa_prices", **given, customer_id=mine.customer_id).json["message"]
	assert url and told["payment_url"] is None


def test_a_lead_and_its_customer_are_one(shop):
	variant = product("Q-1", 10)
	who = lead(MINE)
	doc = created(shop, (variant, 2), customer_id=MINE)
	customer = factories.customer("Ann's Clinic", medusa_id=None, lead_name=who.name)
	address("Customer", customer.name)
	order = orders.order(("Q-1", 2, 10), id="order_1", customer=customer.name)
	frappe.db.commit()
	for name, arguments in (
		("get_order_documents", {"medusa_order_id": order.name, "customer_id": MINE}),
		("update_quotation", {"quotation_id": doc.name, "approval": "Approved", "order_id": "order_1"}),
		("update_address", {"customer_id": customer.name, "medusa_customer_id": MINE, "city": "Sur"}),
	):
		response = shop.call(name, **arguments)
		assert response.status_code == 200, (name, response.text)
	assert shop.call("fetch_all_customers", name="Ann's").json["message"] == "No relevant customers found"
	# Linked to another customer of the shop, it isn't the Lead's any more.
	frappe.db.set_value("Customer", customer.name, "medusa_id", THEIRS)
	frappe.db.commit()
	given = {"medusa_order_id": order.name, "customer_id": MINE}
	assert "There is no order" in message_of(shop.call("get_order_documents", **given), 404)


def test_only_the_shops_customers_have_addresses_for_it(shop):
	customer = factories.customer("Wholesale", medusa_id=None)
	frappe.db.set_single_value("Medusa Configuration", "guest_customer", customer.name)
	doc = address("Customer", customer.name)
	frappe.db.commit()
	call = shop.call("update_address", customer_id=customer.name, city="Sur")
	assert "no Customer Wholesale of the shop" in message_of(call, 404)
	assert reread(doc).city == "Muscat"
	assert shop.call("fetch_all_customers", name="Wholesale").json["message"] == "No relevant customers found"


# --- guests


@pytest.fixture
def guests(shop) -> list:
	"""Two guests' orders of the one Customer, the second one billed and delivered together with the first."""
	customer = factories.customer("All Guests", medusa_id=None).name
	placed = [orders.order(("G-1", 4, 5), id=f"order_{n}", customer=customer) for n in (1, 2)]
	for make in (factories.invoice, factories.delivery):
		alone = make(placed[0], submit=False)
		alone.items[0].qty = 1
		alone.save()
		alone.submit()
		rest = make(placed[0], submit=False)
		other = make(placed[1], submit=False)
		rest.append("items", {**other.items[0].as_dict(), "name": None, "parent": None})
		rest.save()
		rest.submit()
		other.delete()
	frappe.db.commit()
	return placed


def test_a_guest_sees_no_other_guests_papers(shop, guests):
	first, second = (
		shop.call("get_order_documents", medusa_order_id=f"order_{n}").json["message"] for n in (1, 2)
	)
	assert [len(first[kind]) for kind in ("invoices", "deliveries")] == [1, 1]
	assert [len(second[kind]) for kind in ("invoices", "deliveries")] == [0, 0]
	before = orders.counts()
	assert "billed together with other orders" in message_of(shop.call("pay_now", order_id="order_2"), 409)
	assert orders.counts() == before
	# The same Customer with an account sees all of its own.
	frappe.db.set_value("Customer", guests[0].customer, "medusa_id", MINE)
	frappe.db.commit()
	told = shop.call("get_order_documents", medusa_order_id="order_1", customer_id=MINE).json["message"]
	assert [len(told[kind]) for kind in ("invoices", "deliveries")] == [2, 2]
