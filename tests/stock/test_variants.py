"""The row of a template's Website Item sends the quantity of each variant that its product sells."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime, today

from medusa_integration.api import update_webitem_stock
from medusa_integration.delivery.box import outbox as outbox_
from medusa_integration.operations import queueing
from medusa_integration.stock import stock_to_medusa
from medusa_integration.stock.stock_to_medusa import STOCK
from medusa_integration.sync.kinds import PRODUCT
from tests.stock.helpers import in_stock, kinds
from tests.stock.test_batches import BATCHED, batch, change, receive
from tests.support import factories, goods
from tests.support.checks import queries
from tests.support.doctor import found
from tests.support.factories import configure, drain, move_stock, warehouse, website_item

pytestmark = pytest.mark.v2("an option product as v2 has it")
SIZES = ("S", "M", "L")


def made(medusa, page, codes: dict[str, str], option: str = "Size") -> None:
	"""A product with options in Medusa for a template's Website Item, as the app makes it."""
	body = {
		"title": page.web_item_name,
		"external_id": page.name,
		"status": "published",
		"options": [{"title": option, "values": list(codes.values())}],
		"sales_channels": [{"id": medusa.shop["sales_channel_id"]}],
		"variants": [
			{"title": value, "sku": code, "manage_inventory": True, "options": {option: value}, "prices": []}
			for code, value in codes.items()
		],
	}
	product = medusa.admin("POST", "/admin/products", body)["product"]
	ids = {"medusa_id": product["id"], "medusa_synced_on": now_datetime()}
	frappe.db.set_value("Website Item", page.name, ids)
	for variant in product["variants"]:
		frappe.db.set_value("Item", variant["sku"], "medusa_variant_id", variant["id"])
	outbox_.forget(PRODUCT, page.name)
	frappe.db.commit()


@pytest.fixture
def shirt(medusa, shelf):
	"""A template with three variants in the shop, of which only the template has a Website Item."""
	configure(medusa, variants_become="Options of one product")
	page = factories.template("SHIRT", {"Size": list(SIZES)}, website_warehouse=shelf.group)
	for size in SIZES:
		factories.variant("SHIRT", f"SHIRT-{size}", {"Size": size})
	made(medusa, page, {f"SHIRT-{size}": size for size in SIZES})
	yield page
	configure(medusa, variants_become="Products of their own")


def forget_products(*pages) -> None:
	"""What a save queues of products: the fixture made the product itself."""
	for page in pages:
		outbox_.forget(PRODUCT, page.name)


def stock_findings() -> list[tuple[str, str, str]]:
	"""Without those of the product, which the fixture made."""
	return [each for each in found() if each[1].startswith("stock")]


def at(medusa) -> dict[str, int]:
	return {size: goods.for_sale(medusa, f"SHIRT-{size}") for size in SIZES}


def test_each_variant_has_its_own_quantity(medusa, shelf, shirt):
	move_stock(shelf.here, SHIRT_S=3, SHIRT_L=7)
	assert kinds() == {("Stock", shirt.name)}
	drain()
	assert factories.outbox() == []
	assert at(medusa) == {"S": 3, "M": 0, "L": 7}
	assert in_stock(shirt) == 1
	assert frappe.db.get_value("Website Item", shirt.name, "medusa_stock") in (None, "")
	assert '"SHIRT-S"' in frappe.db.get_value("Item", "SHIRT-S", "medusa_stock")
	move_stock(shelf.here, SHIRT_S=-3)
	drain()
	assert (at(medusa)["S"], in_stock(shirt)) == (0, 1)
	move_stock(shelf.here, SHIRT_L=-7)
	drain()
	assert (at(medusa), in_stock(shirt)) == ({"S": 0, "M": 0, "L": 0}, 0)
	assert stock_findings() == []


def test_only_changed_variants_are_sent(medusa, shelf, shirt):
	move_stock(shelf.here, SHIRT_S=3, SHIRT_M=1, SHIRT_L=7)
	drain()
	kept = frappe.db.get_value("Item", "SHIRT-L", "modified")
	move_stock(shelf.here, SHIRT_S=1)
	(item,) = stock_to_medusa.quantities.of_items([shirt.name])
	target = stock_to_medusa._target()
	behind = [each.item_code for each in item.sold if stock_to_medusa._is_behind(each, target)]
	assert behind == ["SHIRT-S"]
	drain()
	assert at(medusa) == {"S": 4, "M": 1, "L": 7}
	assert frappe.db.get_value("Item", "SHIRT-L", "modified") == kept


