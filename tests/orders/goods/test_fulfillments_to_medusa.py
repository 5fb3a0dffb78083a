"""A submitted Delivery Note of a shop's order is a fulfillment in Medusa, for just its lines."""

import frappe
import pytest

from tests.support import buying, factories, goods
from tests.support.factories import configure, drain, move_stock, outbox, warehouse
from tests.support.selling import sales_return

pytestmark = pytest.mark.v2("what v1 has of it is in test_fulfillments_v1.py")
FULFILL = "POST /admin/orders/*/fulfillments"


@pytest.fixture
def shop(shipping_shop):
	"""Two items, ten pieces of each."""
	return shipping_shop


@pytest.fixture
def order(shop):
	"""Three of the one and two of the other."""
	return goods.place(shop.medusa, ("G-1", 3), ("G-2", 2))


def sent(shop) -> list[dict]:
	"""Send all; the fulfillments of the order then."""
	drain()
	assert [(row.kind, row.status, row.error) for row in outbox()] == []
	return goods.fulfillments(shop.medusa, shop.order)


def parked() -> str:
	"""Send all; why the one row that stays is parked."""
	drain()
	(row,) = outbox()
	assert row.status == "Parked", row
	return row.error


def sold(shop, order, **values):
	shop.order = order
	return goods.imported(shop.medusa, order, shop.here, **values)


def stored(doc, field: str):
	frappe.db.commit()
	return frappe.db.get_value(doc.doctype, doc.name, field)


def test_part_deliveries_are_fulfillments_of_just_their_lines(shop, order):
	doc = sold(shop, order)
	first = goods.delivered(doc, 1)
	(one,) = sent(shop)
	assert one["parts"] == {"G-1": 1}
	assert one["reference"] == first.name
	assert not (one["shipped"] or one["delivered"] or one["canceled"])
	assert stored(first, "medusa_fulfillment_id") == one["id"]
	assert goods.for_sale(shop.medusa) == 7
	doc.reload()
	second = goods.delivered(doc)
	found = sent(shop)
	assert [each["parts"] for each in found] == [{"G-1": 1}, {"G-1": 2, "G-2": 2}]
	assert stored(second, "medusa_fulfillment_id") == found[1]["id"]
	assert (goods.for_sale(shop.medusa), goods.for_sale(shop.medusa, "G-2")) == (7, 8)


def test_rows_that_split_a_line_are_one_quantity(shop, order):
	doc = sold(shop, order, split=True)
	assert len(doc.items) == 4
	goods.delivered(doc)
	(one,) = sent(shop)
	assert one["parts"] == {"G-1": 3, "G-2": 2}


@pytest.mark.slow
def test_the_tracking_number_is_the_shipment(shop, order):
	note = goods.delivered(sold(shop, order), lr_no="T-1", medusa_tracking_url="https://track.example/T-1")
	(one,) = sent(shop)
	assert one["shipped"] and one["numbers"] == ["T-1"] and not one["delivered"]
	note.reload()
	note.lr_no = "T-2"
	note.save()
	assert [each["numbers"] for each in sent(shop)] == [["T-1"]]
	comments = {"reference_name": note.name, "content": ("like", "%keeps the tracking number%")}
	assert frappe.db.count("Comment", comments) == 1
	note.reload()
	note.vehicle_no = "V-1"
	note.save()
	sent(shop)
	assert frappe.db.count("Comment", comments) == 1


@pytest.mark.slow
def test_a_tracking_number_that_comes_later(shop, order):
	note = goods.delivered(sold(shop, order))
	form = frappe.get_doc("Delivery Note", note.name)  # opened before the id was written
	(one,) = sent(shop)
	assert not one["shipped"]
	form.lr_no = "T-1"
	form.save()
	(one,) = sent(shop)
	assert one["shipped"] and one["numbers"] == ["T-1"]
	assert stored(note, "medusa_fulfillment_id") == one["id"]


