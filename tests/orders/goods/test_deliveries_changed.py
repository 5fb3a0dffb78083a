"""Deliveries of the shop's orders that aren't as the mapper makes them: by invoices, amended, or more than was ordered."""

from contextlib import contextmanager

import frappe
import pytest

from medusa_integration import session
from tests.support import goods, parts
from tests.support.factories import configure, drain, outbox

pytestmark = [
	pytest.mark.v2("the same code tells v1, which test_fulfillments_v1.py looks at"),
	pytest.mark.slow,
	pytest.mark.nightly,
]


@pytest.fixture
def shop(shipping_shop):
	"""An order of three and two pieces, of ten each; ERPNext ships."""
	order = goods.place(shipping_shop.medusa, ("G-1", 3), ("G-2", 2))
	sold = goods.imported(shipping_shop.medusa, order, shipping_shop.here)
	return frappe._dict(medusa=shipping_shop.medusa, order=order, sold=sold)


def sent(shop) -> list[dict]:
	"""Send all; the fulfillments that stand."""
	drain()
	assert [(row.kind, row.status, row.error) for row in outbox()] == []
	return [each for each in goods.fulfillments(shop.medusa, shop.order) if not each["canceled"]]


def for_sale(shop) -> tuple[int, int]:
	return goods.for_sale(shop.medusa), goods.for_sale(shop.medusa, "G-2")


def delivered(shop, **quantities: int):
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	return parts.take(make_delivery_note(shop.sold.name), **quantities)


def billed(shop, **quantities: int):
	"""A Sales Invoice that updates the stock."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	doc = make_sales_invoice(shop.sold.name)
	doc.update({"update_stock": 1, "due_date": frappe.utils.today()})
	return parts.take(doc, **quantities)


def amended(doc, **values):
	"""A submitted document that amends a cancelled one, as the Desk's button makes it."""
	doc.reload()
	new = frappe.copy_doc(doc)
	new.update({"amended_from": doc.name, "docstatus": 0, "status": "Draft", **values})
	for row in new.items:
		row.name = None
	new.insert()
	new.submit()
	frappe.db.commit()
	return new


def test_invoices_and_a_note_deliver_their_parts(shop):
	billed(shop, G_1=1)
	delivered(shop, G_1=1, G_2=1)
	billed(shop, G_1=1, G_2=1)
	parcels = [each["parts"] for each in sent(shop)]
	assert sorted(parcels, key=str) == [{"G-1": 1, "G-2": 1}, {"G-1": 1, "G-2": 1}, {"G-1": 1}]
	shop.sold.reload()
	if frappe.db.exists("DocType", "GL Entry"):  # The stand-in's invoices deliver nothing.
		assert shop.sold.per_delivered == 100
	assert for_sale(shop) == (7, 8)


@pytest.mark.parametrize("make", [delivered, billed])
def test_an_amended_one_is_a_fulfillment_of_its_own(shop, make):
	doc = make(shop, G_1=2)
	sent(shop)
	goods.cancel(doc)
	again = amended(doc)
	(one,) = sent(shop)
	assert (one["reference"], one["parts"]) == (again.name, {"G-1": 2})
	assert frappe.db.get_value(again.doctype, again.name, "medusa_fulfillment_id") == one["id"]
	assert for_sale(shop) == (7, 8)
	goods.cancel(again)
	assert sent(shop) == []


