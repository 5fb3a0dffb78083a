"""Quotations of an item that the shop sells in boxes of twelve."""

import frappe
import pytest

from medusa_integration import sold_units
from medusa_integration.quotations.item_rates import Price, prices_of
from tests.storefront.test_goods import at_the_desk, change, decide, ordered
from tests.support import factories, in_boxes
from tests.support.quotations import buyer, created, product, refused, reread

SIZE = sold_units.SIZE_FIELD
STANDARD = "Standard Selling"


@pytest.fixture
def variant(shop):
	"""One piece is 1, and the shop sells boxes."""
	buyer()
	variant = product("Q-1", 1, **in_boxes.values())
	in_boxes.told(in_boxes.box(), "Q-1")
	return variant


def rows(doc) -> list[tuple]:
	return [(row.uom, row.conversion_factor, row.get(SIZE), row.qty, row.rate) for row in reread(doc).items]


def test_a_quantity_is_in_boxes_and_so_is_the_price(shop, variant):
	doc = created(shop, (variant, 2))
	assert rows(doc) == [("Box", 12, 12, 2, 12)]
	row = doc.items[0]
	assert (row.stock_qty, row.standard_price, row.amount, doc.grand_total) == (24, 12, 24, 24)


def test_a_price_per_box_comes_before_the_price_of_twelve(shop, variant):
	price = factories.item_price("Q-1", 11, uom="Box")
	frappe.db.commit()
	doc = created(shop, (variant, 2))
	assert rows(doc) == [("Box", 12, 12, 2, 11)]
	assert prices_of(["Q-1"], STANDARD)["Q-1"] == Price(11, 11)
	price.packing_unit = 3  # ERPNext counts it in boxes
	price.save()
	frappe.db.commit()
	assert [row.rate for row in created(shop, (variant, 3), n=2).items] == [11]
	assert prices_of(["Q-1"], STANDARD)["Q-1"] == Price(12, 12)


def test_a_customers_own_price_is_of_its_unit(shop, variant):
	customer = frappe.db.get_value("Customer", {"medusa_id": "cus_quotes"})
	factories.item_price("Q-1", 0.5, uom="Nos", customer=customer)
	assert prices_of(["Q-1"], STANDARD, customer)["Q-1"] == Price(12, 12)
	factories.item_price("Q-1", 9, uom="Box", customer=customer)
	assert prices_of(["Q-1"], STANDARD, customer)["Q-1"] == Price(12, 9)


def test_what_the_shop_is_told_counts_and_not_the_setting(shop):
	buyer()
	variant = product("Q-1", 1, **in_boxes.values())
	assert rows(created(shop, (variant, 2))) == [("Nos", 1, 1, 2, 1)]
	in_boxes.told(in_boxes.box(), "Q-1")
	assert rows(created(shop, (variant, 2), n=2)) == [("Box", 12, 12, 2, 12)]


def test_a_changed_quantity_is_in_the_rows_own_unit(shop, variant):
	doc = at_the_desk(created(shop, (variant, 3)))
	assert "state" not in change(shop, doc, (variant, 2))
	assert rows(doc) == [("Box", 12, 12, 2, 12)]
	in_boxes.told(in_boxes.PIECE, "Q-1")
	assert "state" not in change(shop, doc, (variant, 1))  # what the customer sees is a box
	assert rows(doc) == [("Box", 12, 12, 1, 12)]
	assert ordered(shop, doc).grand_total == 12


def test_the_desk_may_quote_pieces(shop, variant):
	doc = created(shop, (variant, 2))
	pieces = {"uom": "Nos", "conversion_factor": 1, "qty": 24}
	at_the_desk(doc, {**pieces, "rate": 0.9}, state="Draft")
	assert "below their standing prices: Q-1." in refused(decide(shop, doc), 409)
	at_the_desk(doc, {"rate": 1})
	assert rows(doc) == [("Nos", 1, 12, 24, 1)]
	assert "state" not in change(shop, doc, (variant, 1))
	assert rows(doc) == [("Nos", 1, 12, 12, 1)]
	order = ordered(shop, doc)
	(row,) = order.items
	assert (row.uom, row.qty, row.get(SIZE), order.grand_total) == ("Nos", 12, 12, 12)


