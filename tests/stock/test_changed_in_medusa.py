"""What a person did to inventory in Medusa is mended by the next stock send, by Sync all and by the doctor, or said."""

import frappe
import pytest

from medusa_integration.api import update_all_website_item
from tests.stock.helpers import quantity
from tests.support import goods
from tests.support.doctor import examined, found
from tests.support.factories import configure, drain, item_price, move_stock, outbox, website_item

pytestmark = pytest.mark.v2("v1 has no inventory items")


def next_send(shelf) -> None:
	move_stock(shelf.here, G_1=1)
	move_stock(shelf.here, G_2=1)


def sync_all(shelf) -> None:
	update_all_website_item()


def repair(shelf) -> None:
	examined().queue_repairs()


WAYS = (next_send, sync_all, repair)


@pytest.fixture
def two(medusa, shelf):
	"""Five pieces each of G-1 and G-2, whose levels are known."""
	docs = [website_item(code, website_warehouse=shelf.here) for code in ("G-1", "G-2")]
	move_stock(shelf.here, G_1=5, G_2=5)
	drain()
	assert outbox() == []
	for doc in docs:
		doc.reload()
	return docs


def expected(way) -> int:
	return 6 if way is next_send else 5


def inventory_item(medusa, sku: str) -> str:
	(row,) = medusa.admin("GET", "/admin/inventory-items", params={"sku": sku})["inventory_items"]
	return row["id"]


def links(medusa, doc, **changes) -> None:
	path = f"/admin/products/{doc.medusa_id}/variants/inventory-items/batch"
	rows = {
		what: [{"variant_id": doc.medusa_variant_id, **row} for row in of] for what, of in changes.items()
	}
	medusa.admin("POST", path, rows)


def buyable(medusa, doc) -> int:
	"""What the shop window says of a variant."""
	params = {"fields": "+variants.inventory_quantity"}
	product = medusa.store("GET", f"/store/products/{doc.medusa_id}", params=params)["product"]
	return product["variants"][0]["inventory_quantity"]


@pytest.mark.parametrize("way", WAYS)
def test_a_level_that_was_deleted_is_made_again(medusa, shelf, two, way):
	path = f"/admin/inventory-items/{inventory_item(medusa, 'G-1')}/location-levels"
	(level,) = medusa.admin("GET", path)["inventory_levels"]
	medusa.admin("POST", f"{path}/batch", {"delete": [level["id"]], "force": True})
	assert buyable(medusa, two[0]) == 0
	way(shelf)
	drain()
	assert outbox() == []
	assert [buyable(medusa, doc) for doc in two] == [expected(way)] * 2
	assert found() == []


@pytest.mark.parametrize("way", WAYS)
def test_an_inventory_item_that_was_deleted_is_made_again(medusa, shelf, two, way):
	medusa.admin("DELETE", f"/admin/inventory-items/{inventory_item(medusa, 'G-1')}")
	way(shelf)
	drain()
	assert outbox() == []
	assert [buyable(medusa, doc) for doc in two] == [expected(way)] * 2
	assert found() == []


@pytest.mark.parametrize("way", WAYS)
def test_an_inventory_item_that_was_unlinked_is_linked_again(medusa, shelf, two, way):
	item = inventory_item(medusa, "G-1")
	links(medusa, two[0], delete=[{"inventory_item_id": item}])
	way(shelf)
	drain()
	assert outbox() == []
	assert inventory_item(medusa, "G-1") == item
	assert [buyable(medusa, doc) for doc in two] == [expected(way)] * 2
	assert found() == []


@pytest.mark.parametrize("parts", ({"G-1": 1, "G-2": 3}, {"G-1": 6}))
@pytest.mark.parametrize("way", WAYS)
def test_a_variant_that_became_a_kit_is_said(medusa, shelf, two, way, parts):
	items = {code: inventory_item(medusa, code) for code in ("G-1", "G-2")}
	rows = [{"inventory_item_id": items[code], "required_quantity": units} for code, units in parts.items()]
	links(medusa, two[0], create=rows)
	assert ("missing", "stock", two[0].name) in found()
	way(shelf)
	drain()
	(row,) = outbox()
	assert (row.kind, row.reference_name, row.status) == ("Stock", two[0].name, "Parked")
	assert "Inventory kit" in row.error and "then Retry" in row.error
	assert quantity(medusa, "G-2") == expected(way)  # the other one's level isn't touched


def test_in_a_mass_of_levels_the_items_that_the_shop_has_sold_are_looked_at(medusa, shelf, two, monkeypatch):
	"""Their levels are read each time; the doctor finds the others."""
	monkeypatch.setattr("medusa_integration.medusa.v2.stock.LOOKED_UP", 0)
	configure(medusa, import_orders=0)
	for code in ("G-1", "G-2"):
		item_price(code, 5)
	drain()
	order = goods.place(medusa, ("G-1", 1))
	goods.imported(medusa, order, shelf.here)
	drain()
	other = inventory_item(medusa, "G-2")
	links(medusa, two[0], create=[{"inventory_item_id": other, "required_quantity": 2}])
	move_stock(shelf.here, G_1=1, G_2=1)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "Inventory kit" in row.error
	assert quantity(medusa, "G-2") == 6


def test_a_switched_off_inventory_is_said_with_the_step_that_mends_it(medusa, shelf, two):
	from medusa_integration.desk import forms

	path = f"/admin/products/{two[0].medusa_id}/variants/{two[0].medusa_variant_id}"
	medusa.admin("POST", path, {"manage_inventory": False})
	found_now = found()
	assert ("different", "manage_inventory", two[0].name) in found_now
	frappe.db.set_value("Website Item", two[0].name, "medusa_stock", "")
	move_stock(shelf.here, G_1=1)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "Sync now" in row.error
	forms.sync_now(two[0].name)
	drain()
	assert outbox() == []
	assert buyable(medusa, two[0]) == 6


# --- other locations


def test_the_doctor_sees_what_the_shop_sells_from_other_locations(medusa, shelf, two):
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		configure(medusa, stock_location=medusa.shop["stock_location_id"])
		path = f"/admin/inventory-items/{inventory_item(medusa, 'G-1')}/location-levels"
		medusa.admin("POST", path, {"location_id": other, "stocked_quantity": 9})
		assert found() == []  # the shop doesn't sell from there
		channel = medusa.shop["sales_channel_id"]
		medusa.admin("POST", f"/admin/stock-locations/{other}/sales-channels", {"add": [channel]})
		comparison = examined()
		(extra,) = comparison.differences
		assert extra.line() == ("extra", "stock elsewhere", two[0].name, "", "9 at Salalah")
		assert "stock locations that get no stock from here" in comparison.warnings()[0]
		assert comparison.to_resend() == []  # said, and left to the shop
		table = [{"warehouse": shelf.away, "stock_location": other}]
		configure(medusa, stock_location=medusa.shop["stock_location_id"], stock_locations=table)
		comparison = examined()
		comparison.queue_repairs()
		drain()
		assert found() == []
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")
