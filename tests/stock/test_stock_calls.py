"""Which calls the stock takes, and to which location."""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from medusa_integration.delivery.box import outbox as outbox_
from medusa_integration.desk import forms as desk
from medusa_integration.operations import queueing
from tests.stock.helpers import in_stock, quantity
from tests.support.factories import configure, drain, move_stock, outbox, products, website_item
from tests.support.shop import call, calls, quantities

# --- what is sent


def test_an_unchanged_quantity_is_not_sent(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	before = calls(medusa, "stock")
	move_stock(shelf.here, G_1=2)
	move_stock(shelf.here, G_1=-2)
	drain()
	assert outbox() == []
	assert calls(medusa, "stock") == before


@pytest.mark.v2("v1 has no batches")
def test_many_quantities_are_one_call(medusa, shelf):
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(12)]
	move_stock(shelf.here, **{f"G_{n}": n + 1 for n in range(12)})
	drain()
	assert calls(medusa, "stock") == 1
	assert [quantity(medusa, f"G-{n}") for n in range(12)] == list(range(1, 13))
	move_stock(shelf.here, **{f"G_{n}": 1 for n in range(12)})
	frappe.db.delete("Medusa Request Log")
	drain()
	assert calls(medusa, "stock") == 1
	# the levels were known; which location is there is asked each time, as Medusa would take any id
	assert frappe.db.count("Medusa Request Log") == 2
	assert quantity(medusa, "G-0") == 2
	assert all(in_stock(doc) for doc in docs)


@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
def test_a_call_that_failed_is_made_again(medusa, proxy, shelf, kind):
	"""Whether Medusa has applied it or not."""
	for n in range(3):
		website_item(f"G-{n}", website_warehouse=shelf.here)
	drain()
	fault = proxy.fail(kind, match=call(medusa, "stock"))
	move_stock(shelf.here, G_0=1, G_1=2, G_2=3)
	drain()
	assert fault.hits == 1
	assert {(row.kind, row.status) for row in outbox()} == {("Stock", "Pending")}
	move_stock(shelf.here, G_0=4, G_1=4, G_2=4)
	drain()
	assert outbox() == []
	assert quantities(medusa) == {"G-0": 5, "G-1": 6, "G-2": 7}


def test_a_quantity_that_was_applied_without_our_knowing_is_taken_back(medusa, proxy, shelf):
	"""What is to be sent then is what Medusa had acknowledged last, and yet it must be sent."""
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	proxy.fail("drop", match=call(medusa, "stock"))
	move_stock(shelf.here, G_1=2)
	drain()
	assert quantity(medusa, "G-1") == 7
	move_stock(shelf.here, G_1=-2)
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5


def test_a_quantity_that_medusa_refuses_is_one_items(medusa, shelf):
	"""v2 takes none of a batch then, and the drain sends the others again."""
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(4)]
	drain()
	frappe.db.set_value("Website Item", docs[2].name, "medusa_variant_id", "variant_gone")
	move_stock(shelf.here, **{f"G_{n}": n + 1 for n in range(4)})
	drain()
	(row,) = outbox()
	assert (row.kind, row.reference_name, row.status) == ("Stock", docs[2].name, "Parked")
	assert quantities(medusa) == {"G-0": 1, "G-1": 2, "G-2": 0, "G-3": 4}


@pytest.mark.v2("v1 has no stock locations")
def test_levels_that_somebody_made_or_deleted_in_medusa(medusa, shelf):
	docs = [website_item(code) for code in ("G-1", "G-2")]
	drain()
	(by_hand,) = inventory_items(medusa, "G-1")
	path = f"/admin/inventory-items/{by_hand}/location-levels"
	medusa.admin("POST", path, {"location_id": medusa.shop["stock_location_id"], "stocked_quantity": 99})
	move_stock(shelf.here, G_1=5, G_2=6)
	for doc in docs:
		doc.reload()
		doc.website_warehouse = shelf.here
		doc.save()
	drain()
	assert (quantity(medusa, "G-1"), quantity(medusa, "G-2")) == (5, 6)
	(level,) = medusa.admin("GET", path)["inventory_levels"]
	medusa.admin("POST", f"{path}/batch", {"delete": [level["id"]], "force": True})
	move_stock(shelf.here, G_1=1, G_2=1)
	drain()
	assert (quantity(medusa, "G-1"), quantity(medusa, "G-2")) == (6, 7)


def inventory_items(medusa, sku: str) -> list[str]:
	rows = medusa.admin("GET", "/admin/inventory-items", params={"sku": sku})["inventory_items"]
	return [row["id"] for row in rows]


