"""Fulfillments that are made in Medusa are Delivery Notes, where Medusa ships."""

import frappe
import pytest

from tests.support import buying, goods
from tests.support.factories import (
	configure,
	drain,
	invoice,
	item_price,
	move_stock,
	outbox,
	warehouse,
	website_item,
)

pytestmark = pytest.mark.v2("the same code reads v1's fulfillments, which tests/medusa looks at")


@pytest.fixture
def shelf(medusa):
	group = warehouse("Web", is_group=1)
	return frappe._dict(group=group, here=warehouse("Web Shelf", group))


@pytest.fixture
def shop(medusa, shelf):
	"""Two items, ten pieces of each, and an order of three and two of them, which ERPNext has."""
	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("no Sales Order")
	configure(medusa, fulfilled_by="Medusa", import_orders=0)
	for code in ("G-1", "G-2"):
		website_item(code, website_warehouse=shelf.group)
		item_price(code, 5)
	move_stock(shelf.here, G_1=10, G_2=10)
	drain()
	order = goods.place(medusa, ("G-1", 3), ("G-2", 2))
	return frappe._dict(medusa=medusa, order=order, **shelf)


@pytest.fixture
def sold(shop):
	return goods.imported(shop.medusa, shop.order, shop.here, split=True)


def follow(shop, sold) -> list[str]:
	problems = goods.followed(shop.order, sold)
	drain()
	return problems


def notes(sold) -> list:
	names = frappe.get_all(
		"Delivery Note", {"medusa_order_id": sold.medusa_order_id}, pluck="name", order_by="creation"
	)
	return [frappe.get_doc("Delivery Note", name) for name in names]


def quantities(note) -> list[tuple[str, float]]:
	return [(row.item_code, row.qty) for row in note.items]


def test_part_fulfillments_are_delivery_notes_of_just_their_lines(shop, sold):
	first = buying.fulfill(shop.medusa, shop.order, {"G-1": 2})
	assert follow(shop, sold) == []
	(note,) = notes(sold)
	assert (note.docstatus, note.medusa_fulfillment_id) == (1, first)
	assert quantities(note) == [("G-1", 1), ("G-1", 1)]
	assert goods.for_sale(shop.medusa) == 7
	assert follow(shop, sold) == []
	assert len(notes(sold)) == 1
	second = buying.fulfill(shop.medusa, shop.order)
	assert follow(shop, sold) == []
	_first, rest = notes(sold)
	assert rest.medusa_fulfillment_id == second
	assert quantities(rest) == [("G-1", 1), ("G-2", 1), ("G-2", 1)]
	sold.reload()
	assert sold.per_delivered == 100
	assert (goods.for_sale(shop.medusa), goods.for_sale(shop.medusa, "G-2")) == (7, 8)
	assert "Fulfillment" not in {row.kind for row in outbox()}
	assert len(goods.fulfillments(shop.medusa, shop.order)) == 2


def test_tracking_numbers_follow(shop, sold):
	parcel = buying.fulfill(shop.medusa, shop.order)
	assert follow(shop, sold) == []
	assert not notes(sold)[0].lr_no
	buying.ship(shop.medusa, shop.order, parcel, "T-1", "https://track.example/T-1")
	assert follow(shop, sold) == []
	(note,) = notes(sold)
	assert (note.lr_no, note.medusa_tracking_url) == ("T-1", "https://track.example/T-1")


@pytest.mark.slow
def test_one_that_was_shipped_before_it_is_seen(shop, sold):
	parcel = buying.fulfill(shop.medusa, shop.order)
	buying.ship(shop.medusa, shop.order, parcel, "T-1")
	assert follow(shop, sold) == []
	assert notes(sold)[0].lr_no == "T-1"


@pytest.mark.slow
def test_a_cancelled_fulfillment_cancels_its_delivery_note(shop, sold):
	parcel = buying.fulfill(shop.medusa, shop.order)
	follow(shop, sold)
	buying.cancel_fulfillment(shop.medusa, shop.order, parcel)
	assert follow(shop, sold) == []
	assert [note.docstatus for note in notes(sold)] == [2]
	assert goods.for_sale(shop.medusa) == 7
	again = buying.fulfill(shop.medusa, shop.order)
	assert follow(shop, sold) == []
	assert [note.medusa_fulfillment_id for note in notes(sold) if note.docstatus == 1] == [again]
	assert goods.for_sale(shop.medusa) == 7


