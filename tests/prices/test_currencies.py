"""A currency that is removed from the store is told, and its prices aren't tried for ever."""

import frappe
import pytest

from medusa_integration.api import retry_rows
from medusa_integration.desk import forms as desk
from medusa_integration.operations import queueing
from tests.support.doctor import examined, found
from tests.support.factories import configure, drain, item_price, outbox, website_item
from tests.support.shop import calls, prices, sell_in


@pytest.fixture
def sold(medusa):
	"""A Website Item in the shop, at 5 USD by a price list in USD."""
	values = {"currency": "USD", "selling": 1, "enabled": 1}
	frappe.get_doc({"doctype": "Price List", "price_list_name": "In Dollars", **values}).insert()
	configure(medusa, price_list="In Dollars")
	doc = website_item("G-1")
	item_price("G-1", 5, price_list="In Dollars", currency="USD")
	drain()
	assert prices(medusa)["G-1"] == [("In Dollars", "usd", 5)] or medusa.version == "v1"
	yield doc
	sell_in(medusa, "omr", "usd")


def parked() -> list[str]:
	return [row.error for row in outbox() if row.status == "Parked"]


def test_a_price_in_a_removed_currency_is_told_when_it_is_sent_again(medusa, sold):
	sell_in(medusa, "omr")
	queueing.resend([sold.name])
	drain()
	(words,) = parked()
	assert "doesn't sell in USD" in words and "store settings" in words
	before = calls(medusa, "price")
	drain()
	assert calls(medusa, "price") == before  # parked: nobody tries again
	assert desk.get_sync_status(sold.name)["rows"][0]["error"] == words
	sell_in(medusa, "omr", "usd")  # as is advised
	retry_rows([row.name for row in outbox()])
	drain()
	assert outbox() == []
	assert [amount for _list, _currency, amount in prices(medusa)["G-1"]] == [5]


def test_the_doctor_finds_prices_in_a_removed_currency(medusa, sold):
	assert found() == []
	sell_in(medusa, "omr")
	assert found() == [("extra", "price USD", sold.name)]
	examined().queue_repairs()
	drain()
	assert "doesn't sell in USD" in parked()[0]


def test_test_connection_sees_that_a_currency_was_removed(medusa, sold):
	def said() -> dict:
		return next(line for line in desk.test_connection()["lines"] if line["step"] == "Currencies")

	assert said()["status"] == "ok"
	sell_in(medusa, "omr")
	assert (said()["status"], "sells in OMR only" in said()["message"]) == ("failed", True)


def test_the_first_prices_of_an_item_ask_which_currencies_there_are(medusa, sold):
	sell_in(medusa, "omr")
	website_item("G-2")
	item_price("G-2", 7, price_list="In Dollars", currency="USD")
	drain()
	assert "doesn't sell in USD" in parked()[0]
