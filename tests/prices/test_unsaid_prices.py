"""What of ERPNext's prices Medusa's price lists can't say isn't sent, and is told."""

import frappe
import pytest

from medusa_integration.api import get_unsaid_prices
from medusa_integration.operations import connection
from tests.prices.shoppers import cart_price, guest
from tests.prices.test_shop_prices import STANDARD, group, sent
from tests.support.factories import (
	configure,
	customer,
	drain,
	item,
	item_price,
	outbox,
	price_list,
	pricing_rule,
	website_item,
)

UNSAID = {
	"coupon": ({"coupon_code_based": 1}, "coupon"),
	"product": ({"price_or_product_discount": "Product", "free_item": "P-1"}, "for free"),
	"condition": ({"condition": "doc.total > 5"}, "some orders"),
	"territory": ({"territory": "Oman"}, "some orders"),
	"partner": ({"sales_partner": "Partner"}, "some orders"),
	"mixed": ({"mixed_conditions": 1, "min_qty": 5}, "several items"),
	"cumulative": ({"is_cumulative": 1}, "earlier orders"),
	"other": ({"apply_rule_on_other": "Item Code", "other_item_code": "P-1"}, "another item"),
	"checked": ({"validate_applied_rule": 1}, "only checks"),
}


@pytest.fixture
def doc(medusa):
	configure(medusa, shop_prices=[{"price_list": STANDARD}])
	found = website_item("P-1", item_values={"is_stock_item": 0})
	item_price("P-1", 10)
	return found


def stored_rule(**values):
	"""With values that real ERPNext may want more fields for."""
	rule = pricing_rule(item="P-1")
	frappe.db.set_value("Pricing Rule", rule.name, values)
	return rule


@pytest.mark.parametrize("which", UNSAID)
def test_a_rule_that_medusa_cant_say(medusa, doc, which):
	values, words = UNSAID[which]
	rule = stored_rule(**values)
	sent()
	assert guest(medusa, doc) == 10
	(told,) = get_unsaid_prices()
	assert rule.name in told["what"] and words in told["why"]
	(line,) = [each for each in connection.check().lines if each.step == "Prices in the shop"]
	assert line.status == "warning" and rule.name in line.message


def test_a_packing_unit(medusa, doc):
	price = item_price("P-1", 8, packing_unit=10)
	sent()
	assert cart_price(medusa, doc, 10) == 10
	(told,) = get_unsaid_prices()
	assert price.name in told["what"] and "multiples of 10" in told["why"]


def test_a_rule_on_a_deleted_item(medusa, doc):
	item("GONE-1")
	rule = pricing_rule(item="GONE-1")
	frappe.db.delete("Item", {"name": "GONE-1"})
	sent()
	assert guest(medusa, doc) == 10
	(told,) = get_unsaid_prices()
	assert rule.name in told["what"] and "GONE-1" in told["why"]


def test_a_tier_of_nothing_and_an_open_one(medusa, doc):
	pricing_rule(item="P-1", min_qty=0, max_qty=0)
	sent()
	assert [cart_price(medusa, doc, quantity) for quantity in (1, 100)] == [9, 9]
	assert get_unsaid_prices() == []


def test_a_currency_that_the_shop_doesnt_sell_in(medusa, doc):
	configure(medusa, shop_prices=[{"price_list": STANDARD}, {"price_list": price_list("Rupees", "INR")}])
	item_price("P-1", 900, price_list="Rupees")
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "INR" in row.error
	assert guest(medusa, doc) == 10
	(line,) = [each for each in connection.check().lines if each.step == "Prices in the shop"]
	assert line.status == "warning" and "INR" in line.message


def test_without_the_table_rules_dont_count(medusa, doc):
	pricing_rule(item="P-1")
	configure(medusa, shop_prices=[])
	sent()
	assert guest(medusa, doc) == 10
	assert get_unsaid_prices() == []


def test_rows_that_cant_be_followed_are_refused(medusa, doc):
	group("Wholesale")
	buyer = customer("Clinic").name
	bad = [
		[{"price_list": STANDARD, "customer": buyer, "customer_group": "Wholesale"}],
		[{"price_list": STANDARD}, {"price_list": price_list("Other")}],
	]
	for rows in bad:
		with pytest.raises(frappe.ValidationError):
			configure(medusa, shop_prices=rows)
	frappe.db.set_value("Price List", "Other", "enabled", 0)
	with pytest.raises(frappe.ValidationError):
		configure(medusa, shop_prices=[{"price_list": "Other"}])


def test_a_free_item_by_a_discount_isnt_given_away(medusa, doc):
	pricing_rule(item="P-1", discount_percentage=100, min_qty=10)
	sent()
	assert cart_price(medusa, doc, 9) == 10
	with pytest.raises(Exception, match="price"):
		cart_price(medusa, doc, 10)
