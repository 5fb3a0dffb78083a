"""Orders of an item that the shop sells in boxes of twelve: bought in a real Medusa, delivered, billed and sent back in boxes, or
in pieces where a user has changed the order's row."""

from datetime import timedelta
from typing import NamedTuple

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration import session
from medusa_integration.medusa.totals import half_up
from medusa_integration.orders import orders_from_medusa
from tests.orders.money.helpers import bills, notes
from tests.support import arriving, buying, factories, goods, in_boxes, parts
from tests.support.selling import sales_return

v2 = pytest.mark.v2("v1 has its wire format in test_a_box_on_v1")


class Shop(NamedTuple):
	"""A market, the products by item code, and the warehouse of the goods."""

	medusa: object
	market: buying.Market
	products: dict[str, dict]
	warehouse: str


@pytest.fixture
def shop(medusa):
	warehouse = factories.warehouse("Web Shelf")
	with arriving.precision(3):
		arriving.configure_orders(
			server=False,
			payment_providers=[{"mode_of_payment": "Cash"}],
			sales_channels=[{"warehouse": warehouse}],
		)
		factories.configure(medusa, fulfilled_by="ERPNext", unit_in_shop="Sales UOM")
		products = {
			code: buying.product(medusa, code, {"omr": price})
			for code, price in (("G-1", 14.235), ("G-2", 1.5))
		}
		factories.item("G-1", **in_boxes.values())
		factories.item("G-2")
		in_boxes.told(in_boxes.box(), "G-1")
		if frappe.db.exists("DocType", "Stock Entry"):
			factories.move_stock(warehouse, G_1=120, G_2=20)
		frappe.db.commit()
		yield Shop(medusa, buying.market(medusa, "sa", "omr", rate=5), products, warehouse)


def placed(shop: Shop, quantity: int = 2, **values) -> str:
	return buying.place(
		shop.medusa, [(shop.products["G-1"]["variant_id"], quantity)], market=shop.market, **values
	)


def read(order_id: str):
	return session.open_shop().read_orders([order_id])[order_id]


def arrived(order_id: str):
	"""The Sales Order, after the inbox has read the order twice."""
	for _time in range(2):
		frappe.db.commit()
		assert orders_from_medusa.arrive(read(order_id)) == []
		frappe.db.commit()
	return frappe.get_doc("Sales Order", {"medusa_order_id": order_id, "docstatus": ("<", 2)})


def sent() -> None:
	factories.drain()
	assert [(row.kind, row.reference_name, row.error) for row in factories.outbox()] == []


def fulfilled(shop: Shop, order_id: str) -> list[dict]:
	sent()
	found = goods.fulfillments(shop.medusa, order_id)
	return [each["parts"] for each in found if not each["canceled"]]


def units(doc) -> set[tuple]:
	"""Units of an order's rows."""
	return {(row.uom, row.conversion_factor, row.medusa_unit_size) for row in doc.items}


def in_pieces(order_id: str):
	"""The Sales Order, whose rows a user has changed to pieces before submitting it."""
	frappe.db.set_single_value("Medusa Configuration", "submit_orders", 0)
	doc = arrived(order_id)
	frappe.db.set_single_value("Medusa Configuration", "submit_orders", 1)
	quantity = sum(row.qty for row in doc.items) * 12
	rate = float(doc.net_total) / quantity
	doc.items = doc.items[:1]
	doc.items[0].update(
		{"uom": "Nos", "conversion_factor": 1, "qty": quantity, "rate": rate, "price_list_rate": rate}
	)
	doc.save()
	doc.submit()
	frappe.db.commit()
	return frappe.get_doc("Sales Order", doc.name)


def comments(doc) -> list[str]:
	frappe.db.commit()
	about = {"reference_doctype": doc.doctype, "reference_name": doc.name, "comment_type": "Info"}
	return frappe.get_all("Comment", about, pluck="content", order_by="creation")


