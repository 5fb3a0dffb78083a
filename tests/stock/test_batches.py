"""Goods in batches that can't be delivered aren't for sale."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.api import update_webitem_stock
from tests.stock.helpers import in_stock, kinds, quantity
from tests.support.checks import queries
from tests.support.factories import configure, drain, move_stock, outbox, website_item

BATCHED = {"has_batch_no": 1, "has_expiry_date": 1}


def batch(code: str, name: str, expiry: str | None = None):
	"""A Batch of an item; it doesn't expire soon, unless a date is given."""
	values = {"batch_id": f"{code} {name}", "item": code, "expiry_date": expiry or add_days(today(), 100)}
	return frappe.get_doc({"doctype": "Batch", **values}).insert(ignore_permissions=True)


def receive(warehouse: str, of_batch, units: float) -> None:
	"""Receive units of a batch; issue them where negative."""
	doc = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Receipt" if units > 0 else "Material Issue",
			"purpose": "Material Receipt" if units > 0 else "Material Issue",
			"company": frappe.db.get_value("Warehouse", warehouse, "company"),
			"items": [
				{
					"item_code": of_batch.item,
					"qty": abs(units),
					"t_warehouse" if units > 0 else "s_warehouse": warehouse,
					"basic_rate": 1,
					"use_serial_batch_fields": 1,
					"batch_no": of_batch.name,
				}
			],
		}
	)
	doc.insert(ignore_permissions=True)
	doc.submit()


def change(doc, **values) -> None:
	doc.reload()
	doc.update(values)
	doc.save(ignore_permissions=True)


def test_expired_and_disabled_batches_are_not_for_sale(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.group, item_values=BATCHED)
	old, locked, good = (batch("G-1", name) for name in ("old", "locked", "good"))
	for each, units in ((old, 10), (locked, 4), (good, 3)):
		receive(shelf.here, each, units)
	receive(shelf.away, old, 5)
	drain()
	assert quantity(medusa, "G-1") == 17
	change(old, expiry_date=add_days(today(), -30))
	assert kinds() == {("Stock", doc.name)}
	drain()
	assert quantity(medusa, "G-1") == 7
	change(locked, disabled=1)
	drain()
	assert quantity(medusa, "G-1") == 3
	receive(shelf.here, good, -3)
	drain()
	assert (quantity(medusa, "G-1"), in_stock(doc)) == (0, 0)
	change(locked, disabled=0)
	drain()
	assert (quantity(medusa, "G-1"), in_stock(doc)) == (4, 1)
	assert outbox() == []


def test_the_units_of_an_expired_batch_that_are_gone_already_are_no_matter(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here, item_values=BATCHED)
	old, good = batch("G-1", "old"), batch("G-1", "good")
	receive(shelf.here, old, 10)
	receive(shelf.here, old, -10)
	receive(shelf.here, good, 6)
	change(old, expiry_date=add_days(today(), -1))
	drain()
	assert quantity(medusa, "G-1") == 6


def test_a_batch_that_expires_today_is_for_sale_until_the_daily_run_of_tomorrow(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here, item_values=BATCHED)
	last = batch("G-1", "last")
	receive(shelf.here, last, 10)
	change(last, expiry_date=today())
	drain()
	assert quantity(medusa, "G-1") == 10
	frappe.db.set_value("Batch", last.name, "expiry_date", add_days(today(), -1))  # a night has passed
	assert update_webitem_stock() == 1
	drain()
	assert (quantity(medusa, "G-1"), in_stock(doc)) == (0, 0)
	assert update_webitem_stock() == 0


def test_a_batch_without_movements_counts_with_its_own_quantity(medusa, shelf):
	"""As of data that was imported."""
	website_item("G-1", website_warehouse=shelf.here, item_values=BATCHED)
	frappe.db.set_value("Item", "G-1", BATCHED | {"has_batch_no": 0})
	frappe.clear_document_cache("Item", "G-1")
	move_stock(shelf.here, G_1=10)
	frappe.db.set_value("Item", "G-1", BATCHED)
	old = batch("G-1", "old", add_days(today(), -30))
	old.db_set("batch_qty", 8)
	drain()
	assert quantity(medusa, "G-1") == 2


