"""Many records at once: queued in few statements, none skipped, one's error stops no other; the Desk's and the nightly."""

import frappe
import pytest

from medusa_integration import api, settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import outbox
from medusa_integration.operations import bulk, links, queueing
from medusa_integration.products import shop_items
from medusa_integration.sync.kinds import PRICE, PRODUCT
from tests.site import Client, run_jobs
from tests.support.checks import assert_in_step, assert_no_doubles, queries
from tests.support.factories import (
	configure,
	drain,
	item_group,
	item_price,
	prices,
	products,
	website_item,
)
from tests.support.factories import outbox as rows
from tests.support.shop import collection_rows, delete_price
from tests.support.users import PATH


def stock_up(count: int, **values) -> list[str]:
	"""Published Website Items that aren't queued yet, each with a price."""
	names = []
	for number in range(1, count + 1):
		names.append(website_item(f"BULK-{number}", **values).name)
		item_price(f"BULK-{number}", number)
	empty_outbox()
	return names


def empty_outbox() -> None:
	frappe.db.delete(outbox.doctype)
	frappe.db.commit()


def noted(kind: str) -> list[str]:
	return sorted(row.reference_name for row in rows() if row.kind == kind)


# --- export


@pytest.mark.usefixtures("unpublished_stay")
def test_what_medusa_lacks_is_exported(medusa):
	names = stock_up(3)
	drafts = website_item("BULK-DRAFT", published=0).name
	assert api.export_all_website_item() == 3
	assert noted("Product") == names
	drain()
	assert_in_step(medusa, names)
	assert api.export_all_website_item() == 0
	assert drafts not in products(medusa)


def test_many_are_noted_in_few_statements(medusa):
	stock_up(2)
	few = queries(shop_items.queue_catalogue)
	many = queries(lambda: queueing.queue([f"BULK-MANY-{n}" for n in range(400)], (PRODUCT, PRICE)))
	assert len(rows()) == 5 + 800
	assert len(many) <= len(few) + 1


def test_an_update_sends_what_is_unchanged_too(medusa):
	names = stock_up(2)
	api.export_all_website_item()
	drain()
	id = products(medusa)[names[0]]["id"]
	medusa.admin("POST", f"/admin/products/{id}", json={"title": "Changed by hand"})
	shop_items.queue_catalogue()
	drain()
	assert products(medusa)[names[0]]["title"] == "Changed by hand"
	assert api.update_all_website_item() == 2
	drain()
	assert products(medusa)[names[0]]["title"] == "Product BULK-1"
	assert_in_step(medusa, names)


def test_item_groups_become_collections(medusa):
	item_group("Bulk Parents", is_group=1)
	item_group("Bulk Children", parent="Bulk Parents")
	count = api.export_all_item_groups()
	assert count == frappe.db.count("Item Group")
	drain()
	ids = frappe.get_all("Item Group", pluck="medusa_id", order_by=None)
	assert all(ids) and len(set(ids)) == count
	assert {"Bulk Parents", "Bulk Children"} < {row["title"] for row in collection_rows(medusa)}
	api.clear_all_item_group_id()  # also of groups that were there before the test


# --- batches of a list that shrinks


@pytest.mark.slow
def test_no_batch_skips_an_item_while_the_list_shrinks(medusa):
	names = stock_up(10)
	for index in range(5):
		assert api.export_items_batch(index, 2) == 2
		drain()  # what the batch queued is no longer in the list of what is to be exported
	assert_in_step(medusa, names)


def test_batches_of_a_given_list(medusa):
	names = stock_up(5)
	frappe.db.set_value("Website Item", names[0], "published", 0)
	assert api.export_items_batch(0, 3, names=names[::-1]) == 3
	assert api.export_items_batch(1, 3, names=names[::-1]) == 1  # the other one isn't published any more
	assert noted("Product") == names[1:]


def test_the_night_exports_in_parallel_jobs(medusa):
	names = stock_up(10)
	run_jobs(("long",))  # what the configuration's save queued
	empty_outbox()
	assert api.export_items_and_images_custom() == 10
	assert rows() == []
	late = website_item("BULK-LATE").name  # after the list was taken; its own save notes it
	assert run_jobs(("long",)) == bulk.BATCHES
	assert noted("Product") == sorted([*names, late])
	drain()
	assert api.export_items_and_images_custom() == 0
	assert_in_step(medusa, [*names, late])


def test_an_item_whose_state_is_unreadable_stops_no_other(medusa):
	names = stock_up(3)
	api.export_all_website_item()
	drain()
	frappe.db.set_value("Website Item", names[1], "medusa_prices", "{broken")
	frappe.db.commit()
	assert api.update_all_website_item() == 3
	assert noted("Product") == names
	assert frappe.get_all("Error Log", {"method": ("like", f"%{names[1]}%")})


# --- prices


