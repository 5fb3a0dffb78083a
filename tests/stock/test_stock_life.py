"""What Medusa has for sale is ERPNext's stock less what is ordered and not delivered yet, after each step of an order's
life, whichever side does it first.

Each side's steps are made by hand here: tests/orders/goods/test_fulfillments_to_medusa.py and tests/orders/goods/test_fulfillments_from_medusa.py have
them follow each other.
"""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from tests.support import buying, goods
from tests.support.doctor import found
from tests.support.factories import configure, drain, item_price, move_stock, outbox, website_item
from tests.support.selling import sales_return
from tests.support.shop import set_quantity

pytestmark = [pytest.mark.v2("v1 keeps no reservations"), pytest.mark.slow, pytest.mark.nightly]
BASES = ("Actual", "Actual minus reserved")


@pytest.fixture(params=BASES)
def basis(request):
	return request.param


@pytest.fixture
def shop(medusa, shelf, basis):
	"""Ten pieces of G-1; nothing that happens on one side is told to the other, but for the stock."""
	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("no Sales Order")
	configure(medusa, stock_basis=basis, fulfilled_by="Medusa", import_orders=0)
	website_item("G-1", website_warehouse=shelf.here)
	item_price("G-1", 5)
	move_stock(shelf.here, G_1=10)
	drain()
	return frappe._dict(medusa=medusa, shelf=shelf, subtracts=basis != "Actual")


def for_sale(shop) -> int:
	"""After the stock was sent."""
	drain()
	assert [(row.kind, row.status, row.error) for row in outbox() if row.kind == "Stock"] == []
	return goods.for_sale(shop.medusa)


def test_an_order_that_erpnext_delivers(shop):
	assert for_sale(shop) == 10
	order = goods.place(shop.medusa, ("G-1", 3))
	assert for_sale(shop) == 7
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	assert for_sale(shop) == 7
	first = goods.delivered(sold, 1)
	assert for_sale(shop) == 7
	parcel = buying.fulfill(shop.medusa, order, {"G-1": 1})
	assert goods.for_sale(shop.medusa) == 7
	assert for_sale(shop) == 7
	goods.cancel(first)
	assert for_sale(shop) == 7
	buying.cancel_fulfillment(shop.medusa, order, parcel)
	assert goods.for_sale(shop.medusa) == 7
	sold.reload()
	goods.delivered(sold)
	assert for_sale(shop) == 7
	move_stock(shop.shelf.here, G_1=5)
	assert for_sale(shop) == 12
	buying.fulfill(shop.medusa, order)
	move_stock(shop.shelf.here, G_1=-5)
	assert for_sale(shop) == 7