def test_the_desk_may_quote_boxes_while_the_shop_sells_pieces(shop):
	buyer()
	variant = product("Q-1", 1, **in_boxes.values())
	doc = created(shop, (variant, 24))
	at_the_desk(doc, {"uom": "Box", "conversion_factor": 12, "qty": 2, "rate": 12})
	assert rows(doc) == [("Box", 12, 1, 2, 12)]
	assert "state" not in change(shop, doc, (variant, 12))
	assert rows(doc) == [("Box", 12, 1, 1, 12)]
	(row,) = ordered(shop, doc).items
	assert (row.uom, row.qty, row.get(SIZE)) == ("Box", 1, 1)


def test_a_row_that_the_desk_adds_is_counted_as_the_shop_sells(shop, variant):
	doc = created(shop, (variant, 2))
	product("Q-2", 1, **in_boxes.values())
	in_boxes.told(in_boxes.box(), "Q-2")
	doc.append("items", {"item_code": "Q-2", "qty": 24, "uom": "Nos", "conversion_factor": 1, "rate": 1})
	doc.flags.ignore_permissions = True
	doc.save()
	assert rows(doc)[1] == ("Nos", 1, 12, 24, 1)
	in_boxes.told(in_boxes.box(10), "Q-2")
	reread(doc).save(ignore_permissions=True)
	assert rows(doc)[1] == ("Nos", 1, 12, 24, 1)


def test_what_the_customer_does_not_want_is_in_the_shops_unit(shop, variant):
	doc = created(shop, (variant, 3))
	at_the_desk(doc, {"uom": "Nos", "conversion_factor": 1, "qty": 36, "rate": 0.9})
	response = shop.call(
		"update_quotation_new",
		quotation_id=doc.name,
		items=[{"variant_id": variant, "quantity": 2}],
		unapproved_items=[{"variant_id": variant, "quantity": 1}],
	)
	assert response.status_code == 200, response.text
	(row,) = reread(doc).unapproved_items
	assert (row.uom, row.qty, row.rate, row.amount) == ("Box", 1, 10.8, 10.8)
	assert rows(doc) == [("Nos", 1, 12, 24, 0.9)]


def test_returnable_quantities_are_in_the_orders_unit(shop, variant):
	from tests.support.orders import returnable

	doc = created(shop, (variant, 2))
	at_the_desk(doc)
	order = ordered(shop, doc)
	order.db_set("medusa_order_id", "order_1")
	factories.delivery(order)
	frappe.db.commit()
	assert returnable(shop) == {"Q-1": 2}


def test_rows_from_before_the_app_knew_of_units_are_in_pieces(shop):
	buyer()
	variant = product("Q-1", 1, **in_boxes.values())
	doc = at_the_desk(created(shop, (variant, 24)))
	frappe.db.set_value("Quotation Item", doc.items[0].name, SIZE, 0)
	in_boxes.told(in_boxes.box(), "Q-1")
	change(shop, doc, (variant, 12))
	assert rows(doc) == [("Nos", 1, 0, 12, 1)]
	(row,) = ordered(shop, doc).items
	assert (row.uom, row.qty, row.get(SIZE)) == ("Nos", 12, 0)


def test_an_amended_order_keeps_its_units(shop):
	product("Q-1", 1, **in_boxes.values())
	order = factories.sales_order(("Q-1", 12, 1), medusa_order_id="order_1")
	frappe.db.set_value("Sales Order Item", order.items[0].name, SIZE, 0)  # from before units were known
	in_boxes.told(in_boxes.box(), "Q-1")
	product("Q-2", 1, **in_boxes.values())
	in_boxes.told(in_boxes.box(), "Q-2")
	order.reload()
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"amended_from": order.name, "docstatus": 0})
	for row in amended.items:
		row.docstatus = 0
	amended.append("items", {"item_code": "Q-2", "qty": 12, "rate": 1, "delivery_date": order.delivery_date})
	amended.insert(ignore_permissions=True)
	assert [row.get(SIZE) for row in amended.items] == [0, 12]
