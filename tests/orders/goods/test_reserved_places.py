"""The rows of an order have the warehouse of the stock location at which Medusa has reserved them."""

import frappe
import pytest

from medusa_integration.delivery.box import inbox
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from tests.stock.test_places import location
from tests.support import arriving, buying, goods
from tests.support.factories import (
	configure,
	drain,
	drain_inbox,
	item_price,
	move_stock,
	outbox,
	warehouse,
	website_item,
)

pytestmark = pytest.mark.v2("v1 has no stock locations")


@pytest.fixture
def shop(medusa, shelf):
	"""G-1 is here and G-2 at Salalah, whose warehouse is below a group; orders come in."""
	south = warehouse("South", shelf.group, is_group=1)
	empty, second = warehouse("South Empty", south), warehouse("South Shelf", south)
	here, there = medusa.shop["stock_location_id"], location(medusa, "Salalah")
	rows = [{"warehouse": south, "stock_location": there}]
	configure(medusa, stock_location=here, stock_locations=rows, import_orders=1, submit_orders=1)
	frappe.db.set_single_value("Medusa Configuration", "import_since", "2020-01-01")
	for code in ("G-1", "G-2"):
		website_item(code, website_warehouse=shelf.group)
		item_price(code, 5)
	move_stock(shelf.here, G_1=10)
	move_stock(second, G_2=10)
	drain()
	with arriving.precision(3):
		yield frappe._dict(
			medusa=medusa, here=here, there=there, empty=empty, second=second, shelf=shelf.here
		)
	configure(medusa, stock_location="", stock_locations=[], sales_channels=[])
	medusa.admin("DELETE", f"/admin/stock-locations/{there}")


def arrived(shop, *rows: tuple[str, int], **values):
	"""The Sales Order of a new order."""
	with_channel = {"sales_channels": [{"warehouse": shop.shelf}], **values}
	arriving.configure_orders(server=False, **with_channel)
	id = goods.place(shop.medusa, *rows)
	inbox.add(INCOMING_ORDER, id)
	drain_inbox()
	assert frappe.get_all("Medusa Inbox", pluck="error") == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": id})


def warehouses(doc) -> dict[str, str]:
	return {row.item_code: row.warehouse for row in doc.items if row.medusa_line_id}


@pytest.mark.slow
def test_each_row_has_the_warehouse_of_its_reservation(shop):
	doc = arrived(shop, ("G-1", 2), ("G-2", 3))
	assert warehouses(doc) == {"G-1": shop.shelf, "G-2": shop.second}
	goods.delivered(doc)
	drain()
	assert outbox() == []
	found = goods.fulfillments(shop.medusa, doc.medusa_order_id)
	assert sorted((each["location"], each["parts"]) for each in found) == sorted(
		[(shop.here, {"G-1": 2}), (shop.there, {"G-2": 3})]
	)
	assert goods.for_sale(shop.medusa, "G-2", shop.there) == 7
	assert goods.for_sale(shop.medusa, "G-1", shop.here) == 8


@pytest.mark.slow
def test_a_location_that_no_warehouse_stands_for_is_said(shop):
	configure(shop.medusa, stock_locations=[{"warehouse": shop.empty, "stock_location": shop.here}])
	doc = arrived(shop, ("G-2", 3))
	assert warehouses(doc) == {"G-2": shop.shelf}
	filters = {"reference_name": doc.name, "content": ("like", f"%{shop.there}%")}
	(words,) = frappe.get_all("Comment", filters, pluck="content")
	assert "G-2" in words and "table Stock Locations" in words


@pytest.mark.slow
def test_an_edit_leaves_the_warehouse_that_a_user_chose_at_the_same_location(shop):
	doc = arrived(shop, ("G-2", 3), submit_orders=0)
	doc.items[0].warehouse = shop.empty
	doc.save()
	frappe.db.commit()
	line = buying.lines(shop.medusa, doc.medusa_order_id)["G-2"]
	buying.edit(shop.medusa, doc.medusa_order_id, {line: 4})
	inbox.add(INCOMING_ORDER, doc.medusa_order_id)
	drain_inbox()
	doc.reload()
	assert [(row.qty, row.warehouse) for row in doc.items if row.medusa_line_id] == [(4, shop.empty)]


@pytest.mark.slow
def test_medusas_fulfillment_from_a_groups_location_ships_from_a_warehouse_below_it(shop):
	doc = arrived(shop, ("G-2", 3), fulfilled_by="Medusa", stock_locations=[])
	assert warehouses(doc) == {"G-2": shop.shelf}
	rows = [{"warehouse": warehouse("South"), "stock_location": shop.there}]
	configure(shop.medusa, fulfilled_by="Medusa", stock_location=shop.here, stock_locations=rows)
	line = buying.lines(shop.medusa, doc.medusa_order_id)["G-2"]
	body = {"items": [{"id": line, "quantity": 3}], "location_id": shop.there}
	shop.medusa.admin("POST", f"/admin/orders/{doc.medusa_order_id}/fulfillments", body)
	assert goods.followed(doc.medusa_order_id, doc) == []
	notes = frappe.get_all("Delivery Note Item", {"against_sales_order": doc.name}, pluck="warehouse")
	assert notes == [shop.second]


@pytest.mark.slow
def test_medusas_fulfillment_from_the_default_location_ships_from_its_warehouse(shop):
	doc = arrived(shop, ("G-2", 3), fulfilled_by="Medusa")
	assert warehouses(doc) == {"G-2": shop.second}
	move_stock(shop.shelf, G_2=5)
	drain()
	line = buying.lines(shop.medusa, doc.medusa_order_id)["G-2"]
	body = {"items": [{"id": line, "quantity": 3}], "location_id": shop.here}
	shop.medusa.admin("POST", f"/admin/orders/{doc.medusa_order_id}/fulfillments", body)
	assert goods.followed(doc.medusa_order_id, doc) == []
	notes = frappe.get_all("Delivery Note Item", {"against_sales_order": doc.name}, pluck="warehouse")
	assert notes == [shop.shelf]
