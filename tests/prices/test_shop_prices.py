"""The table *Prices in the shop*: each customer is asked in the shop what ERPNext asks."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.api import queue_all_prices
from medusa_integration.operations import queueing
from tests.prices.shoppers import Shopper, cart_price, guest
from tests.site import run_jobs
from tests.support.doctor import found
from tests.support.factories import (
	configure,
	drain,
	item_price,
	outbox,
	price_list,
	pricing_rule,
	website_item,
)
from tests.support.shop import price_lists

STANDARD = "Standard Selling"


def group(name: str, parent: str = "All Customer Groups", **values) -> str:
	if not frappe.db.exists("Customer Group", name):
		doc = frappe.get_doc(
			{
				"doctype": "Customer Group",
				"customer_group_name": name,
				"parent_customer_group": parent,
				**values,
			}
		)
		doc.insert(ignore_permissions=True)
	return name


@pytest.fixture
def doc(medusa):
	configure(medusa, shop_prices=[{"price_list": STANDARD}])
	return website_item("P-1", item_values={"is_stock_item": 0})


def table(medusa, *rows: dict) -> None:
	configure(medusa, shop_prices=[{"price_list": STANDARD}, *rows])


def sent() -> None:
	run_jobs()
	drain()
	assert outbox() == []


def test_one_list_is_as_without_the_table(medusa, doc):
	price = item_price("P-1", 5)
	sent()
	assert guest(medusa, doc) == 5
	price.reload()
	assert price.medusa_price_id
	assert found() == []


def test_a_group_has_its_list_and_the_groups_below_too(medusa, doc):
	group("Wholesale", is_group=1)
	group("Big Wholesale", "Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 4, price_list="Wholesale OMR")
	inside, below = Shopper(medusa, "In", "Wholesale"), Shopper(medusa, "Below", "Big Wholesale")
	outside = Shopper(medusa, "Out", "Commercial")
	sent()
	assert guest(medusa, doc) == 5
	assert [each.asked(doc) for each in (inside, below, outside)] == [4, 4, 5]
	assert found() == []


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_a_dearer_group_price_is_asked_too(medusa, doc):
	"""Medusa alone would ask the lowest."""
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 6, price_list="Wholesale OMR")
	inside = Shopper(medusa, "In", "Wholesale")
	sent()
	assert (guest(medusa, doc), inside.asked(doc)) == (5, 6)


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_a_customer_moves_between_groups(medusa, doc):
	group("Wholesale")
	group("Retail")
	table(
		medusa,
		{"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"},
		{"price_list": price_list("Retail OMR"), "customer_group": "Retail"},
	)
	for rate, name in ((5, STANDARD), (4, "Wholesale OMR"), (6, "Retail OMR")):
		item_price("P-1", rate, price_list=name)
	shopper = Shopper(medusa, "Mover", "Wholesale")
	other = Shopper(medusa, "Stayer", "Retail")
	sent()
	assert (shopper.asked(doc), other.asked(doc)) == (4, 6)
	shopper.change(customer_group="Retail")
	sent()
	assert shopper.asked(doc) == 6
	shopper.change(default_price_list="Wholesale OMR")
	sent()
	assert shopper.asked(doc) == 4
	shopper.change(default_price_list=None, customer_group="Commercial")
	sent()
	assert shopper.asked(doc) == 5


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_an_item_price_of_one_customer(medusa, doc):
	"""Dearer or cheaper than its group's: ERPNext takes the customer's."""
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	other = website_item("P-2", item_values={"is_stock_item": 0})
	for code in ("P-1", "P-2"):
		item_price(code, 5)
		item_price(code, 4, price_list="Wholesale OMR")
	shopper = Shopper(medusa, "Own", "Wholesale")
	colleague = Shopper(medusa, "Colleague", "Wholesale")
	price = item_price("P-1", 4.5, price_list="Wholesale OMR", customer=shopper.name)
	sent()
	assert (guest(medusa, doc), shopper.asked(doc), colleague.asked(doc)) == (5, 4.5, 4)
	assert shopper.asked(other) == 4
	price.reload()
	price.delete()
	sent()
	assert shopper.asked(doc) == 4
	assert found() == []


def test_a_customer_that_is_linked_later(medusa, doc):
	"""Its own prices and its group were there before."""
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 4, price_list="Wholesale OMR")
	sent()
	shopper = Shopper(medusa, "Late", "Wholesale")
	sent()
	assert shopper.asked(doc) == 4


def test_quantity_tiers(medusa, doc):
	item_price("P-1", 10)
	pricing_rule(item="P-1", min_qty=5, max_qty=9, discount_percentage=5)
	pricing_rule(item="P-1", min_qty=10, max_qty=99, discount_percentage=20)
	sent()
	prices = {qty: cart_price(medusa, doc, qty) for qty in (1, 4, 5, 9, 10, 99, 100)}
	assert prices == {1: 10, 4: 10, 5: 9.5, 9: 9.5, 10: 8, 99: 8, 100: 10}
	assert found() == []


def test_overlapping_tiers_without_a_priority_are_told(medusa, doc):
	item_price("P-1", 10)
	pricing_rule(item="P-1", min_qty=5, discount_percentage=5)
	second = pricing_rule(item="P-1", min_qty=10, discount_percentage=20)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and second.name in row.error and "Priority" in row.error
	assert [cart_price(medusa, doc, qty) for qty in (1, 5, 10)] == [10, 9.5, 10]
	second.update({"has_priority": 1, "priority": "2"})
	second.save(ignore_permissions=True)
	sent()
	assert [cart_price(medusa, doc, qty) for qty in (1, 5, 10)] == [10, 9.5, 8]


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_a_discount_shows_the_price_before(medusa, doc):
	item_price("P-1", 10)
	rule = pricing_rule(
		item="P-1", discount_percentage=20, valid_from=today(), valid_upto=add_days(today(), 3)
	)
	sent()
	assert guest(medusa, doc, original=True) == (8, 10)
	assert {each["type"] for each in price_lists(medusa)} == {"override", "sale"}
	assert found() == []
	rule.delete(ignore_permissions=True)
	sent()
	assert guest(medusa, doc, original=True) == (10, 10)


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_a_discount_for_a_group_of_customers(medusa, doc):
	group("Wholesale")
	item_price("P-1", 10)
	shopper = Shopper(medusa, "In", "Wholesale")
	pricing_rule(item="P-1", discount_percentage=5, customer_group="Wholesale")
	sent()
	assert guest(medusa, doc, original=True) == (10, 10)
	assert shopper.asked(doc, original=True) == (9.5, 10)


def test_a_rule_of_an_item_group_and_of_a_brand(medusa, doc):
	item_price("P-1", 10)
	rule = pricing_rule(item_group="All Item Groups", rate_or_discount="Discount Amount", discount_amount=3)
	sent()
	assert guest(medusa, doc) == 7
	rule.delete(ignore_permissions=True)
	frappe.get_doc({"doctype": "Brand", "brand": "Acme"}).insert(ignore_permissions=True)
	pricing_rule(brand="Acme", rate_or_discount="Rate", rate=6)
	sent()
	assert guest(medusa, doc) == 10
	item = frappe.get_doc("Item", "P-1")
	item.brand = "Acme"
	item.save()
	sent()
	assert guest(medusa, doc) == 6


@pytest.mark.v2("v1 asks the lowest price, and shows none beside it")
def test_a_price_list_marked_sale(medusa, doc):
	table(medusa, {"price_list": price_list("Sale OMR"), "is_sale": 1})
	item_price("P-1", 10)
	item_price("P-1", 7, price_list="Sale OMR")
	sent()
	assert guest(medusa, doc, original=True) == (7, 10)


def test_a_list_that_counts_from_a_day_on(medusa, doc):
	start = add_days(today(), 5)
	table(medusa, {"price_list": price_list("Next OMR"), "from_date": start})
	item_price("P-1", 10)
	item_price("P-1", 11, price_list="Next OMR")
	sent()
	assert guest(medusa, doc) == 10
	days = {(each["starts_at"] or "")[:10] for each in price_lists(medusa)}
	assert days & {start, str(add_days(start, -1))}


def test_two_currencies(medusa, doc):
	from tests.support.shop import sell_in, store_price

	sell_in(medusa, "omr", "usd")
	table(medusa, {"price_list": price_list("Dollars", "USD")})
	item_price("P-1", 10)
	item_price("P-1", 26, price_list="Dollars")
	sent()
	rows = {row["currency_code"]: row["amount"] for each in price_lists(medusa) for row in each["rows"]}
	assert rows == {"omr": 10, "usd": 26}
	doc.reload()
	assert store_price(medusa, doc.medusa_id) == 10


def test_a_group_that_was_deleted_in_medusa_is_made_again(medusa, doc):
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 4, price_list="Wholesale OMR")
	shopper = Shopper(medusa, "In", "Wholesale")
	sent()
	(id,) = frappe.get_all("Medusa Customer Group", pluck="medusa_id")
	medusa.admin("DELETE", f"/admin/customer-groups/{id}")
	assert shopper.asked(doc) == 5
	queue_all_prices()
	sent()
	assert shopper.asked(doc) == 4
	assert found() == []


def test_a_renamed_group(medusa, doc):
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 4, price_list="Wholesale OMR")
	shopper = Shopper(medusa, "In", "Wholesale")
	sent()
	frappe.rename_doc("Customer Group", "Wholesale", "Trade", force=True)
	sent()
	rows = medusa.admin("GET", "/admin/customer-groups")["customer_groups"]
	assert [row["name"] for row in rows] == ["Trade"]
	assert shopper.asked(doc) == 4


@pytest.mark.v2("v1 has a price list for each item")
def test_lists_of_a_group_with_days_stay(medusa, doc):
	group("Trade, South")
	table(medusa, {"price_list": price_list("Trade OMR"), "customer_group": "Trade, South"})
	item_price("P-1", 5)
	item_price(
		"P-1", 4, price_list="Trade OMR", valid_from=add_days(today(), -3), valid_upto=add_days(today(), 9)
	)
	item_price(
		"P-1", 3, price_list="Trade OMR", valid_from=add_days(today(), 4), valid_upto=add_days(today(), 6)
	)
	shopper = Shopper(medusa, "In", "Trade, South")
	sent()
	before = sorted(each["id"] for each in price_lists(medusa))
	assert len(before) > 3
	queueing.resend([doc.name])
	sent()
	assert sorted(each["id"] for each in price_lists(medusa)) == before
	assert shopper.asked(doc) == 4
	assert found() == []


@pytest.mark.v1
def test_a_price_that_v1_never_asks_is_told(medusa, doc):
	group("Wholesale")
	table(medusa, {"price_list": price_list("Wholesale OMR"), "customer_group": "Wholesale"})
	item_price("P-1", 5)
	item_price("P-1", 6, price_list="Wholesale OMR")
	Shopper(medusa, "In", "Wholesale")
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "Wholesale" in row.error and "6" in row.error