@pytest.mark.slow
def test_a_cancelled_delivery_note_cancels_its_fulfillment(shop, order):
	doc = sold(shop, order)
	note = goods.delivered(doc)
	sent(shop)
	goods.cancel(note)
	assert [each["canceled"] for each in sent(shop)] == [True]
	assert goods.for_sale(shop.medusa) == 7
	doc.reload()
	again = goods.delivered(doc)
	found = sent(shop)
	assert [each["canceled"] for each in found] == [True, False]
	assert found[1]["reference"] == again.name
	assert goods.for_sale(shop.medusa) == 7


@pytest.mark.slow
def test_what_was_shipped_is_not_cancelled(shop, order):
	note = goods.delivered(sold(shop, order), lr_no="T-1")
	sent(shop)
	goods.cancel(note)
	assert "Take the goods back by a return" in parked()
	(one,) = goods.fulfillments(shop.medusa, order)
	assert not one["canceled"]


@pytest.mark.slow
def test_a_note_that_is_cancelled_before_it_was_sent(shop, order):
	note = goods.delivered(sold(shop, order))
	goods.cancel(note)
	assert sent(shop) == []
	assert goods.for_sale(shop.medusa) == 7


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
def test_a_lost_reply_makes_no_second_fulfillment(proxy, shop, order, kind):
	configure(shop.medusa, url=proxy.url, fulfilled_by="ERPNext", import_orders=0)
	note = goods.delivered(sold(shop, order), 2, lr_no="T-1")
	fault = proxy.fail(kind, match=FULFILL)
	drain()
	assert fault.hits == 1
	assert {row.status for row in outbox()} == {"Pending"}
	lost = proxy.fail(kind, match=f"{FULFILL}/*/shipments")
	drain()
	drain()
	assert lost.hits == 1
	(one,) = sent(shop)
	assert one["parts"] == {"G-1": 2} and one["shipped"]
	assert stored(note, "medusa_fulfillment_id") == one["id"]
	assert goods.for_sale(shop.medusa) == 7


def with_a_line_by_hand(medusa) -> str:
	"""A clerk's order of three of G-1 and one line by hand, which needs no shipping."""
	market = buying.oman(medusa)
	body = {
		"region_id": market.id,
		"sales_channel_id": medusa.shop["sales_channel_id"],
		"email": "ann@example.com",
		"shipping_address": buying.address(market),
		"billing_address": buying.address(market),
		"items": [
			{"variant_id": buying.WAYS["v2"].variant(medusa, "G-1"), "quantity": 3},
			{"title": "Engraving", "quantity": 1, "unit_price": 5},
		],
	}
	id = medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]["id"]
	medusa.admin("POST", f"/admin/draft-orders/{id}/convert-to-order")
	return id


@pytest.mark.slow
@pytest.mark.parametrize("call", [FULFILL, f"{FULFILL}/*/shipments"])
def test_a_lost_reply_between_what_is_shipped_and_what_is_not(proxy, shop, call):
	"""Medusa has two fulfillments of one Delivery Note."""
	configure(shop.medusa, url=proxy.url, fulfilled_by="ERPNext", import_orders=0)
	id = with_a_line_by_hand(shop.medusa)
	lines = {line["sku"] or "G-2": line["id"] for line in buying.WAYS["v2"].lines(shop.medusa, id)}
	doc = factories.sales_order(("G-1", 3, 5), ("G-2", 1, 5), submit=False, medusa_order_id=id)
	for row in doc.items:
		row.update({"medusa_line_id": lines[row.item_code], "warehouse": shop.here})
	doc.from_ecommerce = 1
	doc.save()
	doc.submit()
	goods.delivered(doc, lr_no="T-1")
	fault = proxy.fail("drop", match=call)
	for _time in range(4):
		drain()
	assert fault.hits == 1
	assert "Fulfillment" not in {row.kind for row in outbox()}
	assert [each["shipped"] for each in goods.fulfillments(shop.medusa, id)] == [True, True]
	lines = buying.WAYS["v2"].lines(shop.medusa, id)
	assert {line["sku"]: line["fulfilled"] for line in lines} == {"G-1": 3, None: 1}


