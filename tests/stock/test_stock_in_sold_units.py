"""Where the shop sells in sales units, it counts whole ones of these at each location."""

import pytest
from frappe.utils import add_days, today

from medusa_integration.api import update_webitem_stock
from medusa_integration.storefront.products import get_website_image
from tests.stock.helpers import in_stock, quantity
from tests.stock.test_batches import BATCHED, batch, change, receive
from tests.stock.test_bundles import bundle
from tests.support import buying
from tests.support.doctor import examined
from tests.support.factories import configure, drain, item_price, move_stock, outbox, warehouse
from tests.support.shop import store_price
from tests.support.sold_units import boxed


@pytest.fixture
def doc(medusa, shelf):
	"""An item sold in a Box of 12."""
	configure(medusa, unit_in_shop="Sales UOM")
	return boxed("G-1", website_warehouse=shelf.here)


@pytest.mark.parametrize(("pieces", "boxes"), [(7, 0), (12, 1), (25, 2)])
def test_whole_boxes(medusa, shelf, doc, pieces, boxes):
	move_stock(shelf.here, G_1=pieces)
	drain()
	assert quantity(medusa, "G-1") == boxes
	assert in_stock(doc) == int(boxes > 0)
	assert update_webitem_stock() == 0
	assert examined().differences == []


def test_the_threshold_is_in_stock_units(medusa, shelf):
	configure(medusa, unit_in_shop="Sales UOM")
	doc = boxed("G-1", website_warehouse=shelf.here, custom_threshold_qty=24)
	move_stock(shelf.here, G_1=24)
	drain()
	assert (quantity(medusa, "G-1"), in_stock(doc)) == (2, 0)
	move_stock(shelf.here, G_1=1)
	drain()
	assert (quantity(medusa, "G-1"), in_stock(doc)) == (2, 1)


def test_the_warehouses_of_a_location_are_added_up(medusa, shelf):
	configure(medusa, unit_in_shop="Sales UOM")
	boxed("G-1", website_warehouse=shelf.group)
	second = warehouse("Web Shelf 2", shelf.group)
	move_stock(shelf.here, G_1=7)
	move_stock(second, G_1=7)
	drain()
	assert quantity(medusa, "G-1") == 1


def test_a_unit_smaller_than_the_stock_unit(medusa, shelf):
	configure(medusa, unit_in_shop="Sales UOM")
	boxed("S-1", 0.001, "Gram", website_warehouse=shelf.here, item_values={"stock_uom": "Kg"})
	boxed("S-2", 0.083333333, "Pair", website_warehouse=shelf.here, item_values={"stock_uom": "Kg"})
	move_stock(shelf.here, S_1=2.3, S_2=3)
	drain()
	assert quantity(medusa, "S-1") == 2300
	assert quantity(medusa, "S-2") == 36


def test_a_bundle_in_boxes(medusa, shelf):
	"""A box of 4 kits, each of 2 G-1."""
	configure(medusa, unit_in_shop="Sales UOM")
	boxed("KIT", 4, website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	boxed("G-1", website_warehouse=shelf.here)
	bundle("KIT", G_1=2)
	move_stock(shelf.here, G_1=23)
	drain()
	assert (quantity(medusa, "KIT"), quantity(medusa, "G-1")) == (2, 1)


def test_expired_pieces_leave_fewer_boxes(medusa, shelf):
	configure(medusa, unit_in_shop="Sales UOM")
	boxed("G-1", website_warehouse=shelf.here, item_values=BATCHED)
	old, good = batch("G-1", "old"), batch("G-1", "good")
	receive(shelf.here, old, 10)
	receive(shelf.here, good, 15)
	drain()
	assert quantity(medusa, "G-1") == 2
	change(old, expiry_date=add_days(today(), -1))
	drain()
	assert quantity(medusa, "G-1") == 1


def test_the_page_shows_boxes(medusa, shelf, doc):
	item_price("G-1", 10, uom="Box")
	move_stock(shelf.here, G_1=25)
	drain()
	doc.reload()
	shown = get_website_image(doc.medusa_id)
	assert (shown["qty"], shown["uom"]) == (2, "Box")


@pytest.mark.slow
def test_a_visitor_buys_a_box(medusa, shelf, doc):
	item_price("G-1", 10, uom="Box")
	move_stock(shelf.here, G_1=25)
	drain()
	doc.reload()
	assert outbox() == []
	assert store_price(medusa, doc.medusa_id) == 10
	with pytest.raises(Exception, match=r"(?i)inventory|stock|400"):
		buying.place(medusa, [("G-1", 3)])
	order = buying.place(medusa, [("G-1", 2)])
	assert order
