"""The prices that a product had in Medusa before it was linked: ERPNext's replace them, and none of them comes back."""

import frappe
import pytest

from medusa_integration.api import get_sync_status
from medusa_integration.operations import linking, queueing
from medusa_integration.prices import price_state
from tests.support.doctor import examined, found, repaired
from tests.support.factories import configure, drain, item_price, outbox, website_item
from tests.support.shop import base_prices, make_product, set_base_prices, store_price


@pytest.fixture
def product(medusa):
	"""A product of the shop's own, at 3 OMR and 8 USD."""
	configure(medusa, enable=0)  # saves queue nothing
	website_item("BASE-1")
	made = make_product(medusa, "BASE-1", title="Made by hand")
	set_base_prices(medusa, made, omr=3, usd=8)
	return made


def linked(medusa):
	(name,) = frappe.get_all("Website Item", {"item_code": "BASE-1"}, pluck="name")
	doc = frappe.get_doc("Website Item", name)
	linking.link()
	configure(medusa)
	queueing.resend([doc.name])
	return doc


def asked_for(medusa, product, currency: str = "omr"):
	drain()
	assert outbox() == []
	return store_price(medusa, product["id"], currency)


def test_what_erpnext_has_a_price_for_never_falls_back_to_the_shops(medusa, product):
	price = item_price("BASE-1", 6)
	doc = linked(medusa)
	assert asked_for(medusa, product) == 6
	assert base_prices(medusa, product) == {"usd": 8}
	price.reload()
	price.delete()
	assert asked_for(medusa, product) is None
	assert base_prices(medusa, product) == {"usd": 8}
	assert told(doc) == {"usd": 8}


def told(doc) -> dict:
	doc.reload()
	return get_sync_status(doc.name)["own_prices"]


def test_without_a_price_in_erpnext_the_shops_stay_and_are_told(medusa, product):
	doc = linked(medusa)
	assert asked_for(medusa, product) == 3
	assert base_prices(medusa, product) == {"omr": 3, "usd": 8}
	doc.reload()
	assert doc.medusa_status == "In Shop"  # it can be bought
	status = get_sync_status(doc.name)
	assert status["own_prices"] == {"omr": 3, "usd": 8}
	assert status["no_price"]
	comparison = examined()
	assert comparison.differences == []
	assert [(note.what, note.name) for note in comparison.notes] == [("own price", doc.name)]
	item_price("BASE-1", 6)
	assert asked_for(medusa, product) == 6
	assert base_prices(medusa, product) == {"usd": 8}


def test_a_state_of_before_this_version_is_cleared_with_the_next_price(medusa, product):
	price = item_price("BASE-1", 6)
	doc = linked(medusa)
	drain()
	doc.reload()
	known = price_state.read(doc.name, doc.medusa_prices)
	known.pop("own", None)
	doc.db_set("medusa_prices", price_state.dumped(known))
	set_base_prices(medusa, product, omr=3)
	price.reload()
	price.price_list_rate = 7
	price.save()
	assert asked_for(medusa, product) == 7
	assert base_prices(medusa, product) == {}


def test_a_base_price_that_somebody_adds_later_is_found_and_goes(medusa):
	doc = website_item("BASE-2")
	item_price("BASE-2", 6)
	drain()
	doc.reload()
	made = {"id": doc.medusa_id, "variants": [{"id": doc.medusa_variant_id}]}
	set_base_prices(medusa, made, omr=3)
	assert found() == [("extra", "base price OMR", doc.name)]
	repaired(medusa, [doc.name])
	assert base_prices(medusa, made) == {}
	assert asked_for(medusa, made) == 6


@pytest.mark.v2("v1 has no rules of base prices")
def test_the_tiers_and_rules_of_other_currencies_stay(medusa, product):
	variant = product["variants"][0]["id"]
	rows = [
		{"currency_code": "omr", "amount": 3},
		{"currency_code": "usd", "amount": 8},
		{"currency_code": "usd", "amount": 7, "min_quantity": 10, "max_quantity": 20},
		{"currency_code": "usd", "amount": 6, "rules": {"region_id": medusa.shop["region_id"]}},
	]
	path = f"/admin/products/{product['id']}/variants/batch"
	medusa.admin("POST", path, json={"update": [{"id": variant, "prices": rows}]})
	item_price("BASE-1", 6)
	linked(medusa)
	assert asked_for(medusa, product) == 6
	params = {"id[]": [variant], "fields": "id,*prices,*prices.price_rules"}
	(there,) = medusa.admin("GET", "/admin/product-variants", params=params)["variants"]
	kept = ("currency_code", "amount", "min_quantity", "max_quantity", "rules")
	assert sorted([price[key] for key in kept if price[key]] for price in there["prices"]) == sorted(
		[row[key] for key in kept if row.get(key)] for row in rows[1:]
	)


def test_priced_products_cost_no_call_for_it(medusa):
	website_item("BASE-3")
	price = item_price("BASE-3", 6)
	drain()
	price.reload()
	price.price_list_rate = 7
	price.save()
	before = frappe.db.count("Medusa Request Log")
	drain()
	assert frappe.db.count("Medusa Request Log") == before + (1 if medusa.version == "v2" else 2)