@pytest.mark.slow
def test_rows_without_a_line_are_matched_by_their_item(shop, order):
	"""As those of an order that was made from a quotation."""
	doc = sold(shop, order)
	frappe.db.set_value("Sales Order Item", {"parent": doc.name}, "medusa_line_id", None)
	goods.delivered(doc, 2)
	(one,) = sent(shop)
	assert one["parts"] == {"G-1": 2}
	lines = buying.lines(shop.medusa, order)
	named = frappe.get_all("Sales Order Item", {"parent": doc.name}, pluck="medusa_line_id", order_by="idx")
	assert named[0] == lines["G-1"]


@pytest.mark.slow
def test_what_was_fulfilled_by_hand_is_not_fulfilled_again(shop, order):
	parcel = buying.fulfill(shop.medusa, order, {"G-1": 2})
	goods.delivered(sold(shop, order), 2)
	why = parked()
	assert "Medusa has 1 of G-1 left to fulfill" in why
	assert len(goods.fulfillments(shop.medusa, order)) == 1
	buying.cancel_fulfillment(shop.medusa, order, parcel)
	from medusa_integration.delivery.box import outbox as box

	box.retry([row.name for row in outbox()])
	assert [each["canceled"] for each in sent(shop)] == [True, False]


@pytest.mark.slow
def test_a_row_that_the_order_lacks_is_parked(shop, order):
	doc = sold(shop, order)
	frappe.db.set_value("Sales Order Item", doc.items[0].name, "medusa_line_id", "ordli_gone")
	goods.delivered(doc)
	assert "Row 1 isn't in Medusa's order" in parked()


@pytest.mark.slow
def test_returns_and_other_orders_make_no_fulfillment(shop, order):
	doc = sold(shop, order)
	note = goods.delivered(doc, lr_no="T-1")
	sent(shop)
	goods.delivered(goods.by_telephone(shop.here, 1))
	assert "Fulfillment" not in {row.kind for row in outbox()}
	drain()
	sales_return(note, G_1=1)
	assert ("Fulfillment", note.name) not in {(row.kind, row.reference_name) for row in outbox()}
	assert len(goods.fulfillments(shop.medusa, order)) == 1
	drain()
	assert outbox() == []
	assert goods.for_sale(shop.medusa) == 10 - 3 - 1 + 1


@pytest.mark.slow
def test_nothing_is_sent_where_medusa_ships(shop, order):
	configure(shop.medusa, fulfilled_by="Medusa", import_orders=0)
	goods.delivered(sold(shop, order), lr_no="T-1")
	assert "Fulfillment" not in {row.kind for row in outbox()}


@pytest.mark.slow
def test_a_sales_invoice_that_updates_the_stock_delivers(shop, order):
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = sold(shop, order)
	bill = make_sales_invoice(doc.name)
	bill.update({"update_stock": 1, "due_date": frappe.utils.today()})
	bill.insert(ignore_permissions=True)
	bill.submit()
	(one,) = sent(shop)
	assert one["parts"] == {"G-1": 3, "G-2": 2}
	assert stored(bill, "medusa_fulfillment_id") == one["id"]
	goods.cancel(bill)
	assert [each["canceled"] for each in sent(shop)] == [True]


@pytest.mark.slow
def test_each_warehouse_has_its_stock_location(shop, order):
	medusa = shop.medusa
	second = warehouse("Web Shelf 2", shop.group)
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		table = [{"warehouse": second, "stock_location": other}]
		here = medusa.shop["stock_location_id"]
		configure(medusa, fulfilled_by="ERPNext", stock_location=here, stock_locations=table, import_orders=0)
		from medusa_integration.api import update_webitem_stock

		move_stock(second, G_1=4)
		assert update_webitem_stock() == 2
		drain()
		assert (goods.for_sale(medusa), goods.for_sale(medusa, location=other)) == (7, 4)
		doc = sold(shop, order)
		for row in doc.items[:1]:
			frappe.db.set_value("Sales Order Item", row.name, "warehouse", second)
		move_stock(second, G_1=1)
		drain()
		assert goods.for_sale(medusa) + goods.for_sale(medusa, location=other) == 12
		doc.reload()
		goods.delivered(doc)
		found = sent(shop)
		assert sorted((each["location"], *each["parts"]) for each in found) == sorted(
			[(other, "G-1"), (here, "G-2")]
		)
		assert (goods.for_sale(medusa), goods.for_sale(medusa, location=other)) == (10, 2)
	finally:
		configure(medusa, stock_location="", stock_locations=[])
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")