def test_missing_prices_are_sent_and_nothing_else(medusa):
	stock_up(2)
	late, _free = website_item("BULK-LATE"), website_item("BULK-FREE")
	shop_items.queue_catalogue()
	drain()
	price = item_price("BULK-LATE", 9)
	item_price("BULK-1", 7, valid_from="2019-01-01", valid_upto="2020-01-01")  # over
	empty_outbox()  # as if the integration had been off meanwhile
	assert api.sync_missing_prices_to_medusa() == 1
	assert noted("Price") == [late.name]
	drain()
	assert {sku: [row[-1] for row in rows] for sku, rows in prices(medusa).items()} == {
		"BULK-1": [1],
		"BULK-2": [2],
		"BULK-LATE": [9],
	}
	assert frappe.db.get_value("Item Price", price.name, "medusa_price_id")
	assert api.sync_missing_prices_to_medusa() == 0


def test_all_prices_are_sent_again(medusa):
	names = stock_up(2)
	api.export_all_website_item()
	drain()
	delete_price(medusa, "BULK-1")
	assert len(prices(medusa)) == 1
	assert api.export_all_medusa_price_list() == 2
	assert noted("Product") == []
	drain()
	assert_in_step(medusa, names)


# --- switched off


@pytest.mark.parametrize(
	"name",
	["export_all_website_item", "update_all_website_item", "export_all_item_groups", "export_items_and_images",
	"export_all_medusa_price_list"],
)  # fmt: skip
def test_nothing_is_noted_while_switched_off(medusa, name):
	stock_up(1)
	configure(medusa, enable=0)
	with pytest.raises(settings.MedusaNotConfigured):
		getattr(api, name)()
	assert rows() == []


def test_the_night_is_quiet_while_switched_off(medusa):
	stock_up(1)
	run_jobs(("long",))
	empty_outbox()
	configure(medusa, enable=0)
	assert api.export_items_and_images_custom() == 0
	assert api.sync_missing_prices_to_medusa() == 0
	assert run_jobs(("long",)) == 0
	assert rows() == []


def test_the_night_is_scheduled():
	at_one = frappe.get_hooks("scheduler_events", app_name="medusa_integration")["cron"]["0 1 * * *"]
	for name in ("export_items_and_images_custom", "sync_missing_prices_to_medusa"):
		assert f"medusa_integration.api.{name}" in at_one


# --- forgetting


def test_forgotten_links_are_found_again_and_nothing_is_doubled(medusa):
	names = stock_up(3)
	api.export_all_website_item()
	drain()
	before = {name: row["id"] for name, row in products(medusa).items()}
	counted = links.count_links()
	assert counted["Website Item"] >= 3 and counted["Item Price"] >= 3
	assert links.clear_all_ids() == counted
	assert not any(links.count_links().values())
	fields = ["medusa_id", "medusa_variant_id", "medusa_hash", "medusa_synced_on"]
	for row in frappe.get_all("Website Item", {"name": ("in", names)}, fields, order_by="name"):
		assert not any(row.values())
	assert api.export_all_website_item() == 3
	drain()
	assert {name: row["id"] for name, row in products(medusa).items()} == before
	assert_in_step(medusa, names)


def test_what_is_unreadable_is_forgotten_too(medusa):
	names = stock_up(2)
	frappe.db.set_value("Website Item", names[0], "medusa_prices", "{broken")
	links.clear_all_ids()
	assert not frappe.db.get_value("Website Item", names[0], "medusa_prices")
	assert api.export_all_website_item() == 2


@pytest.mark.parametrize(
	("clear", "doctype", "fields"),
	[
		("clear_all_item_group_id", "Item Group", ["medusa_id"]),
		("clear_all_item_price_id", "Item Price", ["medusa_id", "medusa_price_id"]),
		("clear_all_website_item_id", "Item", ["medusa_id", "medusa_variant_id"]),
	],
)
def test_each_is_forgotten_alone_and_comes_back(medusa, clear, doctype, fields):
	names = stock_up(2)
	api.export_all_website_item()
	drain()
	modified = frappe.get_all(doctype, pluck="modified", order_by="name")
	frappe.get_cached_doc("Website Item", names[0])
	assert getattr(api, clear)() >= 1
	assert getattr(api, clear)() == 0
	for row in frappe.get_all(doctype, fields=fields, order_by="name"):
		assert not any(row.values())
	assert frappe.get_all(doctype, pluck="modified", order_by="name") == modified
	queueing.resend(names)
	drain()
	assert all(frappe.get_all(doctype, {"name": ("like", "%BULK%")}, pluck=fields[0], order_by=None))
	assert_in_step(medusa, names)
	assert_no_doubles(medusa)


def test_forgotten_pictures_are_sent_again(medusa):
	names = stock_up(1)
	api.export_all_website_item()
	drain()
	file = frappe.get_doc({"doctype": "File", "file_name": "a.txt", "content": "a", "is_private": 0}).insert()
	frappe.db.set_value("File", file.name, "medusa_id", "file_1")
	assert api.clear_all_website_image_id() == 1
	assert not frappe.db.get_value("File", file.name, "medusa_id")
	assert not frappe.db.get_value("Website Item", names[0], "medusa_hash")


