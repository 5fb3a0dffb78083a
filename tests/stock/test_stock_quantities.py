"""Which quantity is sent of an item: warehouses, whole units, what is reserved."""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from tests.stock.helpers import in_stock, kinds, quantity
from tests.support.factories import configure, drain, move_stock, outbox, warehouse, website_item
from tests.support.shop import calls, quantities

# --- which quantity


def test_the_warehouses_below_count_and_no_others(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.group)
	website_item("G-2", website_warehouse=shelf.here)
	second = warehouse("Web Shelf 2", shelf.group)
	for where, number in ((shelf.here, 1), (second, 2), (shelf.away, 4)):
		move_stock(where, G_1=number, G_2=number)
	drain()
	assert quantity(medusa, "G-1") == 3
	assert quantity(medusa, "G-2") == 1


def test_whole_units_rounded_down(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.group, item_values={"stock_uom": "Kg"})
	second = warehouse("Web Shelf 2", shelf.group)
	move_stock(shelf.here, G_1=2.7)
	drain()
	assert quantity(medusa, "G-1") == 2
	move_stock(second, G_1=0.3)  # 3, were it not for the computer's fractions
	drain()
	assert quantity(medusa, "G-1") == 3


def test_negative_stock_is_none(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "actual_qty", -2)
	update_webitem_stock()
	drain()
	assert quantity(medusa, "G-1") == 0
	assert in_stock(doc) == 0


@pytest.mark.parametrize(("threshold", "expected"), [(0, 1), (4, 1), (5, 0), (9, 0)])
def test_in_stock_is_more_than_the_threshold(medusa, shelf, threshold, expected):
	doc = website_item("G-1", website_warehouse=shelf.here, custom_threshold_qty=threshold)
	move_stock(shelf.here, G_1=5)
	drain()
	assert in_stock(doc) == expected
	assert quantity(medusa, "G-1") == 5


def test_what_has_no_stock_is_not_sent(medusa, shelf):
	website_item("G-1")
	website_item("G-2", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	drain()
	assert not any(quantities(medusa).values())
	assert calls(medusa, "stock") == 0
	assert outbox() == []
	assert update_webitem_stock() == 0


def test_a_changed_warehouse_or_threshold_is_followed(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	move_stock(shelf.away, G_1=2)
	drain()
	doc.reload()
	doc.website_warehouse = shelf.away
	doc.save()
	assert kinds() == {("Stock", doc.name)}
	drain()
	assert quantity(medusa, "G-1") == 2
	doc.reload()
	doc.custom_threshold_qty = 2
	doc.save()
	before = calls(medusa, "stock")
	drain()
	assert in_stock(doc) == 0
	assert calls(medusa, "stock") == before
	doc.reload()
	doc.website_warehouse = None
	doc.save()
	drain()
	assert quantity(medusa, "G-1") == 0


def test_a_form_opened_before_keeps_what_the_drain_wrote(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	doc.web_item_name = "A form that was open all the while"
	doc.save()
	drain()
	assert in_stock(doc) == 1
	assert quantity(medusa, "G-1") == 5
	assert update_webitem_stock() == 0


def test_a_variant_goes_by_its_templates_warehouse(medusa, shelf):
	manufacturer = {"variant_based_on": "Manufacturer"}
	template = website_item(
		"T-1", website_warehouse=shelf.here, item_values={"has_variants": 1, **manufacturer}
	)
	website_item("V-1", item_values={"variant_of": "T-1", **manufacturer})
	move_stock(shelf.here, V_1=3)
	drain()
	assert quantity(medusa, "V-1") == 3
	template.reload()
	template.website_warehouse = shelf.away
	template.save()
	drain()
	assert quantity(medusa, "V-1") == 0


def test_reserved_stock_counts_where_it_is_said_to(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "reserved_qty", 2)
	drain()
	assert quantity(medusa, "G-1") == 5
	configure(medusa, stock_basis="Actual minus reserved")
	assert update_webitem_stock() == 1
	drain()
	assert quantity(medusa, "G-1") == 3
	assert in_stock(doc) == 1


# --- Sales Orders, where ERPNext has them


@pytest.fixture
def sales_order(shelf):
	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("the stand-in for ERPNext has no Sales Order")

	def make(**quantities):
		if not frappe.db.exists("Customer", "Stock Customer"):
			frappe.get_doc({"doctype": "Customer", "customer_name": "Stock Customer"}).insert()
		doc = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"customer": "Stock Customer",
				"company": frappe.db.get_value("Warehouse", shelf.here, "company"),
				"delivery_date": frappe.utils.nowdate(),
				"items": [
					{"item_code": code.replace("_", "-"), "qty": qty, "rate": 1, "warehouse": shelf.here}
					for code, qty in quantities.items()
				],
			}
		)
		doc.insert()
		doc.submit()
		return doc

	return make


def test_what_sales_orders_reserve_reaches_medusa(medusa, shelf, sales_order):
	configure(medusa, stock_basis="Actual minus reserved")
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	order = sales_order(G_1=2)
	if not frappe.db.get_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "reserved_qty"):
		pytest.skip("the stand-in for ERPNext reserves nothing")
	assert ("Stock", doc.name) in kinds()
	drain()
	assert quantity(medusa, "G-1") == 3
	for status, left in (("Closed", 5), ("Draft", 3)):  # closed, and reopened
		order.reload()
		order.update_status(status)
		drain()
		assert quantity(medusa, "G-1") == left
	order.reload()
	order.cancel()
	drain()
	assert quantity(medusa, "G-1") == 5


def test_sales_orders_are_no_matter_where_only_the_actual_stock_is(medusa, shelf, sales_order):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	sales_order(G_1=2)
	assert "Stock" not in {kind for kind, _name in kinds()}