@pytest.mark.slow
@v2
def test_the_whole_life_of_two_boxes(shop):
	order_id = placed(shop, promotions=[buying.promotion(shop.medusa, "TEN", percent=10)])
	doc = arrived(order_id)
	ordered = float(half_up(buying.total(shop.medusa, order_id), 3))
	assert units(doc) == {("Box", 12, 12)}
	assert (sum(row.qty for row in doc.items), sum(row.stock_qty for row in doc.items)) == (2, 24)
	assert doc.grand_total == ordered

	first = goods.delivered(doc, 1)
	assert fulfilled(shop, order_id) == [{"G-1": 1}]
	doc.reload()
	goods.delivered(doc)
	assert fulfilled(shop, order_id) == [{"G-1": 1}, {"G-1": 1}]
	doc = arrived(order_id)
	assert doc.per_delivered == 100
	assert parts.sums(parts.NOTE, doc) == parts.whole(doc)

	buying.capture(shop.medusa, order_id)
	doc = arrived(order_id)
	bill = factories.invoice(doc)
	bill.reload()
	assert (bill.grand_total, bill.outstanding_amount) == (ordered, 0)

	note = sales_return(frappe.get_doc("Delivery Note", first.name), G_1=1)
	sent()
	(back,) = read(order_id).returns
	assert (back.status, back.reference) == ("received", note.name)
	assert [part.quantity for part in back.received] == [1]

	asked = buying.request_return(shop.medusa, order_id, {"G-1": 1})
	arrived(order_id)
	(draft,) = frappe.get_all("Delivery Note", {"medusa_return_id": asked, "docstatus": 0}, pluck="name")
	(row,) = frappe.get_doc("Delivery Note", draft).items
	assert (row.uom, row.qty, row.stock_qty) == ("Box", -1, -12)
	buying.receive_return(shop.medusa, order_id, asked)
	arrived(order_id)
	frappe.get_doc("Delivery Note", draft).submit()
	sent()
	(credit,) = notes()
	assert [(row.uom, row.qty) for row in credit.items] == [("Box", -1)]
	credit.submit()
	assert [each.grand_total for each in bills()] == [ordered]
	assert abs(credit.grand_total) < ordered


@pytest.mark.slow
@v2
def test_a_row_in_pieces_is_still_counted_in_boxes(shop):
	order_id = placed(shop)
	doc = in_pieces(order_id)
	assert units(doc) == {("Nos", 1, 12)}
	first = goods.delivered(doc, 12)
	assert fulfilled(shop, order_id) == [{"G-1": 1}]
	doc.reload()
	goods.delivered(doc)
	assert fulfilled(shop, order_id) == [{"G-1": 1}, {"G-1": 1}]

	note = sales_return(frappe.get_doc("Delivery Note", first.name), G_1=12)
	sent()
	(back,) = read(order_id).returns
	assert ([part.quantity for part in back.received], back.reference) == ([1], note.name)

	asked = buying.request_return(shop.medusa, order_id, {"G-1": 1})
	arrived(order_id)
	(draft,) = frappe.get_all("Delivery Note", {"medusa_return_id": asked, "docstatus": 0}, pluck="name")
	assert [(row.uom, row.qty) for row in frappe.get_doc("Delivery Note", draft).items] == [("Nos", -12)]


@pytest.mark.slow
@v2
def test_a_part_of_a_box_waits_for_the_rest(shop):
	"""Medusa takes whole units alone."""
	order_id = placed(shop)
	doc = in_pieces(order_id)
	first = goods.delivered(doc, 6)
	assert fulfilled(shop, order_id) == []
	(words,) = comments(first)
	assert "told 0 of G-1 for this document, which has 0.5" in words
	doc.reload()
	second = goods.delivered(doc, 6)
	assert fulfilled(shop, order_id) == [{"G-1": 1}]
	(found,) = goods.fulfillments(shop.medusa, order_id)
	assert found["reference"] == second.name
	doc.reload()
	third = goods.delivered(doc, 12)
	assert fulfilled(shop, order_id) == [{"G-1": 1}, {"G-1": 1}]
	assert comments(third) == []

	note = sales_return(frappe.get_doc("Delivery Note", first.name), G_1=6)
	sent()
	assert read(order_id).returns == ()
	assert "told 0 of G-1" in comments(note)[0]
	note = sales_return(frappe.get_doc("Delivery Note", second.name), G_1=6)
	sent()
	(back,) = read(order_id).returns
	assert ([part.quantity for part in back.received], back.reference) == ([1], note.name)


