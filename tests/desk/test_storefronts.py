"""Test Connection's line about the storefronts, and what a save of the table Sales Channels says."""

import frappe
import pytest

from medusa_integration.desk import forms as desk
from tests.support.factories import configure, item_group, warehouse, website_item
from tests.support.selling import company, second_company, tax_account


def said() -> tuple[str, str]:
	found = [line for line in desk.test_connection()["lines"] if line["step"] == "Storefronts"]
	return (found[0]["status"], found[0]["message"]) if found else ("", "")


@pytest.fixture
def b2b(medusa):
	item_group("Gloves")
	id = medusa.admin("POST", "/admin/sales-channels", {"name": "B2B"})["sales_channel"]["id"]
	yield id
	medusa.admin("DELETE", f"/admin/sales-channels/{id}")


def cash() -> str:
	return frappe.db.get_value("Account", {"account_type": "Cash", "company": company(), "is_group": 0})


def sells_gloves(channel: str, **values) -> list[dict]:
	return [{"sales_channel": channel, "sells": "Chosen Items", "item_group": "Gloves", **values}]


def link(medusa, **change) -> None:
	if medusa.version == "v2":
		location = medusa.shop["stock_location_id"]
		medusa.admin("POST", f"/admin/stock-locations/{location}/sales-channels", change)


def test_nothing_is_said_without_a_named_channel(medusa):
	assert said() == ("", "")
	configure(medusa, sales_channels=[{"price_list": "Standard Selling"}])
	assert said() == ("", "")


def test_what_each_channel_sells(medusa, b2b):
	link(medusa, add=[b2b])
	website_item("G-1")
	website_item("G-2", published=0)
	configure(medusa, sales_channels=sells_gloves(b2b))
	assert said() == ("ok", "B2B: Chosen Items, 1 Website Items.")
	configure(medusa, sales_channels=[{"sales_channel": b2b}])
	assert said()[0] == "ok"
	assert "for orders only" in said()[1]


@pytest.mark.v2("v1 has no stock locations")
def test_a_channel_without_a_stock_location(medusa, b2b):
	configure(medusa, sales_channels=sells_gloves(b2b))
	status, words = said()
	assert status == "warning"
	assert "B2B sells nothing" in words
	assert "Locations & Shipping → the location → Sales Channels, add B2B" in words
	link(medusa, add=[b2b])  # as is advised
	assert said()[0] == "ok"


def test_a_disabled_channel(medusa, b2b):
	link(medusa, add=[b2b])
	configure(medusa, sales_channels=sells_gloves(b2b))
	medusa.admin("POST", f"/admin/sales-channels/{b2b}", {"is_disabled": True})
	status, words = said()
	assert (status, "B2B is disabled" in words, "enable it under" in words) == ("warning", True, True)


def test_a_channel_that_medusa_doesnt_have(medusa, b2b):
	configure(medusa, sales_channels=sells_gloves("sc_gone"))
	status, words = said()
	assert (status, "Row 1 of the table Sales Channels names sc_gone" in words) == ("failed", True)


def test_a_channel_of_another_company_whose_orders_lack_accounts(medusa, b2b):
	link(medusa, add=[b2b])
	other = second_company()
	mine = warehouse("Mine")
	values = {
		"sales_channels": sells_gloves(b2b, company=other, warehouse=mine),
		"tax_accounts": [{"account": tax_account()}],
		"shipping_account": tax_account("Shop Shipping"),
		"payment_providers": [{"mode_of_payment": "Cash", "account": cash()}],
	}
	frappe.clear_messages()
	configure(medusa, **values)
	shown = " ".join(str(each) for each in frappe.get_message_log())
	status, words = said()
	assert status == "warning"
	shown = shown.replace("&apos;", "'").replace("&#39;", "'").replace("&#x27;", "'")
	for each in (
		f"row 1: no account of {other} is in Tax Accounts",
		f"row 1: no account of {other} is among the Shipping Account",
		"row 1: no row of Payment Providers has an account of",
		f"row 1: the Warehouse {mine} isn't one of the company",
	):
		assert each in words
		assert each in shown
