"""Shares of an order's fixed charges where it is delivered by invoices, amended, or more than was ordered."""

from contextlib import contextmanager

import frappe
import pytest

from tests.support import arriving
from tests.support.parts import BILL, KINDS, NOTE, amounts, assert_adds_up, submitted, sums, take, whole
from tests.support.selling import Line, charged_order

GLOVES = (
	Line("G-1", 3, "10.000", tax="0.500"),
	Line("G-2", 2, "6.666", tax="0.333"),
	Line("B-1", 1, "20.000", "VAT 10", "10", "2.000"),
)


@pytest.fixture(autouse=True)
def site():
	"""Three decimals, as Oman's currency has, and rows that split a line."""
	doctype, field = "Selling Settings", "allow_multiple_items"
	before = frappe.db.get_single_value(doctype, field)
	with arriving.precision(3):
		frappe.db.set_single_value(doctype, field, 1)
		frappe.db.commit()
		yield
		frappe.db.rollback()
		frappe.db.set_single_value(doctype, field, before)


@pytest.fixture
def order():
	return charged_order(*GLOVES, shipping="2.000", rest={"VAT 5": "0.100"}, rounding="0.001")


def mapped(kind: str, order):
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

	return (make_delivery_note if kind == NOTE else make_sales_invoice)(order.name)


def amended(doc):
	doc.reload()
	doc.cancel()
	new = frappe.copy_doc(doc)
	new.update({"amended_from": doc.name, "docstatus": 0, "status": "Draft"})
	new.insert()
	new.submit()
	return frappe.get_doc(new.doctype, new.name)


@pytest.mark.skipif(
	"not __import__('frappe').db.exists('DocType', 'GL Entry')",
	reason="the stand-in's invoices deliver nothing",
)
def test_invoices_that_update_the_stock_carry_all(order):
	for quantities in ({"G_1": 2}, {"G_1": 1, "G_2": 2, "B_1": 1}):
		bill = mapped(BILL, order)
		bill.update_stock = 1
		assert_adds_up(take(bill, **quantities))
	assert sums(BILL, order) == whole(order)
	order.reload()
	assert (order.per_delivered, order.per_billed) == (100, 100)
	assert not mapped(NOTE, order).items


def test_a_note_for_what_invoices_left(order):
	"""Those of one kind share among themselves: the note has the part of what it delivers."""
	bill = mapped(BILL, order)
	bill.update_stock = 1
	take(bill, G_1=3, G_2=2)
	note = take(mapped(NOTE, order), B_1=1)
	assert f"{amounts(note)['tax:VAT 10']:.3f}" == "2.000"
	assert f"{amounts(note)['shipping']:.3f}" == "1.091"
	take(mapped(BILL, order), B_1=1)
	assert sums(BILL, order) == whole(order)


@pytest.mark.parametrize("kind", KINDS)
def test_an_amended_document_has_the_share_again(kind, order):
	first = take(mapped(kind, order), G_1=1, B_1=1)
	again = amended(first)
	assert (amounts(again), again.grand_total) == (amounts(first), first.grand_total)
	assert (again.from_ecommerce, again.medusa_order_id) == (1, order.medusa_order_id)
	take(mapped(kind, order), G_1=2, G_2=2)
	assert sums(kind, order) == whole(order)


@pytest.mark.parametrize("kind", KINDS)
def test_an_amended_order_is_shared_as_before(kind, order):
	again = amended(order)
	assert whole(again) == whole(order)
	take(mapped(kind, again), G_1=1, G_2=1)
	take(mapped(kind, again), G_1=2, G_2=1, B_1=1)
	assert sums(kind, again) == whole(again)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_beyond_the_order_carries_nothing(kind, order):
	with allowed(kind):
		take(mapped(kind, order), G_1=2)
		more = mapped(kind, order)
		more.items = [row for row in more.items if row.item_code == "G-1"]
		more.items[-1].qty += 2
		more.insert(ignore_permissions=True)
		more = frappe.get_doc(kind, more.name)
		more.submit()
		assert_adds_up(more)
		take(mapped(kind, order), G_2=2, B_1=1)
		carried = {key: amount for key, amount in sums(kind, order).items() if key != "grand"}
		assert carried == amounts(order)
		extra = frappe.copy_doc(more)
		extra.items = extra.items[:1]
		extra.items[0].qty = 1
		extra.update({"docstatus": 0, "status": "Draft"})
		extra.insert(ignore_permissions=True)
		assert not any(amounts(frappe.get_doc(kind, extra.name)).values())
		assert len(submitted(kind, order)) == 3


@contextmanager
def allowed(kind: str):
	"""Twice what was ordered may be delivered or billed, where ERPNext has that."""
	doctype, field = {
		NOTE: ("Stock Settings", "over_delivery_receipt_allowance"),
		BILL: ("Accounts Settings", "over_billing_allowance"),
	}[kind]
	if not frappe.get_meta(doctype).has_field(field):
		pytest.skip("the stand-in delivers no more than was ordered")
	before = frappe.db.get_single_value(doctype, field)
	frappe.db.set_single_value(doctype, field, 200)
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.db.set_single_value(doctype, field, before)
		frappe.db.commit()
