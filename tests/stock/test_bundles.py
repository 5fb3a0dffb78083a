"""A Product Bundle is for sale as often as its parts are enough for it."""

import frappe
import pytest
from frappe.utils import today

from medusa_integration.api import get_sync_status, queue_ended_items, update_webitem_stock
from medusa_integration.patches import queue_bundles
from tests.stock.helpers import for_sale, in_stock, quantity
from tests.support import goods
from tests.support.checks import queries
from tests.support.doctor import found
from tests.support.factories import (
	configure,
	drain,
	item,
	item_price,
	move_stock,
	outbox,
	products,
	warehouse,
	website_item,
)


def bundle(code: str, **parts: float):
	"""A Product Bundle of `{part's code with _ for -: units}`."""
	rows = [{"item_code": part.replace("_", "-"), "qty": units} for part, units in parts.items()]
	doc = frappe.get_doc({"doctype": "Product Bundle", "new_item_code": code, "items": rows})
	return doc.insert(ignore_permissions=True)


@pytest.fixture
def kit(medusa, shelf):
	"""A bundle KIT of 2 G-1 and 3 G-2, in the shop, without stock; G-1 is in the shop, too."""
	kit = website_item("KIT", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	website_item("G-1", website_warehouse=shelf.here)
	item("G-2")
	made = bundle("KIT", G_1=2, G_2=3)
	drain()
	assert outbox() == []
	return frappe._dict(doc=kit, bundle=made)


def managed(medusa, doc) -> bool:
	(variant,) = products(medusa)[doc.name]["variants"]
	return variant["manage_inventory"]


def test_a_bundle_has_the_quantity_that_its_parts_are_enough_for(medusa, shelf, kit):
	assert managed(medusa, kit.doc)
	assert (for_sale(medusa, "KIT"), in_stock(kit.doc)) == (0, 0)
	move_stock(shelf.here, G_1=10)
	drain()
	assert for_sale(medusa, "KIT") == 0  # without any G-2
	move_stock(shelf.here, G_2=8)
	drain()
	assert (for_sale(medusa, "KIT"), in_stock(kit.doc)) == (2, 1)
	move_stock(shelf.here, G_1=-7)
	drain()
	assert (for_sale(medusa, "KIT"), quantity(medusa, "G-1")) == (1, 3)
	assert update_webitem_stock() == 0


def test_a_changed_bundle_is_counted_anew(medusa, shelf, kit):
	move_stock(shelf.here, G_1=10, G_2=9)
	drain()
	assert for_sale(medusa, "KIT") == 3
	kit.bundle.reload()
	kit.bundle.items[0].qty = 5
	kit.bundle.save()
	drain()
	assert for_sale(medusa, "KIT") == 2
	kit.bundle.disabled = 1
	kit.bundle.save()
	drain()
	assert not managed(medusa, kit.doc)  # an Item without stock, as before it was a bundle
	kit.bundle.disabled = 0
	kit.bundle.save()
	drain()
	assert managed(medusa, kit.doc)
	assert for_sale(medusa, "KIT") == 2
	kit.bundle.delete()
	drain()
	assert not managed(medusa, kit.doc)
	assert outbox() == []


def test_parts_without_stock_limit_nothing(medusa, shelf):
	doc = website_item("KIT", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	for code, stock in (("G-1", 1), ("WORK", 0), ("ADVICE", 0)):
		item(code, is_stock_item=stock)
	service = website_item("VISIT", item_values={"is_stock_item": 0})
	bundle("KIT", G_1=2, WORK=1)
	bundle("VISIT", WORK=1, ADVICE=1)
	move_stock(shelf.here, G_1=5)
	drain()
	assert for_sale(medusa, "KIT") == 2
	assert managed(medusa, doc) and not managed(medusa, service)
	part = frappe.get_doc("Item", "WORK")
	part.is_stock_item = 1
	part.save()
	drain()
	assert for_sale(medusa, "KIT") == 0
	assert managed(medusa, service)


def test_a_bundle_without_a_warehouse_goes_by_its_parts(medusa, shelf):
	kit = website_item("KIT", item_values={"is_stock_item": 0})
	website_item("G-1", website_warehouse=shelf.here)
	bundle("KIT", G_1=2)
	move_stock(shelf.here, G_1=9)
	drain()
	assert managed(medusa, kit)
	assert for_sale(medusa, "KIT") == 4


@pytest.mark.v2("v1 has no stock locations")
def test_parts_have_their_levels_at_each_location(medusa, shelf):
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		second = warehouse("Web Shelf 2", shelf.group)
		table = [{"warehouse": second, "stock_location": other}]
		configure(medusa, stock_location=medusa.shop["stock_location_id"], stock_locations=table)
		website_item("KIT", website_warehouse=shelf.group, item_values={"is_stock_item": 0})
		item("G-1")
		item("G-2")
		bundle("KIT", G_1=1, G_2=1)
		move_stock(shelf.here, G_1=5, G_2=2)
		move_stock(second, G_1=1, G_2=5)
		drain()
		# Medusa adds a part's locations up, and reserves each part where it is.
		assert goods.for_sale(medusa, "G-1") == 5 and goods.for_sale(medusa, "G-1", other) == 1
		assert goods.for_sale(medusa, "G-2") == 2 and goods.for_sale(medusa, "G-2", other) == 5
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")


@pytest.mark.v2("v1 keeps no reservations")
@pytest.mark.parametrize("basis", ["Actual", "Actual minus reserved"])
def test_an_ordered_bundle_keeps_its_parts_from_being_sold_twice(medusa, shelf, kit, basis):
	configure(medusa, stock_basis=basis, import_orders=0)
	for code in ("KIT", "G-1"):
		item_price(code, 5)
	move_stock(shelf.here, G_1=10, G_2=9)
	drain()
	assert (for_sale(medusa, "KIT"), goods.for_sale(medusa)) == (3, 10)
	order = goods.place(medusa, ("KIT", 2))
	assert for_sale(medusa, "KIT") == 1
	sold = goods.imported(medusa, order, shelf.here)
	drain()
	assert (for_sale(medusa, "KIT"), goods.for_sale(medusa)) == (1, 6)
	sold.reload()
	goods.delivered(sold, 1)
	drain()
	assert (for_sale(medusa, "KIT"), goods.for_sale(medusa)) == (1, 6)
	sold.reload()
	sold.update_status("Closed")
	drain()
	assert goods.for_sale(medusa) == 8


def test_a_bundle_that_was_in_the_shop_before_the_update_is_limited_by_it(medusa, shelf):
	"""The app sold it without limit."""
	kit = website_item("KIT", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	item("G-1")
	drain()
	assert not managed(medusa, kit)
	configure(medusa, enable=0)
	bundle("KIT", G_1=1)
	configure(medusa)
	drain()
	queue_bundles.execute()
	drain()
	assert managed(medusa, kit)
	move_stock(shelf.here, G_1=3)
	drain()
	assert for_sale(medusa, "KIT") == 3


def test_many_bundles_take_as_many_queries(medusa, shelf):
	def statements(number: int) -> int:
		for n in range(number):
			code, part = f"KIT-{number}-{n}", f"P-{number}-{n}"
			website_item(code, website_warehouse=shelf.here, item_values={"is_stock_item": 0})
			item(part)
			bundle(code, **{part.replace("-", "_"): 1})
			move_stock(shelf.here, **{part.replace("-", "_"): 1})
		frappe.db.commit()
		return len(queries(update_webitem_stock))

	statements(1)
	assert statements(2) == statements(8)


# --- parts that can't be delivered


def changed(code: str, **values):
	doc = frappe.get_doc("Item", code)
	doc.update(values)
	doc.save()


def allows_backorder(medusa, doc) -> bool:
	(variant,) = products(medusa)[doc.name]["variants"]
	return variant["allow_backorder"]


@pytest.mark.parametrize("values", [{"disabled": 1}, {"end_of_life": today()}])
def test_a_bundle_with_a_part_that_is_not_sold_any_more_is_out_of_stock(medusa, shelf, kit, values):
	kit.doc.reload()
	kit.doc.on_backorder = 1
	kit.doc.save()
	move_stock(shelf.here, G_1=10, G_2=9)
	drain()
	assert (for_sale(medusa, "KIT"), allows_backorder(medusa, kit.doc)) == (3, True)
	assert get_sync_status(kit.doc.name)["undeliverable"] == ""
	changed("G-2", **values)
	drain()
	assert (for_sale(medusa, "KIT"), in_stock(kit.doc)) == (0, 0)
	assert not allows_backorder(medusa, kit.doc)
	words = get_sync_status(kit.doc.name)["undeliverable"]
	assert "G-2" in words and "another part into the Product Bundle KIT" in words
	assert update_webitem_stock() == 0 and found() == []
	changed("G-2", disabled=0, end_of_life="2099-12-31")
	drain()
	assert (for_sale(medusa, "KIT"), allows_backorder(medusa, kit.doc)) == (3, True)


def test_a_part_reaches_its_end_of_life_by_itself(medusa, shelf, kit):
	"""The passing of a day is no event."""
	kit.doc.reload()
	kit.doc.on_backorder = 1
	kit.doc.save()
	move_stock(shelf.here, G_1=10, G_2=9)
	drain()
	frappe.db.set_value("Item", "G-2", "end_of_life", today())
	assert update_webitem_stock() == 1
	queue_ended_items()
	drain()
	assert for_sale(medusa, "KIT") == 0
	assert not allows_backorder(medusa, kit.doc)


def test_a_service_that_is_not_sold_any_more_ends_its_bundle(medusa, shelf):
	visit = website_item("VISIT", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	item("WORK", is_stock_item=0)
	bundle("VISIT", WORK=1)
	drain()
	assert not managed(medusa, visit)
	changed("WORK", disabled=1)
	drain()
	assert managed(medusa, visit)
	assert for_sale(medusa, "VISIT") == 0


def test_a_bundle_in_a_bundle_is_out_of_stock(medusa, shelf, kit):
	"""ERPNext refuses it, unless the inner one becomes a bundle later; then it delivers none of its parts."""
	box = website_item("BOX", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	kit.bundle.disabled = 1
	kit.bundle.save()
	bundle("BOX", KIT=1, G_1=1)
	move_stock(shelf.here, G_1=10, G_2=9)
	drain()
	assert for_sale(medusa, "BOX") == 10
	kit.bundle.reload()
	kit.bundle.disabled = 0
	kit.bundle.save()
	drain()
	assert (for_sale(medusa, "BOX"), for_sale(medusa, "KIT")) == (0, 3)
	assert "KIT is a Product Bundle itself" in get_sync_status(box.name)["undeliverable"]
	kit.bundle.reload()
	kit.bundle.disabled = 1
	kit.bundle.save()
	drain()
	assert for_sale(medusa, "BOX") == 10
