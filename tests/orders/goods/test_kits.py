"""Kits and multipacks, whose fulfillments in Medusa list the parts: quantities are those of the order's lines, whoever ships."""

import frappe
import pytest

from tests.support import buying, goods
from tests.support.factories import configure, drain, item_price, outbox, website_item
from tests.support.kits import make_kit, part

pytestmark = pytest.mark.v2("v1 has no kits")
KITS = {
	"a pack of six": {"CAN": 6},
	"a kit without a single part": {"CAN": 2, "CUP": 3},
	"a kit with a single part": {"CAN": 1, "CUP": 3},
}


@pytest.fixture
def shop(medusa, shelf):
	"""An Item without stock in ERPNext, KIT, and 100 of each part in Medusa."""
	configure(medusa, fulfilled_by="Medusa", import_orders=0)
	website_item("KIT", website_warehouse=shelf.group, item_values={"is_stock_item": 0})
	item_price("KIT", 5)
	drain()
	parts = {sku: part(medusa, sku, 100) for sku in ("CAN", "CUP")}
	yield frappe._dict(medusa=medusa, parts=parts, **shelf)
	for sku in ("CAN", "CUP", "LID"):
		for row in medusa.admin("GET", "/admin/inventory-items", params={"sku": sku})["inventory_items"]:
			held = medusa.admin("GET", "/admin/reservations", params={"inventory_item_id": row["id"]})
			for each in held["reservations"]:
				medusa.admin("DELETE", f"/admin/reservations/{each['id']}")
			medusa.admin("DELETE", f"/admin/inventory-items/{row['id']}")


def delivered(order) -> list[float]:
	rows = frappe.get_all(
		"Delivery Note",
		{"medusa_order_id": order.medusa_order_id, "docstatus": 1},
		["name"],
		order_by="creation",
	)
	return [
		sum(frappe.get_all("Delivery Note Item", {"parent": row.name}, pluck="qty", order_by=None))
		for row in rows
	]


@pytest.mark.parametrize("quantities", KITS.values(), ids=list(KITS))
def test_medusa_ships(shop, quantities):
	make_kit(shop.medusa, "KIT", shop.parts, quantities)
	id = goods.place(shop.medusa, ("KIT", 5))
	order = goods.imported(shop.medusa, id, shop.here)
	buying.fulfill(shop.medusa, id, {"KIT": 2})
	assert goods.followed(id, order) == []
	assert delivered(order) == [2]
	buying.fulfill(shop.medusa, id, {"KIT": 3})
	assert goods.followed(id, order) == []
	assert delivered(order) == [2, 3]


@pytest.mark.parametrize("quantities", KITS.values(), ids=list(KITS))
def test_erpnext_ships(shop, quantities):
	configure(shop.medusa, fulfilled_by="ERPNext")
	make_kit(shop.medusa, "KIT", shop.parts, quantities)
	id = goods.place(shop.medusa, ("KIT", 5))
	order = goods.imported(shop.medusa, id, shop.here)
	for quantity in (2, 3):
		goods.delivered(order, quantity, lr_no=f"T-{quantity}")
		drain()
		assert outbox() == []
		order.reload()
	found = goods.fulfillments(shop.medusa, id)
	expected = [{sku: number * n for sku, number in quantities.items()} for n in (2, 3)]
	assert [each["parts"] for each in found] == expected
	assert all(each["shipped"] for each in found)
	fields = "id,*items,*items.detail"
	(line,) = shop.medusa.admin("GET", f"/admin/orders/{id}", params={"fields": fields})["order"]["items"]
	assert (line["detail"]["fulfilled_quantity"], line["detail"]["shipped_quantity"]) == (5, 5)


def test_parts_that_were_changed_between_two_fulfillments_are_asked_about(shop):
	make_kit(shop.medusa, "KIT", shop.parts, {"CAN": 6})
	id = goods.place(shop.medusa, ("KIT", 5))
	order = goods.imported(shop.medusa, id, shop.here)
	buying.fulfill(shop.medusa, id, {"KIT": 2})
	make_kit(shop.medusa, "KIT", shop.parts, {"CAN": 4})
	buying.fulfill(shop.medusa, id, {"KIT": 3})
	(problem,) = goods.followed(id, order)
	assert "parts were changed" in problem and "5 × KIT" in problem
	assert delivered(order) == []
	order.reload()
	goods.delivered(order)
	assert goods.followed(id, order) == []
	assert delivered(order) == [5]


