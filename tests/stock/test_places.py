"""Several stock locations: each has the stock of its own warehouses, whichever side ships."""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from tests.support import goods
from tests.support.doctor import found
from tests.support.factories import (
	configure,
	drain,
	move_stock,
	outbox,
	warehouse,
	website_item,
)
from tests.support.shop import calls

pytestmark = pytest.mark.v2("v1 has no stock locations")


def location(medusa, name: str) -> str:
	"""A stock location from which the shop sells."""
	id = medusa.admin("POST", "/admin/stock-locations", {"name": name})["stock_location"]["id"]
	channels = {"add": [medusa.shop["sales_channel_id"]]}
	medusa.admin("POST", f"/admin/stock-locations/{id}/sales-channels", channels)
	return id


@pytest.fixture
def places(medusa, shelf):
	"""Two warehouses of the shop, the second one, below a group of its own, at a second location."""
	south = warehouse("South", shelf.group, is_group=1)
	second = warehouse("South Shelf", south)
	made = frappe._dict(
		here=medusa.shop["stock_location_id"], there=location(medusa, "Salalah"), south=south, second=second
	)
	table(medusa, made, {south: made.there})
	website_item("G-1", website_warehouse=shelf.group)
	move_stock(shelf.here, G_1=7)
	move_stock(second, G_1=4)
	drain()
	yield made
	configure(medusa, stock_location="", stock_locations=[])
	if made.there:
		medusa.admin("DELETE", f"/admin/stock-locations/{made.there}")


def table(medusa, places, rows: dict[str, str], **values) -> None:
	rows = [{"warehouse": name, "stock_location": id} for name, id in rows.items()]
	configure(medusa, **{"stock_location": places.here, "stock_locations": rows, **values})


def at(medusa, places) -> tuple[int, int]:
	return goods.for_sale(medusa), goods.for_sale(medusa, location=places.there)


@pytest.mark.parametrize("ships", ["ERPNext", "Medusa"])
def test_each_location_has_the_stock_of_its_warehouses(medusa, shelf, places, ships):
	configure(medusa, fulfilled_by=ships)
	assert at(medusa, places) == (7, 4)
	move_stock(places.second, G_1=-3)
	drain()
	assert at(medusa, places) == (7, 1)
	assert found() == []


def test_a_transfer_changes_both_levels_in_one_call(medusa, shelf, places):
	before = calls(medusa, "stock")
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Transfer",
			"purpose": "Material Transfer",
			"company": frappe.db.get_value("Warehouse", shelf.here, "company"),
			"items": [
				{"item_code": "G-1", "qty": 5, "s_warehouse": shelf.here, "t_warehouse": places.second}
			],
		}
	)
	entry.insert(ignore_permissions=True)
	entry.submit()
	drain()
	assert at(medusa, places) == (2, 9)
	assert calls(medusa, "stock") == before + 1


def test_two_warehouses_at_one_location_are_added_up(medusa, shelf, places):
	third = warehouse("Third Shelf", shelf.group)
	table(medusa, places, {places.south: places.there, third: places.there})
	move_stock(third, G_1=10)
	drain()
	assert at(medusa, places) == (7, 14)


def test_the_nearest_warehouse_of_the_table_counts_also_after_a_move_in_the_tree(medusa, shelf, places):
	table(medusa, places, {shelf.group: places.here, places.south: places.there})
	doc = frappe.get_doc("Warehouse", places.second)
	doc.parent_warehouse = shelf.group
	doc.save()
	assert update_webitem_stock() == 1
	drain()
	assert at(medusa, places) == (11, 0)
	assert found() == []


def test_a_location_that_leaves_the_table_sells_nothing_more(medusa, shelf, places):
	"""Its stock belongs to the default location from then on: it would be sold twice."""
	table(medusa, places, {})
	update_webitem_stock()
	drain()
	assert at(medusa, places) == (11, 0)
	assert found() == []


def test_another_default_location_gets_the_stock_and_the_former_one_sells_nothing_more(medusa, shelf, places):
	table(medusa, places, {}, stock_location=places.there)
	update_webitem_stock()
	drain()
	assert at(medusa, places) == (0, 11)
	assert found() == []


def test_a_location_that_medusa_deleted_is_named_and_keeps_back_no_other(medusa, shelf, places):
	website_item("G-2", website_warehouse=shelf.group)
	move_stock(shelf.here, G_2=5)
	drain()
	medusa.admin("DELETE", f"/admin/stock-locations/{places.there}")
	gone, places.there = places.there, ""
	move_stock(shelf.here, G_1=1, G_2=1)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and gone in row.error and "table Stock Locations" in row.error
	assert (goods.for_sale(medusa), goods.for_sale(medusa, "G-2")) == (8, 6)
	table(medusa, places, {})
	drain()
	assert outbox() == []
	assert goods.for_sale(medusa) == 12


def test_a_warehouse_twice_in_the_table_is_refused(medusa, places):
	doc = frappe.get_doc("Medusa Configuration")
	doc.append("stock_locations", {"warehouse": places.south, "stock_location": places.here})
	with pytest.raises(frappe.ValidationError, match=r"South - .* twice"):
		doc.save()
	frappe.db.rollback()


def test_500_levels_take_one_call(medusa, shelf, places):
	codes = [f"B-{n}" for n in range(60)]
	for code in codes:
		website_item(code, website_warehouse=shelf.group)
	drain()
	move_stock(places.second, **{code.replace("-", "_"): 2 for code in codes})
	before = calls(medusa, "stock")
	drain()
	assert calls(medusa, "stock") == before + 1
	assert goods.for_sale(medusa, "B-59", places.there) == 2