def test_an_order_that_medusa_ships(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	parcel = buying.fulfill(shop.medusa, order, {"G-1": 1})
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 8
	note = goods.delivered(sold, 1)
	assert for_sale(shop) == 8
	buying.cancel_fulfillment(shop.medusa, order, parcel)
	move_stock(shop.shelf.here, G_1=-1)
	assert for_sale(shop) == 7
	goods.cancel(note)
	assert for_sale(shop) == 7
	parcel = buying.fulfill(shop.medusa, order)
	buying.ship(shop.medusa, order, parcel)
	sold.reload()
	goods.delivered(sold)
	assert for_sale(shop) == 7


def test_an_order_that_is_cancelled_in_erpnext_first(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	assert for_sale(shop) == 7
	goods.cancel(sold)
	assert for_sale(shop) == 10
	buying.cancel(shop.medusa, order)
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 11


def test_an_order_that_is_cancelled_in_medusa_first(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	buying.cancel(shop.medusa, order)
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 8
	goods.cancel(sold)
	assert for_sale(shop) == 11


def test_a_cancelled_order_that_is_amended_counts_as_ordered(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	goods.cancel(sold)
	amended = frappe.copy_doc(sold)
	amended.update({"amended_from": sold.name, "docstatus": 0, "status": "Draft"})
	amended.insert(ignore_permissions=True)
	assert for_sale(shop) in (
		7,
		10,
	)  # a draft reserves nothing in ERPNext, and changes nothing until the next movement
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 8
	amended.submit()
	assert for_sale(shop) == 8


def test_an_order_that_is_held_and_closed(shop):
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	for button, expected in (("On Hold", 7), ("Draft", 7), ("Closed", 10), ("Draft", 7)):
		update_status(button, sold.name)
		assert for_sale(shop) == expected, button


def test_what_comes_back_is_for_sale_again(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	note = goods.delivered(sold)
	parcel = buying.fulfill(shop.medusa, order)
	buying.ship(shop.medusa, order, parcel)
	assert for_sale(shop) == 7
	sales_return(note, G_1=2)
	assert for_sale(shop) == 9
	back = buying.request_return(shop.medusa, order, {"G-1": 2})
	buying.receive_return(shop.medusa, order, back)
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 10


def test_other_orders_count_where_what_is_reserved_is_subtracted(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	other = goods.by_telephone(shop.shelf.here, 2)
	assert for_sale(shop) == (5 if shop.subtracts else 7)
	goods.delivered(sold)
	buying.fulfill(shop.medusa, order)
	assert for_sale(shop) == (5 if shop.subtracts else 7)
	goods.delivered(other)
	assert for_sale(shop) == 5


def test_an_order_that_is_not_known_yet_is_not_for_sale(shop):
	goods.place(shop.medusa, ("G-1", 3))
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 8
	second = goods.place(shop.medusa, ("G-1", 2))
	goods.imported(shop.medusa, second, shop.shelf.here)
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 7
	third = goods.place(shop.medusa, ("G-1", 1))
	goods.imported(shop.medusa, third, shop.shelf.here, submit=False)
	move_stock(shop.shelf.here, G_1=1)
	assert for_sale(shop) == 7


def test_more_is_sold_than_there_is(shop):
	order = goods.place(shop.medusa, ("G-1", 9))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	move_stock(shop.shelf.here, G_1=-8)
	assert for_sale(shop) == -7
	move_stock(shop.shelf.here, G_1=8)
	assert for_sale(shop) == 1
	goods.delivered(sold)
	buying.fulfill(shop.medusa, order)
	assert for_sale(shop) == 1


def test_the_doctor_and_the_daily_run_find_nothing_at_rest(shop):
	order = goods.place(shop.medusa, ("G-1", 3))
	goods.place(shop.medusa, ("G-1", 1))
	sold = goods.imported(shop.medusa, order, shop.shelf.here)
	drain()
	assert [each for each in found() if each[1] == "stock"] == []
	assert update_webitem_stock() == 0
	goods.delivered(sold, 1)
	drain()
	assert [each for each in found() if each[1] == "stock"] == []
	assert update_webitem_stock() == 0
	buying.fulfill(shop.medusa, order, {"G-1": 1})
	assert [each for each in found() if each[1] == "stock"] == []
	set_quantity(shop.medusa, "G-1", 99)
	assert [each for each in found() if each[1] == "stock"] != []


def test_an_item_that_the_shop_has_sold_costs_one_call_more(shop):
	"""However many they are; and none is made to write what is so already."""
	medusa, here = shop.medusa, shop.shelf.here
	codes = [f"H-{n}" for n in range(5)]
	for code in codes:
		website_item(code, website_warehouse=here)
		item_price(code, 5)
	move_stock(here, **{code.replace("-", "_"): 5 for code in codes})
	drain()
	order = goods.place(medusa, *((code, 1) for code in codes))
	sold = goods.imported(medusa, order, here)
	frappe.db.delete("Medusa Request Log")
	drain()
	logged = frappe.get_all("Medusa Request Log", pluck="url", order_by="creation")
	assert [url for url in logged if "inventory-items" in url and "batch" not in url] != []
	assert not any("batch" in url for url in logged)
	assert sum("inventory-items" in url for url in logged) == 1
	assert goods.for_sale(medusa, "H-0") == 4
	goods.delivered(sold)
	buying.fulfill(medusa, order)
	frappe.db.delete("Medusa Request Log")
	drain()
	logged = frappe.get_all("Medusa Request Log", pluck="url", order_by="creation")
	assert sum("inventory-items" in url for url in logged) == 1
	assert goods.for_sale(medusa, "H-0") == 4