def test_a_variants_own_website_item_has_a_warehouse_a_threshold_and_a_flag_of_its_own(medusa, shelf, shirt):
	other = warehouse("Second Shelf")
	own = website_item("SHIRT-M", website_warehouse=other, custom_threshold_qty=4)
	move_stock(shelf.here, SHIRT_M=50, SHIRT_S=1)
	move_stock(other, SHIRT_M=4)
	forget_products(shirt, own)
	assert kinds() == {("Stock", shirt.name)}
	drain()
	assert at(medusa) == {"S": 1, "M": 4, "L": 0}
	assert (in_stock(own), in_stock(shirt)) == (0, 1)
	move_stock(other, SHIRT_M=1)
	drain()
	assert (at(medusa)["M"], in_stock(own)) == (5, 1)
	own.reload()
	own.website_warehouse = ""
	own.save()
	assert ("Stock", shirt.name) in kinds() and ("Stock", own.name) not in kinds()
	forget_products(shirt, own)
	drain()
	assert at(medusa)["M"] == 50


def test_a_row_of_a_variants_own_website_item_goes_to_its_templates(medusa, shelf, shirt):
	"""It was queued before the site changed the setting."""
	own = website_item("SHIRT-M")
	forget_products(shirt, own)
	move_stock(shelf.here, SHIRT_M=5)
	outbox_.forget(STOCK, shirt.name)
	outbox_.add(STOCK, own.name)
	drain()
	drain()
	assert factories.outbox() == []
	assert (at(medusa)["M"], in_stock(own), in_stock(shirt)) == (5, 1, 1)


def test_the_daily_run_and_the_doctor_look_at_each_variant(medusa, shelf, shirt):
	move_stock(shelf.here, SHIRT_S=3, SHIRT_L=7)
	drain()
	frappe.db.set_value("Bin", {"item_code": "SHIRT-S", "warehouse": shelf.here}, "actual_qty", 2)
	assert stock_findings() == [("different", "stock of SHIRT-S", shirt.name)]
	assert update_webitem_stock() == 1
	drain()
	assert at(medusa) == {"S": 2, "M": 0, "L": 7}
	assert update_webitem_stock() == 0 and stock_findings() == []


def test_expired_batches_of_variants_count(medusa, shelf, shirt):
	frappe.db.set_value("Item", "SHIRT-S", BATCHED)
	old, good = (batch("SHIRT-S", name) for name in ("old", "good"))
	receive(shelf.here, old, 2)
	receive(shelf.here, good, 3)
	drain()
	change(old, expiry_date=add_days(today(), -30))
	assert kinds() == {("Stock", shirt.name)}
	drain()
	assert at(medusa)["S"] == 3


def test_a_variant_that_medusa_lost_keeps_back_no_other(medusa, shelf, shirt):
	frappe.db.set_value("Item", "SHIRT-M", "medusa_variant_id", "variant_gone")
	move_stock(shelf.here, SHIRT_S=3, SHIRT_M=4, SHIRT_L=7)
	drain()
	(row,) = factories.outbox()
	assert (row.kind, row.reference_name, row.status) == ("Stock", shirt.name, "Parked")
	assert row.error.startswith("SHIRT-M: ") and "SHIRT-S" not in row.error
	assert [goods.for_sale(medusa, f"SHIRT-{size}") for size in "SL"] == [3, 7]


def test_without_a_stock_location_all_variants_wait(medusa, shelf, shirt):
	more = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		move_stock(shelf.here, SHIRT_S=3, SHIRT_M=4)
		drain()
		(row,) = factories.outbox()
		assert row.status == "Parked" and "stock location" in row.error
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{more}")


def test_sending_again_reads_the_levels_of_all_variants(medusa, shelf, shirt):
	move_stock(shelf.here, SHIRT_S=3, SHIRT_L=7)
	drain()
	for size in SIZES:
		item = medusa.admin("GET", "/admin/inventory-items", params={"sku": f"SHIRT-{size}"})
		(row,) = item["inventory_items"]
		path = f"/admin/inventory-items/{row['id']}/location-levels/{medusa.shop['stock_location_id']}"
		medusa.admin("POST", path, {"stocked_quantity": 99})
	queueing.resend([shirt.name], (STOCK,))
	drain()
	assert at(medusa) == {"S": 3, "M": 0, "L": 7}


def test_a_variant_that_cannot_be_sold_is_not_counted(medusa, shelf, shirt):
	move_stock(shelf.here, SHIRT_S=3)
	drain()
	frappe.db.set_value("Item", "SHIRT-S", "end_of_life", today())
	assert update_webitem_stock() == 1
	drain()
	assert in_stock(shirt) == 0


def test_many_variants_take_as_many_queries(medusa, shelf):
	configure(medusa, variants_become="Options of one product")
	try:

		def statements(number: int) -> int:
			sizes = [f"{number}-{n}" for n in range(number)]
			name = f"T-{number}"
			factories.template(name, {f"Size {number}": sizes}, website_warehouse=shelf.here)
			for size in sizes:
				factories.variant(name, f"{name}-{size}", {f"Size {number}": size})
				move_stock(shelf.here, **{f"{name}-{size}".replace("-", "_"): 1})
			frappe.db.commit()
			return len(queries(update_webitem_stock))

		statements(1)
		assert statements(2) == statements(7)
	finally:
		configure(medusa, variants_become="Products of their own")