# --- the Desk


@pytest.mark.usefixtures("unpublished_stay")
def test_selected_items_are_sent_again(medusa):
	names = stock_up(3)
	api.export_all_website_item()
	drain()
	unpublished = website_item("BULK-DRAFT", published=0).name
	for name in names:
		id = products(medusa)[name]["id"]
		medusa.admin("POST", f"/admin/products/{id}", json={"title": "Changed by hand"})
	reply = api.sync_items(frappe.as_json([*names[:2], unpublished]))
	assert (reply["queued"], reply["left_out"]) == (2, 1)
	assert reply["progress"]["total"] == reply["progress"]["left"] == 6
	assert noted("Product") == names[:2]
	drain()
	titles = {name: row["title"] for name, row in products(medusa).items()}
	assert titles == {names[0]: "Product BULK-1", names[1]: "Product BULK-2", names[2]: "Changed by hand"}


def test_all_items_are_sent(medusa):
	names = stock_up(3)
	assert api.sync_items([])["queued"] == 0  # none isn't all
	reply = api.sync_items()
	assert (reply["queued"], reply["progress"]["total"]) == (3, 9)
	drain()
	assert_in_step(medusa, names)


def test_progress_is_told_after_each_batch(medusa, monkeypatch):
	configure(medusa, batch_size=2)
	stock_up(4)
	website_item("BULK-OTHER")
	told = []
	monkeypatch.setattr(
		frappe, "publish_realtime", lambda event, message, **to: told.append((event, message, to))
	)
	names = frappe.get_all("Website Item", {"item_code": ("!=", "BULK-OTHER")}, pluck="name")
	api.sync_items(names)
	drain()
	percents = [message["percent"] for event, message, _to in told if event == "progress"]
	assert percents == sorted(percents) and percents[-1] == 100 and len(set(percents)) >= 3
	assert {to["user"] for *_, to in told} == {"Administrator"}
	assert api.get_sync_progress()["left"] == 0
	assert api.get_sync_progress() == {}
	told.clear()
	shop_items.queue_catalogue()
	drain()
	assert told == []  # it was all sent: nobody watches any more


def test_progress_counts_what_is_refused(medusa):
	stock_up(1)
	name = frappe.db.get_value("Website Item", {"item_code": "BULK-1"})
	api.sync_items([name])
	frappe.db.set_value(outbox.doctype, f"Product:{name}", "status", "Parked")
	told = api.get_sync_progress()
	assert told == {
		"title": "Sending to Medusa",
		"total": 3,
		"left": 2,
		"parked": 1,
		"problem": "",
		"silence": 0,
		"box": "Medusa Outbox",
		"description": "1 item: 33 % sent",
		"outcome": None,
		"told": False,
	}
	outage.begin()
	told = api.get_sync_progress()
	assert told["problem"] == "Medusa is out of reach"
	assert "1 item waiting to be sent: Medusa is out of reach." in told["outcome"]["message"]


def test_the_catalogue_and_the_prices_by_button(medusa):
	names = stock_up(2)
	assert api.export_catalogue()["items"] == 2
	drain()
	reply = api.sync_prices()
	assert (reply["items"], reply["progress"]["total"]) == (2, 2)
	assert noted("Price") == names


CALLS = [
	"sync_items",
	"export_catalogue",
	"sync_prices",
	"sync_stock",
	"reset_links",
	"sync_missing_prices_to_medusa",
]


@pytest.mark.parametrize("name", [*CALLS, "count_links"])
def test_only_who_may(medusa, clerk, name):
	stock_up(1)
	for client in (clerk, Client()):
		assert client.post(PATH + name, json={}).status_code == 403
	assert rows() == []


@pytest.mark.parametrize("name", CALLS)
def test_what_does_something_takes_no_get(medusa, manager, name):
	assert manager.get(PATH + name).status_code == 403


def test_a_manager_may(medusa, manager):
	names = stock_up(2)
	assert manager.post(PATH + "sync_items", json={"names": names[:1]}).json["message"]["queued"] == 1
	assert manager.get(PATH + "get_sync_progress").json["message"]["total"] == 3
	assert manager.post(PATH + "export_catalogue").json["message"]["items"] == 2
	drain()
	assert manager.get(PATH + "count_links").json["message"]["Website Item"] == 2
	assert manager.post(PATH + "reset_links").json["message"]["Website Item"] == 2


@pytest.mark.parametrize(
	"name", ["export_all_website_item", "clear_all_website_item_id", "export_items_batch"]
)
def test_what_is_for_the_console_has_no_address(medusa, manager, name):
	assert manager.post(PATH + name, json={"batch_index": 0, "batch_size": 1}).status_code == 403