@pytest.mark.parametrize(("make", "make_again"), [(billed, delivered), (delivered, billed)])
def test_one_that_replaces_another_kind_while_medusa_is_down(proxy, shop, make, make_again):
	configure(shop.medusa, url=proxy.url, fulfilled_by="ERPNext", import_orders=0)
	first = make(shop, G_1=3)
	sent(shop)
	proxy.down()
	goods.cancel(first)
	drain()
	shop.sold.reload()
	again = make_again(shop, G_1=3)
	drain()
	assert {row.status for row in outbox()} == {"Pending"}
	proxy.up()
	(one,) = sent(shop)
	assert (one["reference"], one["parts"]) == (again.name, {"G-1": 3})
	assert for_sale(shop) == (7, 8)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_shipped_stays_that_of_the_amended_note(shop, at_once):
	note = delivered(shop, G_1=2)
	note.db_set("lr_no", "T-1")
	(parcel,) = sent(shop)
	assert parcel["shipped"]
	goods.cancel(note)
	if not at_once:
		drain()
		assert [row.status for row in outbox()] == ["Parked"]
	again = amended(note)
	(one,) = sent(shop)
	assert one["id"] == parcel["id"]
	assert frappe.db.get_value("Delivery Note", again.name, "medusa_fulfillment_id") == parcel["id"]
	goods.cancel(again)
	third = amended(again)
	assert [each["id"] for each in sent(shop)] == [parcel["id"]]
	goods.cancel(third)
	drain()
	(row,) = outbox()
	assert "Take the goods back by a return" in row.error


def test_an_amended_note_with_other_goods_is_none_that_was_shipped(shop):
	note = delivered(shop, G_1=3)
	note.db_set("lr_no", "T-1")
	sent(shop)
	goods.cancel(note)
	new = frappe.copy_doc(frappe.get_doc("Delivery Note", note.name))
	new.update({"amended_from": note.name, "docstatus": 0, "status": "Draft"})
	new.items[0].qty = 1
	new.insert()
	new.submit()
	drain()
	assert sorted(row.status for row in outbox()) == ["Parked", "Parked"]


def test_an_amended_order_is_delivered(shop):
	goods.cancel(shop.sold)
	shop.sold = amended(shop.sold)
	note = delivered(shop, G_1=2)
	rest = delivered(shop, G_1=1, G_2=2)
	assert (note.from_ecommerce, rest.medusa_order_id) == (1, shop.order)
	found = sent(shop)
	assert sorted((each["parts"] for each in found), key=str) == [{"G-1": 1, "G-2": 2}, {"G-1": 2}]
	assert for_sale(shop) == (7, 8)
	assert session.open_shop().read_orders([shop.order])[shop.order].status != "canceled"


def test_more_than_was_ordered(shop):
	with allowed(100):
		delivered(shop, G_1=2)
		note = delivered(shop, G_1=1, G_2=1)
		note.reload()
		more = frappe.copy_doc(note)
		more.items = more.items[:1]
		more.items[0].qty = 1
		more.update({"docstatus": 0, "status": "Draft", "amended_from": None})
		more.insert()
		more.submit()
		last = _over(shop, G_2=2)
		told = sent(shop)
		assert sums(told) == {"G-1": 3, "G-2": 2}
		assert for_sale(shop) == (6, 7)
		goods.cancel(last)
		goods.cancel(more)
		sent(shop)
		assert for_sale(shop) == (7, 8)


def sums(parcels: list[dict]) -> dict[str, int]:
	found: dict[str, int] = {}
	for each in parcels:
		for sku, quantity in each["parts"].items():
			found[sku] = found.get(sku, 0) + quantity
	return found


def _over(shop, **quantities: int):
	"""A note whose quantities somebody has raised by hand."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	doc = make_delivery_note(shop.sold.name)
	wanted = {code.replace("_", "-"): quantity for code, quantity in quantities.items()}
	doc.items = [row for row in doc.items if row.item_code in wanted]
	for row in doc.items:
		row.qty = wanted[row.item_code]
	doc.insert(ignore_permissions=True)
	doc = frappe.get_doc(doc.doctype, doc.name)
	doc.submit()
	return doc


@contextmanager
def allowed(percent: float):
	"""So much more than was ordered may be delivered, where ERPNext has that."""
	doctype, field = "Stock Settings", "over_delivery_receipt_allowance"
	if not frappe.get_meta(doctype).has_field(field):
		pytest.skip("the stand-in delivers no more than was ordered")
	before = frappe.db.get_single_value(doctype, field)
	frappe.db.set_single_value(doctype, field, percent)
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.db.set_single_value(doctype, field, before)
		frappe.db.commit()