# --- arrival, where ERPNext has Shipments and Delivery Trips


def test_a_shipment_has_numbers_and_says_what_arrived(shop, order):
	if not frappe.db.exists("DocType", "Shipment"):
		pytest.skip("the stand-in for ERPNext has no Shipment")
	note = goods.delivered(sold(shop, order))
	parcel = shipment(note)
	(one,) = sent(shop)
	assert one["shipped"] and one["numbers"] == ["AWB-1"] and not one["delivered"]
	parcel.db_set("tracking_status", "Delivered", notify=True)
	(one,) = sent(shop)
	assert one["delivered"]


def test_a_stop_that_was_visited_has_arrived(shop, order):
	if not frappe.db.exists("DocType", "Delivery Trip"):
		pytest.skip("the stand-in for ERPNext has no Delivery Trip")
	note = goods.delivered(sold(shop, order))
	(one,) = sent(shop)
	assert not one["shipped"]
	trip = frappe.get_doc(
		{
			"doctype": "Delivery Trip",
			"company": note.company,
			"driver": frappe.get_doc({"doctype": "Driver", "full_name": "D"}).insert().name,
			"departure_time": frappe.utils.now_datetime(),
			"delivery_stops": [
				{"customer": note.customer, "address": address(note), "delivery_note": note.name}
			],
		}
	)
	trip.flags.ignore_mandatory = True
	trip.insert(ignore_permissions=True)
	trip.submit()
	(one,) = sent(shop)
	assert one["shipped"] and one["numbers"] == [trip.name] and not one["delivered"]
	trip.reload()
	trip.delivery_stops[0].visited = 1
	trip.save()
	(one,) = sent(shop)
	assert one["delivered"]
	goods.cancel(trip)


def address(note) -> str:
	from tests.support.selling import address

	return address(frappe.get_doc("Customer", note.customer)).name


def shipment(note):
	company = frappe.get_doc("Company", note.company)
	doc = frappe.get_doc(
		{
			"doctype": "Shipment",
			"pickup_from_type": "Company",
			"pickup_company": company.name,
			"pickup_address_name": address(note),
			"pickup_date": frappe.utils.today(),
			"pickup_from": "09:00:00",
			"pickup_to": "17:00:00",
			"pickup_contact_person": "Administrator",
			"delivery_to_type": "Customer",
			"delivery_customer": note.customer,
			"delivery_address_name": address(note),
			"description_of_content": "Gloves",
			"awb_number": "AWB-1",
			"shipment_delivery_note": [{"delivery_note": note.name, "grand_total": 25}],
			"shipment_parcel": [{"length": 1, "width": 1, "height": 1, "weight": 1, "count": 1}],
		}
	)
	doc.flags.ignore_mandatory = True
	doc.insert(ignore_permissions=True)
	doc.submit()
	return doc


@pytest.mark.v2("v1 keeps no reservations")
def test_a_part_of_a_line_is_fulfilled_where_nothing_is_left_beside_it(medusa, shipping_shop):
	"""Medusa refuses it: it wants as many free pieces as are fulfilled, beside the reserved ones."""
	id = goods.place(medusa, ("G-1", 9))
	order = goods.imported(medusa, id, shipping_shop.here)
	for quantity in (6, 3):
		goods.delivered(order, quantity)
		drain()
		assert outbox() == []
		order.reload()
		assert goods.for_sale(medusa) == 1
	assert [each["parts"] for each in goods.fulfillments(medusa, id)] == [{"G-1": 6}, {"G-1": 3}]