def test_a_part_without_a_level_at_the_location_lowers_no_other(shop):
	place = shop.medusa.shop["stock_location_id"]
	configure(shop.medusa, fulfilled_by="ERPNext", stock_location=place)
	away = shop.medusa.admin("POST", "/admin/stock-locations", {"name": "Away"})["stock_location"]["id"]
	channels = {"add": [shop.medusa.shop["sales_channel_id"]]}
	shop.medusa.admin("POST", f"/admin/stock-locations/{away}/sales-channels", channels)
	lid = part(shop.medusa, "LID", 100, away)
	try:
		make_kit(shop.medusa, "KIT", {**shop.parts, "LID": lid}, {"CAN": 1, "LID": 1})
		id = goods.place(shop.medusa, ("KIT", 2))
		order = goods.imported(shop.medusa, id, shop.here)
		goods.delivered(order)
		before = stocked(shop.medusa, "CAN")
		for _ in range(2):
			drain()
			(row,) = outbox()
			assert row.status == "Parked" and "LID has no quantity" in row.error
			frappe.db.set_value(
				"Medusa Outbox", row.name, {"status": "Pending", "due": frappe.utils.now_datetime()}
			)
			frappe.db.commit()
		assert stocked(shop.medusa, "CAN") == before == 100
		level = {"location_id": place, "stocked_quantity": 5}
		shop.medusa.admin("POST", f"/admin/inventory-items/{lid}/location-levels", level)
		drain()
		assert outbox() == []
		assert stocked(shop.medusa, "CAN") == 98
	finally:
		shop.medusa.admin("DELETE", f"/admin/stock-locations/{away}")


def stocked(medusa, sku: str, location: str = "") -> int:
	(item,) = medusa.admin(
		"GET", "/admin/inventory-items", params={"sku": sku, "fields": "id,*location_levels"}
	)["inventory_items"]
	place = location or medusa.shop["stock_location_id"]
	return next(each["stocked_quantity"] for each in item["location_levels"] if each["location_id"] == place)


def test_a_part_of_a_line_from_another_location_leaves_nothing_reserved(shop):
	"""Medusa reserves at the location that was made first; ERPNext ships two of five from the other one, then the rest."""
	medusa, here = shop.medusa, shop.medusa.shop["stock_location_id"]
	away = medusa.admin("POST", "/admin/stock-locations", {"name": "Away"})["stock_location"]["id"]
	medusa.admin(
		"POST", f"/admin/stock-locations/{away}/sales-channels", {"add": [medusa.shop["sales_channel_id"]]}
	)
	configure(medusa, fulfilled_by="ERPNext", stock_location=away)
	try:
		make_kit(medusa, "KIT", shop.parts, {"CAN": 6})
		path = f"/admin/inventory-items/{shop.parts['CAN']}/location-levels"
		medusa.admin("POST", path, {"location_id": away, "stocked_quantity": 100})
		id = goods.place(medusa, ("KIT", 5))
		order = goods.imported(medusa, id, shop.here)
		for quantity in (2, 3):
			goods.delivered(order, quantity)
			drain()
			assert outbox() == []
			order.reload()
		assert reserved(medusa, "CAN") == {here: 0, away: 0}
		assert (stocked(medusa, "CAN"), stocked(medusa, "CAN", away)) == (100, 70)
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{away}")


def reserved(medusa, sku: str) -> dict[str, int]:
	params = {"sku": sku, "fields": "id,*location_levels"}
	(item,) = medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	return {each["location_id"]: each["reserved_quantity"] for each in item["location_levels"]}


def test_a_kit_that_is_sent_again_is_still_counted(shop):
	"""ERPNext keeps no stock of it; Medusa counts its parts."""
	make_kit(shop.medusa, "KIT", shop.parts, {"CAN": 6})
	web = frappe.get_doc("Website Item", {"item_code": "KIT"})
	web.web_item_name = "Another title"
	web.save()
	frappe.db.commit()
	drain()
	assert outbox() == []
	goods.place(shop.medusa, ("KIT", 5))
	assert sum(reserved(shop.medusa, "CAN").values()) == 30
