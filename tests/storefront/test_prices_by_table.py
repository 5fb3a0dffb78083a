"""The cards show the prices that the shop asks where the table *Prices in the shop* has rows."""

import pytest

from medusa_integration.customers.shop_customers import Party
from medusa_integration.storefront import shown_prices
from tests.prices.test_shop_prices import group
from tests.support import factories
from tests.support.checks import queries
from tests.support.storefront import configure_storefront


@pytest.fixture
def shelf(shop):
	"""Two items, a group of customers with a list of its own, and a customer in it."""
	group("Clinics")
	factories.price_list("Clinics OMR")
	rows = [{"price_list": "Standard Selling"}, {"price_list": "Clinics OMR", "customer_group": "Clinics"}]
	configure_storefront(shop_prices=rows)
	for code, rate in (("G-1", 10), ("G-2", 5)):
		factories.website_item(code, group="Gloves" if code == "G-1" else "Others")
		factories.item_price(code, rate)
	factories.item_price("G-1", 8, price_list="Clinics OMR")
	return Party("Customer", factories.customer("Bay Clinic", customer_group="Clinics").name)


def shown(*codes: str, customer: Party | None = None) -> list[tuple[float, float]]:
	prices = shown_prices.of_items(codes, customer)
	return [(prices[code].standard, prices[code].negotiated) for code in codes]


def test_a_pricing_rule_is_a_sale_with_the_price_before(shelf):
	factories.pricing_rule(item_group="Gloves", discount_percentage=20)
	assert shown("G-1", "G-2") == [(10, 8), (5, 5)]


def test_a_customer_sees_the_price_of_its_group(shelf):
	assert shown("G-1", "G-2", customer=shelf) == [(10, 8), (5, 5)]
	assert shown("G-1") == [(10, 10)]


def test_an_item_price_of_the_customer_alone(shelf):
	factories.item_price("G-2", 4, customer=shelf.name)
	assert shown("G-2", customer=shelf) == [(5, 4)]
	assert shown("G-2") == [(5, 5)]


def test_a_customer_with_a_list_that_the_table_lacks_is_asked_everyones_prices(shelf):
	factories.price_list("Export USD", "USD")
	other = factories.customer("Far Clinic", default_price_list="Export USD")
	assert shown("G-1", customer=Party("Customer", other.name)) == [(10, 10)]


def test_an_item_without_a_price_has_none(shelf):
	factories.website_item("G-3")
	assert shown("G-3", "G-1") == [(0, 0), (10, 10)]


def test_the_queries_do_not_grow(shelf):
	codes = ["G-1", "G-2"]
	shown_prices.of_items(codes, shelf)
	few = len(queries(lambda: shown_prices.of_items(codes[:1], shelf)))
	for number in range(10):
		factories.website_item(f"Q-{number}")
		factories.item_price(f"Q-{number}", 3)
		codes.append(f"Q-{number}")
	assert len(queries(lambda: shown_prices.of_items(codes, shelf))) == few