@pytest.mark.parametrize("basis", ["Actual", "Actual minus reserved"])
def test_reserved_units_are_subtracted_beside(medusa, shelf, basis):
	configure(medusa, stock_basis=basis)
	website_item("G-1", website_warehouse=shelf.here, item_values=BATCHED)
	old, good = batch("G-1", "old"), batch("G-1", "good")
	receive(shelf.here, old, 10)
	receive(shelf.here, good, 5)
	change(old, expiry_date=add_days(today(), -1))
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "reserved_qty", 2)
	drain()
	assert quantity(medusa, "G-1") == (5 if basis == "Actual" else 3)


def test_many_batches_take_as_many_queries(medusa, shelf):
	def statements(number: int) -> int:
		for n in range(number):
			code = f"G-{number}-{n}"
			website_item(code, website_warehouse=shelf.here, item_values=BATCHED)
			each = batch(code, "old")
			receive(shelf.here, each, 1)
			frappe.db.set_value("Batch", each.name, "expiry_date", add_days(today(), -1))
		frappe.db.commit()
		return len(queries(update_webitem_stock))

	statements(1)
	assert statements(2) == statements(8)


# --- warehouses and reservations


def test_goods_in_a_disabled_or_a_rejected_warehouse_are_not_for_sale(medusa, shelf):
	from tests.support.factories import warehouse

	website_item("G-1", website_warehouse=shelf.group)
	closed, rejected = (warehouse(f"Web {name}", shelf.group) for name in ("Closed", "Rejected"))
	for each, units in ((shelf.here, 1), (closed, 2), (rejected, 4)):
		move_stock(each, G_1=units)
	drain()
	assert quantity(medusa, "G-1") == 7
	frappe.db.set_value("Warehouse", closed, "disabled", 1)
	frappe.db.set_value("Warehouse", rejected, "is_rejected_warehouse", 1)
	assert update_webitem_stock() == 1
	drain()
	assert quantity(medusa, "G-1") == 1


def reserve(order, units: float):
	"""A Stock Reservation Entry for the first row of a Sales Order, as ERPNext makes them."""
	row = order.items[0]
	doc = frappe.get_doc(
		{
			"doctype": "Stock Reservation Entry",
			"item_code": row.item_code,
			"warehouse": row.warehouse,
			"voucher_type": "Sales Order",
			"voucher_no": order.name,
			"voucher_detail_no": row.name,
			"voucher_qty": row.qty,
			"available_qty": units,
			"reserved_qty": units,
			"stock_uom": row.stock_uom,
			"company": order.company,
		}
	)
	doc.insert(ignore_permissions=True)
	doc.submit()
	return doc


@pytest.fixture
def reserving():
	"""ERPNext with *Enable Stock Reservation*; the stand-in has no such switch."""
	setting = ("Stock Settings", "enable_stock_reservation")
	if not frappe.get_meta(setting[0]).has_field(setting[1]):
		yield
		return
	before = frappe.db.get_single_value(*setting)
	frappe.db.set_single_value(*setting, 1)
	yield
	frappe.db.set_single_value(*setting, before)
	frappe.db.commit()


@pytest.mark.parametrize("basis", ["Actual", "Actual minus reserved"])
def test_units_that_erpnext_keeps_for_another_order_are_not_for_sale(medusa, shelf, basis, reserving):
	"""ERPNext would refuse to deliver them to the shop's customer."""
	from tests.support.goods import by_telephone

	configure(medusa, stock_basis=basis)
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=10)
	order = by_telephone(shelf.here, 6)
	drain()
	assert quantity(medusa, "G-1") == (10 if basis == "Actual" else 4)
	entry = reserve(order, 4)
	drain()
	assert quantity(medusa, "G-1") == (6 if basis == "Actual" else 4)
	entry.reload()
	entry.cancel()
	drain()
	assert quantity(medusa, "G-1") == (10 if basis == "Actual" else 4)