@pytest.mark.slow
def test_one_that_is_billed_is_not_cancelled(shop, sold):
	parcel = buying.fulfill(shop.medusa, shop.order)
	follow(shop, sold)
	(note,) = notes(sold)
	bill = invoice(sold, submit=False)
	for row in bill.items:
		row.delivery_note = note.name
	bill.save(ignore_permissions=True)
	buying.cancel_fulfillment(shop.medusa, shop.order, parcel)
	(why,) = follow(shop, sold)
	assert bill.name in why and note.name in why
	assert [each.docstatus for each in notes(sold)] == [1]
	bill.delete()
	assert follow(shop, sold) == []
	assert [each.docstatus for each in notes(sold)] == [2]


def test_one_that_was_cancelled_before_it_is_seen(shop, sold):
	parcel = buying.fulfill(shop.medusa, shop.order)
	buying.cancel_fulfillment(shop.medusa, shop.order, parcel)
	assert follow(shop, sold) == []
	assert notes(sold) == []


@pytest.mark.slow
def test_more_than_the_sales_order_has_left_is_said(shop, sold):
	goods.delivered(sold)
	buying.fulfill(shop.medusa, shop.order, {"G-1": 2})
	(why,) = follow(shop, sold)
	assert "2 × G-1 more than the Sales Order" in why
	assert len(notes(sold)) == 1


@pytest.mark.slow
def test_a_draft_order_is_said(shop):
	sold = goods.imported(shop.medusa, shop.order, shop.here, submit=False)
	buying.fulfill(shop.medusa, shop.order)
	(why,) = follow(shop, sold)
	assert "submit it, then retry" in why
	sold.submit()
	assert follow(shop, sold) == []
	assert len(notes(sold)) == 1


def test_what_erpnext_has_delivered_is_not_delivered_again(shop, sold):
	configure(shop.medusa, fulfilled_by="ERPNext", import_orders=0)
	note = goods.delivered(sold)
	drain()
	configure(shop.medusa, fulfilled_by="Medusa", import_orders=0)
	assert follow(shop, sold) == []
	assert [each.name for each in notes(sold)] == [note.name]
	assert len(goods.fulfillments(shop.medusa, shop.order)) == 1


@pytest.mark.slow
def test_one_made_by_hand_is_noted_once_where_erpnext_ships(shop, sold):
	configure(shop.medusa, fulfilled_by="ERPNext", import_orders=0)
	parcel = buying.fulfill(shop.medusa, shop.order, {"G-1": 1})
	for _ in range(2):
		assert follow(shop, sold) == []
	assert notes(sold) == []
	comments = {"reference_name": sold.name, "content": ("like", f"%{parcel}%")}
	assert frappe.db.count("Comment", comments) == 1
	assert goods.for_sale(shop.medusa) == 7


@pytest.mark.slow
def test_rows_of_a_quotation_get_their_lines(shop):
	sold = goods.imported(shop.medusa, shop.order, shop.here)
	frappe.db.set_value("Sales Order Item", {"parent": sold.name}, "medusa_line_id", None)
	buying.fulfill(shop.medusa, shop.order, {"G-2": 2})
	assert follow(shop, sold) == []
	assert quantities(notes(sold)[0]) == [("G-2", 2)]
	lines = buying.lines(shop.medusa, shop.order)
	sold.reload()
	assert [row.medusa_line_id for row in sold.items] == [lines[row.item_code] for row in sold.items]
	assert goods.for_sale(shop.medusa) == 7


@pytest.mark.slow
def test_the_location_says_the_warehouse(shop, sold):
	medusa = shop.medusa
	second = warehouse("Web Shelf 2", shop.group)
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		here = medusa.shop["stock_location_id"]
		table = [{"warehouse": second, "stock_location": other}]
		configure(medusa, fulfilled_by="Medusa", stock_location=here, stock_locations=table, import_orders=0)
		from medusa_integration.api import update_webitem_stock

		move_stock(second, G_1=4)
		update_webitem_stock()
		drain()
		line = buying.lines(medusa, shop.order)["G-1"]
		body = {"items": [{"id": line, "quantity": 2}], "location_id": other}
		medusa.admin("POST", f"/admin/orders/{shop.order}/fulfillments", body)
		assert follow(shop, sold) == []
		assert {row.warehouse for row in notes(sold)[0].items} == {second}
		# ERPNext has promised one more from here, and two from there.
		assert goods.for_sale(medusa) + goods.for_sale(medusa, location=other) == 11
	finally:
		configure(medusa, stock_location="", stock_locations=[])
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")