@pytest.mark.slow
@v2
def test_two_parts_of_a_box_that_are_sent_at_once(shop):
	order_id = placed(shop)
	doc = in_pieces(order_id)
	for pieces in (6, 6, 12):
		goods.delivered(doc, pieces)
		doc.reload()
	assert sorted(each["G-1"] for each in fulfilled(shop, order_id)) == [1, 1]


@pytest.mark.slow
@v2
def test_a_fulfillment_made_in_medusa_is_a_delivery_of_a_box(shop):
	factories.configure(shop.medusa, fulfilled_by="Medusa", unit_in_shop="Sales UOM")
	order_id = placed(shop)
	arrived(order_id)
	buying.fulfill(shop.medusa, order_id, {"G-1": 1})
	doc = arrived(order_id)
	(note,) = parts.submitted(parts.NOTE, doc)
	assert [(row.uom, row.qty, row.stock_qty) for row in note.items] == [("Box", 1, 12)]
	assert doc.per_delivered == 50

	second = placed(shop, 1)
	sold = in_pieces(second)
	buying.fulfill(shop.medusa, second)
	sold = arrived(second)
	(note,) = parts.submitted(parts.NOTE, sold)
	assert [(row.uom, row.qty, row.stock_qty) for row in note.items] == [("Nos", 12, 12)]
	assert sold.per_delivered == 100


@pytest.mark.slow
@v2
def test_orders_count_in_the_unit_in_which_they_were_placed(shop):
	before = placed(shop)
	in_boxes.told(in_boxes.PIECE, "G-1", at=now_datetime())
	after = placed(shop, 5)
	boxes, pieces = arrived(before), arrived(after)
	assert (units(boxes), units(pieces)) == ({("Box", 12, 12)}, {("Nos", 1, 1)})
	in_boxes.told(in_boxes.box(10), "G-1", at=now_datetime())
	tens = arrived(placed(shop, 1))
	assert (units(tens), sum(row.stock_qty for row in tens.items)) == ({("Box", 10, 10)}, 10)
	for doc, quantity in ((boxes, 1), (pieces, 5), (tens, 1)):
		goods.delivered(arrived(doc.medusa_order_id), quantity)
	sent()
	assert fulfilled(shop, before) == [{"G-1": 1}]
	assert fulfilled(shop, after) == [{"G-1": 5}]
	assert fulfilled(shop, tens.medusa_order_id) == [{"G-1": 1}]


@pytest.mark.slow
@v2
def test_an_order_placed_before_the_shop_was_told_is_in_pieces(shop):
	frappe.db.set_value("Item", "G-1", "medusa_sold_units", None)
	order_id = placed(shop)
	in_boxes.told(in_boxes.box(), "G-1", at=now_datetime())
	doc = arrived(order_id)
	assert units(doc) == {("Nos", 1, 1)}
	goods.delivered(doc)
	assert fulfilled(shop, order_id) == [{"G-1": 2}]


@pytest.mark.slow
@v2
def test_an_edited_order_keeps_its_units(shop):
	order_id = placed(shop)
	arrived(order_id)
	in_boxes.told(in_boxes.PIECE, "G-1", at=now_datetime())
	in_boxes.told(in_boxes.box(6), "G-2", at=now_datetime() - timedelta(hours=1))
	buying.edit(shop.medusa, order_id, {"G-1": 3}, [(shop.products["G-2"]["variant_id"], 4)])
	doc = arrived(order_id)
	found = {row.item_code: (row.uom, row.conversion_factor, row.medusa_unit_size) for row in doc.items}
	assert found == {"G-1": ("Box", 12, 12), "G-2": ("Box", 6, 6)}
	assert {row.item_code: row.stock_qty for row in doc.items} == {"G-1": 36, "G-2": 24}
	assert doc.grand_total == float(half_up(buying.total(shop.medusa, order_id), 3))


@pytest.mark.slow
@pytest.mark.v1
def test_a_box_on_v1(medusa, shop):
	order_id = buying.place(medusa, [(shop.products["G-1"]["variant_id"], 2)])
	doc = arrived(order_id)
	assert units(doc) == {("Box", 12, 12)}
	assert doc.grand_total == float(half_up(buying.total(medusa, order_id), 3))
	goods.delivered(doc, 1)
	sent()
	(parcel,) = read(order_id).fulfillments
	assert [part.quantity for part in parcel.items] == [1]