def test_a_product_that_is_made_anew_gets_its_stock_again(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	doc.reload()
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	doc.web_item_name = "Made anew"
	doc.save()
	drain()
	assert products(medusa)[doc.name]["id"] != doc.medusa_id
	assert quantity(medusa, "G-1") == 5


@pytest.mark.slow
def test_a_renamed_item_frees_its_sku(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	frappe.rename_doc("Item", "G-1", "G-9", show_alert=False)
	drain()
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=2)
	drain()
	assert outbox() == []
	assert (quantity(medusa, "G-9"), quantity(medusa, "G-1")) == (5, 2)


@pytest.mark.v2("v1 has no inventory items")
def test_a_variant_that_kept_no_inventory_does_from_now_on(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	drain()
	doc.reload()
	path = f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
	medusa.admin("POST", path, {"manage_inventory": False})
	(inventory_item,) = inventory_items(medusa, "G-1")
	medusa.admin("DELETE", f"/admin/inventory-items/{inventory_item}")
	move_stock(shelf.here, G_1=5)
	drain()
	(row,) = outbox()
	assert (row.status, row.kind) == ("Parked", "Stock")
	assert "Manage inventory" in row.error
	assert "refused" not in row.error  # Medusa was not asked
	assert in_stock(doc) == 1
	queueing.resend([doc.name])
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5


# --- where to


def levels(medusa, sku: str) -> dict[str, int]:
	"""v2's quantities at its stock locations; v1 has none."""
	(item,) = inventory_items(medusa, sku)
	rows = medusa.admin("GET", f"/admin/inventory-items/{item}/location-levels")["inventory_levels"]
	return {row["location_id"]: row["stocked_quantity"] for row in rows}


@pytest.mark.v2("v1 has no stock locations")
def test_the_chosen_location_gets_the_stock(medusa, shelf):
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		configure(medusa, stock_location=medusa.shop["stock_location_id"])
		website_item("G-1", website_warehouse=shelf.here)
		move_stock(shelf.here, G_1=5)
		drain()
		assert levels(medusa, "G-1") == {medusa.shop["stock_location_id"]: 5}
		configure(medusa, stock_location=other)
		assert update_webitem_stock() == 1
		drain()
		assert levels(medusa, "G-1")[other] == 5
		configure(medusa, stock_location="")
		move_stock(shelf.here, G_1=1)
		drain()
		(row,) = outbox()
		assert row.status == "Parked"
		assert "Choose one in the Medusa Configuration" in row.error
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")


@pytest.mark.v2("v1 has no stock locations")
def test_a_location_that_somebody_deleted_gets_nothing(medusa, shelf):
	"""Though Medusa would take any id."""
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		configure(medusa, stock_location=other)
		website_item("G-1", website_warehouse=shelf.here)
		move_stock(shelf.here, G_1=5)
		drain()
		assert levels(medusa, "G-1") == {other: 5}
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")
	move_stock(shelf.here, G_1=1)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "stock location" in row.error
	assert 6 not in levels(medusa, "G-1").values()


@pytest.fixture
def two_parked(medusa, shelf):
	"""Stock rows: one parked because the chosen location isn't in the shop, one for another reason."""
	configure(medusa, stock_location="sloc_nowhere")
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(2)]
	move_stock(shelf.here, G_0=5, G_1=6)
	drain()
	frappe.db.set_value(outbox_.doctype, f"Stock:{docs[1].name}", {"reason": "", "error": "Another one"})
	assert {row.status for row in outbox()} == {"Parked"}
	assert outbox()[0].error.startswith("The stock location to write to isn't settled.")
	return docs


@pytest.mark.v2("v1 has no stock locations")
def test_what_was_parked_for_want_of_a_location_is_sent_once_one_is_saved(medusa, two_parked):
	config = frappe.get_doc("Medusa Configuration")
	config.stock_location = ""
	config.save()
	drain()
	assert [(row.reference_name, row.error) for row in outbox()] == [(two_parked[1].name, "Another one")]
	assert quantities(medusa) == {"G-0": 5, "G-1": 0}


@pytest.mark.v2("v1 has no stock locations")
def test_what_was_parked_for_want_of_a_location_is_sent_once_a_test_finds_one(medusa, two_parked):
	"""Somebody deleted the second one in Medusa, say: nothing changes here."""
	desk.test_connection()
	assert {row.status for row in outbox()} == {"Parked"}
	frappe.db.set_single_value("Medusa Configuration", "stock_location", "", update_modified=False)
	desk.test_connection()
	assert {row.reference_name: row.status for row in outbox()} == {
		two_parked[0].name: "Pending",
		two_parked[1].name: "Parked",
	}
	drain()
	assert quantities(medusa) == {"G-0": 5, "G-1": 0}


@pytest.mark.v2("v1 has no stock locations")
def test_a_location_that_is_not_in_the_shop_is_parked_with_words(medusa, shelf):
	configure(medusa, stock_location="sloc_nowhere")
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	(row,) = outbox()
	assert (row.kind, row.status) == ("Stock", "Parked")
	assert "Choose one in the Medusa Configuration" in row.error
	assert levels(medusa, "G-1") == {}
	configure(medusa, stock_location="")
	update_webitem_stock()
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5
