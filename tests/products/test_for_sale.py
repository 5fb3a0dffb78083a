"""An Item that ERPNext refuses to sell isn't for sale in the shop."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.api import queue_ended_items
from medusa_integration.desk import forms
from tests.support.doctor import found
from tests.support.factories import drain, item_price, outbox, products, website_item


def status_of(medusa, doc) -> tuple[str, str]:
	"""Medusa's status of a product, and ours."""
	return products(medusa)[doc.name]["status"], frappe.db.get_value(
		"Website Item", doc.name, "medusa_status"
	)


def change(code: str, **values) -> None:
	doc = frappe.get_doc("Item", code)
	doc.update(values)
	doc.save()


REFUSED = (
	{"end_of_life": add_days(today(), -1)},
	{"end_of_life": today()},  # ERPNext refuses a Sales Order on that day
	{"is_sales_item": 0},
)


@pytest.mark.parametrize("values", REFUSED)
def test_an_item_that_cannot_be_sold_is_a_draft(medusa, values):
	doc = website_item("G-1")
	item_price("G-1", 5)
	drain()
	assert status_of(medusa, doc) == ("published", "In Shop")
	change("G-1", **values)
	drain()
	assert status_of(medusa, doc) == ("draft", "Draft")
	assert forms.get_sync_status(doc.name)["refused"]
	assert found() == []
	change("G-1", end_of_life="2099-12-31", is_sales_item=1)
	drain()
	assert status_of(medusa, doc) == ("published", "In Shop")
	assert forms.get_sync_status(doc.name)["refused"] == ""


def test_a_disabled_item_is_a_draft_though_its_website_item_is_published(medusa):
	"""Webshop unpublishes it; somebody may publish it again."""
	doc = website_item("G-1")
	drain()
	change("G-1", disabled=1)
	doc.reload()
	doc.published = 1
	doc.save()
	drain()
	assert status_of(medusa, doc) == ("draft", "Draft")
	assert forms.get_sync_status(doc.name)["refused"] == "its Item is disabled"


def test_an_item_reaches_its_end_of_life_by_itself(medusa):
	"""The passing of a day is no event."""
	docs = [website_item(code) for code in ("G-1", "G-2")]
	item_price("G-2", 5)
	drain()
	frappe.db.set_value("Item", "G-1", "end_of_life", today())
	assert queue_ended_items() == 1
	drain()
	assert [status_of(medusa, doc)[1] for doc in docs] == ["Draft", "In Shop"]
	assert queue_ended_items() == 0
	assert outbox() == []


def test_an_item_past_its_end_of_life_does_not_come_into_the_shop(medusa):
	doc = website_item("G-1", item_values={"end_of_life": add_days(today(), -10)})
	item_price("G-1", 5)
	drain()
	assert products(medusa) == {}
	assert forms.get_sync_status(doc.name)["refused"].startswith("its Item reached its End of Life on")
	with pytest.raises(frappe.ValidationError, match="End of Life"):
		forms.sync_now(doc.name)
	change("G-1", end_of_life=add_days(today(), 10))
	drain()
	assert status_of(medusa, doc) == ("published", "In Shop")
