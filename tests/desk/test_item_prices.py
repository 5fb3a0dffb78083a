"""The status line of an Item Price."""

import pytest
from frappe.utils import add_days, today

from medusa_integration.delivery.box import outbox
from medusa_integration.desk.item_prices import get_price_status
from tests.support.checks import queries
from tests.support.factories import customer, drain, item, item_price, price_list, website_item
from tests.support.users import park


def said(price) -> str:
	return get_price_status(price.name).get("words", "")


def test_a_price_waits_and_then_is_in_the_shop(medusa):
	page = website_item("G-1")
	price = item_price("G-1", 5)
	status = get_price_status(price.name)
	assert "isn't in the shop yet" in status["words"] and status["about"] == page.name
	assert [(row.kind, row.status) for row in status["rows"]] == [
		("Product", "Pending"),
		("Price", "Pending"),
	]
	drain()
	status = get_price_status(price.name)
	assert (status["words"], status["color"], status["rows"]) == (
		"In Medusa. The shop charges this price.",
		"green",
		[],
	)
	price.reload().update({"price_list_rate": 6}).save()
	assert [(row.kind, row.status) for row in get_price_status(price.name)["rows"]] == [("Price", "Pending")]
	park(outbox.key_of("Price", page.name), "No such currency")
	(row,) = get_price_status(price.name)["rows"]
	assert (row.status, row.error) == ("Parked", "No such currency")


def test_a_price_of_a_later_day_says_the_day(medusa):
	website_item("G-1")
	item_price("G-1", 5)
	later = item_price("G-1", 6, valid_from=add_days(today(), 10))
	drain()
	assert said(later.reload()).startswith("In Medusa. The shop charges this price from ")


@pytest.mark.parametrize(
	"values, reason",
	[
		({"price_list": "Elsewhere"}, "The shop's prices are those of Standard Selling"),
		({"customer": "Clinic"}, "for one customer"),
		({"valid_upto": add_days(today(), -1), "valid_from": add_days(today(), -9)}, "It ended on"),
		({"uom": "Box"}, "per Box, and the shop sells per Nos"),
		({"price_list_rate": 0, "valid_from": "2020-01-01"}, "gives nothing away"),
		({"valid_from": "2020-01-01"}, "Another Item Price"),
	],
)
def test_a_price_that_isnt_sent_says_why(medusa, values, reason):
	units = [{"uom": "Nos", "conversion_factor": 1}, {"uom": "Box", "conversion_factor": 12}]
	website_item("G-1", item_values={"uoms": units})
	item_price("G-1", 5)
	drain()
	price_list("Elsewhere")
	customer("Clinic")
	rate = values.pop("price_list_rate", 7)
	price = item_price("G-1", rate, **values)
	drain()
	status = get_price_status(price.reload().name)
	assert status["words"].startswith("Not sent to Medusa. ") and reason in status["words"]
	assert status["rows"] == []


def test_an_item_without_a_page_and_a_buying_price(medusa):
	item("G-3")
	assert "No published Website Item sells G-3." in said(item_price("G-3", 5))
	assert get_price_status(item_price("G-3", 4, price_list="Standard Buying").name) == {}


def test_the_line_needs_the_same_queries_for_one_price_and_for_many(medusa):
	website_item("G-1")
	price = item_price("G-1", 5)
	drain()
	few = _queries(price)
	for day in range(1, 12):
		item_price("G-1", 5 + day, valid_from=add_days(today(), day))
	drain()
	assert _queries(price) <= few


def _queries(price) -> int:
	return len(queries(lambda: get_price_status(price.name)))
