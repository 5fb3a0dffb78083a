"""On Medusa v1: a Delivery Note is a fulfillment, and the quantity follows an order's life."""

import frappe
import pytest

from medusa_integration import session
from tests.support import buying, goods
from tests.support.factories import configure, drain, item_price, move_stock, outbox, website_item
from tests.support.shop import quantities

pytestmark = pytest.mark.v1


@pytest.fixture
def order(medusa, shelf):
	configure(medusa, fulfilled_by="ERPNext", import_orders=0)
	website_item("G-1", website_warehouse=shelf.here)
	item_price("G-1", 5)
	move_stock(shelf.here, G_1=10)
	drain()
	return goods.place(medusa, ("G-1", 3))


def sent(order) -> tuple:
	"""Send all; the fulfillments of the order then."""
	drain()
	assert [(row.kind, row.status, row.error) for row in outbox()] == []
	return session.open_shop().read_orders([order])[order].fulfillments


def test_a_delivery_note_is_a_fulfillment(medusa, shelf, order):
	sold = goods.imported(medusa, order, shelf.here)
	first = goods.delivered(sold, 1)
	(one,) = sent(order)
	assert (one.reference, sum(part.quantity for part in one.items)) == (first.name, 1)
	goods.cancel(first)
	(one,) = sent(order)
	assert one.is_canceled
	sold.reload()
	note = goods.delivered(sold, lr_no="T-1")
	(two,) = [each for each in sent(order) if not each.is_canceled]
	assert two.shipped_at and [number for number, _url in two.tracking] == ["T-1"]
	assert frappe.db.get_value("Delivery Note", note.name, "medusa_fulfillment_id") == two.id


@pytest.mark.parametrize("basis", ["Actual", "Actual minus reserved"])
def test_the_quantity_follows_an_order(medusa, shelf, order, basis):
	configure(medusa, fulfilled_by="ERPNext", import_orders=0, stock_basis=basis)
	assert quantities(medusa) == {"G-1": 7}
	sold = goods.imported(medusa, order, shelf.here)
	for happens in (lambda: None, lambda: goods.delivered(sold), lambda: move_stock(shelf.here, G_1=2)):
		happens()
		drain()
	assert quantities(medusa) == {"G-1": 9}
	second = goods.place(medusa, ("G-1", 2))
	sold = goods.imported(medusa, second, shelf.here)
	drain()
	assert quantities(medusa) == {"G-1": 7}
	goods.cancel(sold)
	drain()
	assert quantities(medusa) == {"G-1": 9}
	buying.cancel(medusa, second)
	move_stock(shelf.here, G_1=1)
	drain()
	assert quantities(medusa) == {"G-1": 10}
