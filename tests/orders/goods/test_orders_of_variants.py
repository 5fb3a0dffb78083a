"""The order of a product with options: its rows are the variants' Items, delivered and returned by variant."""

import frappe
import pytest

from medusa_integration.delivery.box import inbox
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from tests.support import arriving, goods
from tests.support.factories import (
	configure,
	drain,
	drain_inbox,
	item_price,
	move_stock,
	outbox,
	template,
	variant,
	warehouse,
)

pytestmark = [pytest.mark.slow, pytest.mark.v2("the tests' v1 shop sells products of one variant")]


@pytest.fixture
def shop(medusa):
	"""A tunic in two sizes, the larger one dearer; ten of each."""
	shelf = warehouse("Shelf")
	configure(medusa, variants_become="Options of one product", import_orders=1, submit_orders=1)
	frappe.db.set_single_value("Medusa Configuration", "import_since", "2020-01-01")
	page = template("TUNIC", {"Size": ["M", "L"]}, website_warehouse=shelf)
	for size, rate in (("M", 5), ("L", 6)):
		variant("TUNIC", f"TUNIC-{size}", {"Size": size})
		item_price(f"TUNIC-{size}", rate)
		move_stock(shelf, **{f"TUNIC_{size}": 10})
	drain()
	with arriving.precision(3):
		yield frappe._dict(medusa=medusa, shelf=shelf, page=page)


def arrived(shop, *rows: tuple[str, int]):
	arriving.configure_orders(server=False, sales_channels=[{"warehouse": shop.shelf}])
	id = goods.place(shop.medusa, *rows)
	inbox.add(INCOMING_ORDER, id)
	drain_inbox()
	assert frappe.get_all("Medusa Inbox", pluck="error") == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": id})


def rows(doc) -> list[tuple]:
	return sorted((row.item_code, row.qty, row.rate, row.warehouse) for row in doc.items)


def test_rows_are_the_variants_items_and_are_delivered_by_variant(shop):
	doc = arrived(shop, ("TUNIC-M", 2), ("TUNIC-L", 1))
	assert rows(doc) == [("TUNIC-L", 1, 6, shop.shelf), ("TUNIC-M", 2, 5, shop.shelf)]
	goods.delivered(doc)
	drain()
	assert outbox() == []
	(sent,) = goods.fulfillments(shop.medusa, doc.medusa_order_id)
	assert sent["parts"] == {"TUNIC-M": 2, "TUNIC-L": 1}
	assert goods.for_sale(shop.medusa, "TUNIC-M") == 8
	assert goods.for_sale(shop.medusa, "TUNIC-L") == 9


def test_an_order_comes_in_whose_product_is_gone(shop):
	"""The template's Website Item was deleted meanwhile."""
	arriving.configure_orders(server=False, sales_channels=[{"warehouse": shop.shelf}])
	id = goods.place(shop.medusa, ("TUNIC-M", 1))
	frappe.delete_doc("Website Item", shop.page.name)
	drain()
	inbox.add(INCOMING_ORDER, id)
	drain_inbox()
	assert frappe.get_all("Medusa Inbox", pluck="error") == []
	doc = frappe.get_doc("Sales Order", {"medusa_order_id": id})
	assert [row.item_code for row in doc.items] == ["TUNIC-M"]
