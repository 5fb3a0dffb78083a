"""Which price an item of the shop has, and which one for whom."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.quotations.item_rates import Price, prices_of
from tests.support import factories
from tests.support.checks import queries
from tests.support.quotations import BUYER, buyer, created, lead, product, refused
from tests.support.users import PATH, signed_in

STANDARD = "Standard Selling"


@pytest.fixture
def trade():
	"""A price list that customers may have."""
	return price_list("Shop Trade")


def price_list(name: str, **values) -> str:
	currency = frappe.db.get_value("Price List", STANDARD, "currency")
	doc = {"doctype": "Price List", "price_list_name": name, "selling": 1, "enabled": 1, "currency": currency}
	return frappe.get_doc({**doc, **values}).insert().name


def of(code: str, customer: str | None = None) -> Price:
	return prices_of([code], STANDARD, customer)[code]


def test_without_a_price_it_is_nothing():
	product("Q-1")
	assert of("Q-1") == Price(0, 0)


def test_the_one_that_became_valid_last_wins():
	product("Q-1")
	factories.item_price("Q-1", 10, valid_from=add_days(today(), -30))
	factories.item_price("Q-1", 9, valid_from=add_days(today(), -20))
	factories.item_price("Q-1", 8, valid_from=add_days(today(), -10))
	factories.item_price("Q-1", 7, valid_from=add_days(today(), 1))
	factories.item_price("Q-1", 6, valid_from=add_days(today(), -5), valid_upto=add_days(today(), -1))
	assert of("Q-1") == Price(8, 8)


def test_the_customers_list_comes_before_the_standard(trade):
	customer = buyer(default_price_list=trade)
	product("Q-1", 10)
	product("Q-2", 5)
	factories.item_price("Q-1", 8, price_list=trade)
	assert of("Q-1", customer.name) == Price(10, 8)
	assert of("Q-2", customer.name) == Price(5, 5)
	assert of("Q-1") == Price(10, 10)


def test_the_list_of_the_customers_group_counts(trade):
	customer = buyer()
	group = customer.customer_group
	product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=trade)
	frappe.db.set_value("Customer Group", group, "default_price_list", trade)
	try:
		assert of("Q-1", customer.name) == Price(10, 8)
	finally:
		frappe.db.set_value("Customer Group", group, "default_price_list", None)
		frappe.db.commit()


def test_a_price_for_the_customer_comes_first(trade):
	customer = buyer(default_price_list=trade)
	other = buyer("cus_other", "Other Clinic")
	product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=trade)
	factories.item_price("Q-1", 6, customer=customer.name)
	assert of("Q-1", customer.name) == Price(10, 6)
	assert of("Q-1", other.name) == Price(10, 10)


def test_what_does_not_count(trade):
	customer = buyer(default_price_list=trade)
	if not frappe.db.exists("UOM", "Box"):
		frappe.get_doc({"doctype": "UOM", "uom_name": "Box"}).insert()
	product("Q-1", 10, uoms=[{"uom": "Box", "conversion_factor": 12}])
	past = {"valid_from": add_days(today(), -9), "valid_upto": add_days(today(), -1)}
	factories.item_price("Q-1", 8, price_list=trade, **past)
	factories.item_price("Q-1", 90, uom="Box")
	assert of("Q-1", customer.name) == Price(10, 10)
	factories.item_price("Q-1", 7, price_list=trade)
	assert of("Q-1", customer.name) == Price(10, 7)
	frappe.db.set_value("Price List", trade, "enabled", 0)
	assert of("Q-1", customer.name) == Price(10, 10)


def test_a_list_in_another_currency_does_not_count():
	own = frappe.db.get_value("Price List", STANDARD, "currency")
	foreign = price_list("Shop Abroad", currency="EUR" if own != "EUR" else "USD")
	customer = buyer(default_price_list=foreign)
	product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=foreign)
	assert of("Q-1", customer.name) == Price(10, 10)


def test_a_quotation_has_both(shop, trade):
	buyer(default_price_list=trade)
	variant = product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=trade)
	frappe.db.commit()
	(row,) = created(shop, (variant, 2)).items
	assert (row.standard_price, row.rate, row.amount, row.discount_amount) == (10, 8, 16, 0)


def test_an_item_without_a_price_is_quoted_at_nothing(shop):
	buyer()
	(row,) = created(shop, (product("Q-1"), 2)).items
	assert (row.standard_price, row.rate) == (0, 0)


def test_the_queries_do_not_grow_with_the_items():
	customer = buyer()
	codes = [f"Q-{n}" for n in range(20)]
	for code in codes:
		product(code, 10)
	prices_of(codes[:1], STANDARD, customer.name)
	few = queries(lambda: prices_of(codes[:2], STANDARD, customer.name))
	assert len(few) == len(queries(lambda: prices_of(codes, STANDARD, customer.name))) <= 3


# --- get_medusa_prices


def both(code: str) -> dict:
	return {"medusa_product_id": f"prod_{code}", "medusa_variant_id": f"variant_{code}"}


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_prices_of_products(shop, trade, method):
	buyer(default_price_list=trade)
	product("Q-1", 10)
	product("Q-2", 5)
	factories.item_price("Q-1", 8, price_list=trade)
	frappe.db.commit()
	items = [both("Q-1"), {"medusa_variant_id": "variant_Q-2"}]
	given = items if method == "POST" else frappe.as_json(items)
	response = shop.call("get_medusa_prices", method, items=given, customer_id=BUYER)
	assert response.json["message"] == {
		"prod_Q-1": {"item_code": "Q-1", "standard_price": 10, "negotiated_price": 8},
		"variant_Q-2": {"item_code": "Q-2", "standard_price": 5, "negotiated_price": 5},
	}, response.text


def test_prices_for_nobody_and_for_a_lead(shop):
	lead()
	product("Q-1", 10)
	wanted = {"prod_Q-1": {"item_code": "Q-1", "standard_price": 10, "negotiated_price": 10}}
	for values in ({}, {"customer_id": BUYER}):
		assert shop.call("get_medusa_prices", items=[both("Q-1")], **values).json["message"] == wanted


def test_prices_of_another_list(shop, trade):
	product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=trade)
	frappe.db.commit()
	reply = shop.call("get_medusa_prices", items=[both("Q-1")], price_list=trade).json["message"]
	assert reply["prod_Q-1"]["standard_price"] == 8


def test_another_customers_draft_order_has_no_link(shop):
	buyer()
	buyer("cus_other", "Other Clinic")
	created(shop, (product("Q-1", 10), 2))
	asked = {"items": [both("Q-1")], "draft_order_id": "dorder_1"}
	call = shop.call("get_medusa_prices", **asked, customer_id="cus_other")
	assert "Draft order not found: dorder_1" in refused(call, 404)
	assert shop.call("get_medusa_prices", **asked).json["message"]["payment_url"] is None


@pytest.mark.parametrize(
	("values", "code", "words"),
	[
		({"items": [both("Q-9")]}, 404, "Item not found for variant ID: variant_Q-9"),
		({"items": [{"medusa_product_id": "prod_Q-9"}]}, 404, "Item not found for variant ID: prod_Q-9"),
		({"items": [{}]}, 400, "needs a medusa_product_id or a medusa_variant_id"),
		({"items": None}, 400, "items is missing"),
		({"items": [5]}, 400, "items.0"),
		({"items": [both("Q-1")] * 401}, 400, "at most 400 items"),
		({"customer_id": "cus_9"}, 404, "Customer not found: cus_9"),
		({"price_list": "No Such"}, 404, "Price List not found: No Such"),
		({"draft_order_id": "dorder_9"}, 404, "Draft order not found: dorder_9"),
	],
)
def test_bad_input(shop, values, code, words):
	product("Q-1", 10)
	assert words in refused(shop.call("get_medusa_prices", **{"items": [both("Q-1")], **values}), code)


# --- fetch_standard_price


def test_a_sales_user_asks_for_prices(trade):
	customer = buyer(default_price_list=trade)
	product("Q-1", 10)
	factories.item_price("Q-1", 8, price_list=trade)
	frappe.db.commit()
	client = signed_in("quotes-sales@example.com", "Sales User")

	def ask(**values):
		return client.post(f"{PATH}fetch_standard_price", json=values)

	wanted = {"Q-1": 10, "Q-1-negotiated": 8}
	party = {"party": customer.name, "quotation_to": "Customer"}
	assert ask(items=["Q-1"], **party).json["message"] == wanted
	assert ask(items='["Q-1"]', price_list=STANDARD, **party).json["message"] == wanted
	assert ask(items=[{"item_code": "Q-1", "qty": 2}, {"qty": 1}], **party).json["message"] == wanted
	assert ask(items=["Q-1"]).json["message"] == {"Q-1": 10, "Q-1-negotiated": 10}
	assert ask(items=["Q-1"], party="x", quotation_to="Lead").json["message"]["Q-1-negotiated"] == 10
	for wrong in ({"items": "x"}, {"items": [5]}, {"items": ["Q-1"], "price_list": "No Such"}, {}):
		assert ask(**wrong).status_code == 417
	assert ask(items=["Q-1"], party="No Such", quotation_to="Customer").status_code == 404


def test_others_may_not_ask(clerk):
	assert clerk.post(f"{PATH}fetch_standard_price", json={"items": ["Q-1"]}).status_code == 403
