"""Item Prices become rows of Medusa's price lists, one list for each window, and stay in step."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from medusa_integration.api import sync_changed_prices
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.operations import queueing
from medusa_integration.prices.prices_to_medusa import PRICE
from tests.site import run_jobs
from tests.support.factories import drain, item_price, outbox, website_item
from tests.support.shop import delete_price, delete_price_lists, price_lists, prices, store_price


def asked_for(medusa, doc):
	"""What a visitor of the shop is asked for the item."""
	doc.reload()
	return store_price(medusa, doc.medusa_id)


def test_a_price_reaches_the_shop(medusa):
	doc = website_item("G-1")
	price = item_price("G-1", 1.2345)
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 1.235)]}
	assert asked_for(medusa, doc) == 1.235
	price.reload()
	(price_list,) = price_lists(medusa)
	assert price.medusa_id == price_list["id"]
	assert price.medusa_price_id
	assert (price_list["type"], price_list["status"]) == ("override", "active")
	assert price_list["starts_at"] is price_list["ends_at"] is None


@pytest.mark.usefixtures("unpublished_stay")
def test_a_price_that_was_there_first_follows_its_product(medusa):
	doc = website_item("G-1", published=0)
	item_price("G-1", 2)
	drain()
	assert prices(medusa) == {}
	doc.reload()
	doc.published = 1
	doc.save()
	drain()
	assert asked_for(medusa, doc) == 2


def test_a_changed_price_keeps_its_row(medusa):
	doc = website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	price.reload()
	before = price.medusa_price_id
	price.price_list_rate = 3
	price.save()
	drain()
	price.reload()
	assert price.medusa_price_id == before
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 3)]}
	assert asked_for(medusa, doc) == 3


def test_an_unchanged_price_is_not_sent(medusa):
	website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	price.reload()
	price.note = "nothing that Medusa sees"
	price.save()
	assert outbox() == []
	price.price_list_rate = 3
	price.save()
	price.price_list_rate = 2
	price.save()
	sent = {"method": "POST", "url": ("like", "%/price-lists%")}
	before = frappe.db.count("Medusa Request Log", sent)
	drain()
	assert frappe.db.count("Medusa Request Log", sent) == before


def test_a_deleted_price_leaves_and_may_come_back(medusa):
	doc = website_item("G-1")
	item_price("G-1", 2).delete()
	drain()
	assert prices(medusa) == {}
	price = item_price("G-1", 2)
	drain()
	price.delete()
	drain()
	assert prices(medusa) == {}
	assert asked_for(medusa, doc) is None
	item_price("G-1", 4)
	drain()
	assert asked_for(medusa, doc) == 4


def test_windows_become_price_lists(medusa):
	doc = website_item("G-1")
	item_price("G-1", 5)
	start, end = add_days(nowdate(), 10), add_days(nowdate(), 20)
	campaign = item_price("G-1", 8, valid_from=start, valid_upto=end)
	drain()
	lists = {row["title"]: row for row in price_lists(medusa)}
	until, after = add_days(start, -1), add_days(end, 1)
	assert prices(medusa) == {
		"G-1": sorted(
			[
				(f"Standard Selling, … – {until}", "omr", 5),
				(f"Standard Selling, {start} – {end}", "omr", 8),
				(f"Standard Selling, {after} – …", "omr", 5),
			]
		)
	}
	window = lists[f"Standard Selling, {start} – {end}"]
	assert window["starts_at"].startswith((str(start), str(add_days(start, -1))))
	assert window["ends_at"] > window["starts_at"]
	campaign.reload()
	assert campaign.medusa_id == window["id"]
	campaign.delete()
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 5)]}
	assert asked_for(medusa, doc) == 5


@pytest.mark.v2("v1 has a price list for each item")
def test_one_price_list_for_all_items_and_one_call_for_a_hundred(medusa):
	for n in range(30):
		website_item(f"G-{n}")
		item_price(f"G-{n}", n + 1)
	drain()
	assert len(prices(medusa)) == 30
	assert len(price_lists(medusa)) == 1
	assert frappe.db.count("Medusa Request Log", {"url": ("like", "%/prices/batch%")}) == 1


def test_a_price_in_a_foreign_currency_is_parked_with_words(medusa):
	if not frappe.db.exists("Price List", "Rupees"):
		frappe.get_doc(
			{
				"doctype": "Price List",
				"price_list_name": "Rupees",
				"currency": "INR",
				"selling": 1,
				"enabled": 1,
			}
		).insert()
	frappe.db.set_single_value("Medusa Configuration", "price_list", "Rupees")
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	website_item("G-1")
	item_price("G-1", 100, price_list="Rupees")
	drain()
	(row,) = outbox()
	assert (row.kind, row.status) == ("Price", "Parked")
	assert "INR" in row.error
	assert prices(medusa) == {}


@pytest.mark.v2("v1 reads an item's price lists")
def test_a_saved_price_is_one_call(medusa):
	website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	price.reload()
	frappe.db.delete("Medusa Request Log")
	price.price_list_rate = 3
	price.save()
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 3)]}
	assert frappe.db.count("Medusa Request Log") == 1


def test_prices_of_customers_batches_and_other_lists_stay_at_home(medusa):
	website_item("G-1")
	drain()
	price = item_price("G-1", 2, price_list="Standard Buying")
	assert outbox() == []
	frappe.db.set_value(
		"Item Price", price.name, {"price_list": "Standard Selling", "selling": 1, "batch_no": "B-1"}
	)
	drain()
	assert prices(medusa) == {}


@pytest.mark.usefixtures("unpublished_stay")
def test_a_price_for_an_item_that_is_not_in_the_shop_is_skipped(medusa):
	website_item("G-1", published=0)
	item_price("G-1", 2)
	assert outbox() == []


def test_zero_is_no_price(medusa):
	doc = website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	price.reload()
	price.price_list_rate = 0
	price.save()
	drain()
	assert prices(medusa) == {}
	assert asked_for(medusa, doc) is None


def test_a_row_deleted_in_medusa_comes_back_when_sent_again(medusa):
	from medusa_integration.operations.queueing import resend

	doc = website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	price.reload()
	delete_price(medusa, "G-1")
	assert asked_for(medusa, doc) is None
	resend([doc.name])
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 2)]}
	price.reload()
	(price_list,) = price_lists(medusa)
	assert price_list["id"] == price.medusa_id
	assert price.medusa_price_id in {row["id"] for row in price_list["rows"]}


def test_a_form_that_is_older_than_the_last_drain_keeps_the_ids(medusa):
	doc = website_item("G-1")
	price = item_price("G-1", 2)
	frappe.db.commit()
	forms = [frappe.get_doc(each.doctype, each.name).as_json() for each in (doc, price)]
	drain()
	for form, field, value in zip(forms, ("ranking", "note"), (5, "stale"), strict=True):
		stale = frappe.get_doc(frappe.parse_json(form))
		stale.set(field, value)
		stale.save()
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 2)]}
	doc.reload()
	price.reload()
	assert (doc.ranking, bool(doc.medusa_id)) == (5, True)
	assert price.medusa_price_id


def test_a_negative_price_is_parked_with_words(medusa):
	website_item("G-1")
	price = item_price("G-1", 1)
	frappe.db.set_value("Item Price", price.name, "price_list_rate", -1)
	drain()
	assert prices(medusa) == {}
	(row,) = outbox()
	assert (row.status, price.name in row.error) == ("Parked", True)


def test_a_price_that_erpnext_writes_without_an_event_follows_by_night(medusa):
	website_item("G-1")
	price = item_price("G-1", 2)
	drain()
	frappe.db.set_value("Item Price", price.name, "price_list_rate", 3)
	assert sync_changed_prices() == 1
	drain()
	assert prices(medusa)["G-1"] == [("Standard Selling", "omr", 3)]


def test_the_prices_of_a_disabled_price_list_leave(medusa):
	website_item("G-1")
	item_price("G-1", 2)
	drain()
	price_list = frappe.get_doc("Price List", "Standard Selling")
	try:
		price_list.update({"enabled": 0}).save()
		frappe.db.commit()
		run_jobs()
		assert prices(medusa) == {}
	finally:
		price_list.reload()
		price_list.update({"enabled": 1}).save()
		frappe.db.commit()
		run_jobs()
	assert prices(medusa)["G-1"] == [("Standard Selling", "omr", 2)]


def test_price_lists_that_became_empty_leave(medusa):
	start = add_days(nowdate(), 10)
	names = [website_item(f"G-{n}").name for n in range(3)]
	for n in range(3):
		item_price(f"G-{n}", 2)
	campaigns = [item_price(f"G-{n}", 1, valid_from=start) for n in range(2)]
	drain()
	assert any(str(start) in row["title"] for row in price_lists(medusa))
	campaigns[0].delete()
	drain()
	assert any(str(start) in row["title"] for row in price_lists(medusa))  # the other item's price is in it
	campaigns[1].delete()
	drain()
	assert {row["title"] for row in price_lists(medusa)} == {"Standard Selling"}
	for name in names:
		frappe.delete_doc("Website Item", name)
	drain()
	assert outbox() == []
	assert price_lists(medusa) == []
	website_item("G-9")
	item_price("G-9", 7)
	drain()
	assert prices(medusa) == {"G-9": [("Standard Selling", "omr", 7)]}


def test_a_price_list_that_somebody_deleted_is_made_again(medusa):
	"""Though what Medusa had is remembered."""
	from medusa_integration.operations.queueing import resend

	names = [website_item(f"G-{n}").name for n in range(2)]
	for n in range(2):
		item_price(f"G-{n}", 2 + n)
	drain()
	for row in price_lists(medusa):
		medusa.admin("DELETE", f"/admin/price-lists/{row['id']}")
	for name in names:
		resend([name], (PRICE,))
	drain()
	assert outbox() == []
	assert prices(medusa) == {
		"G-0": [("Standard Selling", "omr", 2)],
		"G-1": [("Standard Selling", "omr", 3)],
	}


@pytest.mark.v2("v1 has a price list for each item")
def test_a_price_list_that_somebody_is_about_to_fill_stays(medusa):
	"""Who adds a row has kept its id before: an empty price list that such an id names is left alone."""
	doc, other = website_item("G-1"), website_item("G-2")
	price = item_price("G-1", 2)
	drain()
	(price_list,) = price_lists(medusa)
	known = {"live": {f"{price_list['id']}/omr": ["price_about_to_come", None]}, "leaving": []}
	frappe.db.set_value("Website Item", other.name, "medusa_prices", frappe.as_json(known, indent=None))
	price.delete()
	drain()
	assert outbox() == []
	assert [row["id"] for row in price_lists(medusa)] == [price_list["id"]]
	frappe.db.set_value("Website Item", other.name, "medusa_prices", "")
	item_price("G-1", 3)
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 3)]}
	assert frappe.db.get_value("Website Item", doc.name, "medusa_prices")


def test_price_lists_deleted_in_medusa_come_back_with_all_their_prices(medusa):
	"""Noticed when the price of one item is sent."""
	docs = [website_item(f"G-{n}") for n in (1, 2, 3)]
	made = [item_price(f"G-{n}", n) for n in (1, 2, 3)]
	drain()
	delete_price_lists(medusa)
	made[0].reload()
	made[0].price_list_rate = 5
	made[0].save()
	drain()
	drain()
	assert outbox() == []
	wanted = [5, 2, 3] if medusa.version == "v2" else [5, None, None]  # v1 has a list for each item
	assert [asked_for(medusa, doc) for doc in docs] == wanted
	queueing.resend([doc.name for doc in docs])
	drain()
	assert [asked_for(medusa, doc) for doc in docs] == [5, 2, 3]


@pytest.mark.v2("v1 has other calls")
def test_no_call_that_is_made_twice_hangs_medusa(medusa, monkeypatch):
	"""As if each reply had been lost, and the call made again. Medusa stops answering for good where a row with rules and
	quantities equals an existing one."""
	bodies, post = [], MedusaClient.post

	def twice(client, path, body, *more):
		if path.endswith("/prices/batch"):
			bodies.append(body)
			post(client, path, body, *more)
		return post(client, path, body, *more)

	monkeypatch.setattr(MedusaClient, "post", twice)
	doc = website_item("G-1")
	item_price("G-1", 5)
	item_price("G-1", 8, valid_from=add_days(nowdate(), 10), valid_upto=add_days(nowdate(), 20))
	drain()
	first = prices(medusa)
	for each in price_lists(medusa):
		for row in each["rows"]:
			medusa.admin("POST", f"/admin/price-lists/{each['id']}/prices/batch", {"delete": [row["id"]]})
	queueing.resend([doc.name])
	drain()  # creates the rows anew, because Medusa doesn't take their ids again
	assert any(body.get("create") for body in bodies)
	rows = [row for body in bodies for what in ("create", "update") for row in body.get(what) or ()]
	assert not [row for row in rows if "rules" in row]
	assert prices(medusa) == first
	assert asked_for(medusa, doc) == 5
