"""ERPNext's rules of selling, on the stand-in as on a real bench: taxes by item, discounts, returns."""

import json

import frappe
import pytest
from frappe.utils import add_days, today

from tests.support.arriving import precision
from tests.support.breakups import breakup
from tests.support.factories import (
	delivery,
	invoice,
	item,
	item_group,
	move_stock,
	quotation,
	sales_order,
	tax,
	warehouse,
)
from tests.support.selling import company, item_tax_template, sales_return, tax_account


def taxed(code: str, template: str | None, **values):
	"""An item with its own taxes."""
	taxes = [{"item_tax_template": template}] if template else []
	return item(code, is_stock_item=0, taxes=taxes, **values)


@pytest.fixture
def vat():
	"""{rate: its template}, and the items G-5 and G-0 with them."""
	templates = {rate: item_tax_template(f"VAT {rate}", Shop_VAT=rate) for rate in (5, 0)}
	for rate, template in templates.items():
		taxed(f"G-{rate}", template)
	return templates


# --- taxes by item


def test_rows_take_their_items_template_and_the_taxes_follow(vat):
	doc = quotation(("G-5", 3, 10), ("G-0", 1, 100))
	assert [row.item_tax_template for row in doc.items] == [vat[5], vat[0]]
	assert json.loads(doc.items[0].item_tax_rate) == {tax_account(): 5}
	(row,) = doc.taxes
	assert (row.charge_type, row.account_head, row.rate) == ("On Net Total", tax_account(), 0)
	assert (row.tax_amount, doc.total_taxes_and_charges, doc.grand_total) == (1.5, 1.5, 131.5)
	assert breakup(row) == {"G-5": [5, 1.5], "G-0": [0, 0]}


def test_a_document_that_has_taxes_keeps_them(vat):
	doc = quotation(("G-5", 1, 100), taxes=[tax(amount=2)])
	assert [row.charge_type for row in doc.taxes] == ["Actual"]
	assert doc.grand_total == 102


def test_a_rate_of_the_template_precedes_the_rows(vat):
	row = {"charge_type": "On Net Total", "account_head": tax_account(), "rate": 15, "description": "VAT"}
	taxed("G-1", None)
	doc = quotation(("G-5", 1, 100), ("G-1", 1, 100), taxes=[row])
	assert doc.taxes[0].tax_amount == 5 + 15


def test_groups_lend_their_template(vat):
	item_group("Taxed", taxes=[{"item_tax_template": vat[5]}])
	item_group("Below", parent="Taxed")
	frappe.db.set_value("Item Group", "Taxed", "is_group", 1)
	item("G-1", group="Below", is_stock_item=0)
	item("G-2", group="Below", is_stock_item=0, taxes=[{"item_tax_template": vat[0]}])
	doc = quotation(("G-1", 1, 100), ("G-2", 1, 100))
	assert [row.item_tax_template for row in doc.items] == [vat[5], vat[0]]


def test_templates_hold_from_a_day_on(vat):
	later = [
		{"item_tax_template": vat[0]},
		{"item_tax_template": vat[5], "valid_from": add_days(today(), -1)},
	]
	item("G-1", is_stock_item=0, taxes=later)
	later[1] = {"item_tax_template": vat[5], "valid_from": add_days(today(), 1)}
	item("G-2", is_stock_item=0, taxes=later)
	doc = quotation(("G-1", 1, 100), ("G-2", 1, 100))
	assert [row.item_tax_template for row in doc.items] == [vat[5], vat[0]]


def test_another_template_than_the_items_is_not_kept(vat):
	other = item_tax_template("VAT 9", Shop_VAT=9)
	doc = quotation(("G-5", 1, 100))
	doc.items[0].item_tax_template = other
	doc.save()
	assert doc.items[0].item_tax_template == vat[5]


def test_functions_for_callers(vat):
	from erpnext.stock.get_item_details import get_item_tax_template

	args = frappe._dict(item_code="G-5", company=company(), tax_category=None, transaction_date=today())
	assert get_item_tax_template(args) == vat[5]


# --- a discount on the whole document


def test_a_discount_on_the_grand_total_comes_off_to_the_cent():
	with precision(2):
		doc = quotation(
			("G-1", 3, 3.33),
			("G-2", 1, 19.99),
			taxes=[tax(rate=5)],
			apply_discount_on="Grand Total",
			discount_amount=7,
		)
	(row,) = doc.taxes
	assert doc.total == 29.98
	assert row.tax_amount == 1.5
	assert doc.grand_total == 24.48  # 31.48 - 7
	assert [line.net_amount for line in doc.items] == [7.77, 15.54]
	assert (doc.net_total, row.tax_amount_after_discount_amount) == (23.31, 1.17)
	assert doc.total_taxes_and_charges == 1.17


def test_a_fixed_charge_gets_no_discount():
	doc = quotation(
		("G-1", 1, 100),
		taxes=[tax(rate=10), tax(amount=20)],
		apply_discount_on="Grand Total",
		discount_amount=11,
	)
	assert doc.net_total == 90
	assert [row.tax_amount_after_discount_amount for row in doc.taxes] == [9, 20]
	assert doc.grand_total == 119


def test_a_discount_in_percent_is_of_what_it_is_on():
	values = {"taxes": [tax(rate=10)], "additional_discount_percentage": 50}
	on_all = quotation(("G-1", 1, 100), apply_discount_on="Grand Total", **values)
	assert (on_all.discount_amount, on_all.grand_total) == (55, 55)
	values["taxes"] = [tax(rate=10)]
	on_net = quotation(("G-1", 1, 100), apply_discount_on="Net Total", **values)
	assert (on_net.discount_amount, on_net.grand_total) == (50, 55)


def test_the_bill_carries_the_discount():
	order = sales_order(
		("G-1", 3, 3.33), taxes=[tax(rate=5)], apply_discount_on="Grand Total", discount_amount=1
	)
	bill = invoice(order)
	figures = ("discount_amount", "net_total", "total_taxes_and_charges", "grand_total")
	assert [bill.get(field) for field in figures] == [order.get(field) for field in figures]
	assert bill.outstanding_amount == (bill.rounded_total or bill.grand_total)


def test_totals_are_rounded_to_the_currencys_smallest_coin():
	doc = quotation(("G-1", 1, 10.6))
	assert doc.rounded_total == frappe.utils.rounded(doc.grand_total + doc.rounding_adjustment, 2)
	off = quotation(("G-1", 1, 10.6), disable_rounded_total=1)
	assert (off.rounded_total, off.rounding_adjustment) == (0, 0)


# --- returns


def done(order):
	order.reload()
	return [(row.delivered_qty, row.returned_qty) for row in order.items], order.per_delivered, order.status


def test_a_return_takes_back_what_was_delivered():
	order = sales_order(("G-1", 4, 5), ("G-2", 1, 5), order_type="Sales")
	note = delivery(order)
	assert done(order) == ([(4, 0), (1, 0)], 100, "To Bill")
	back = sales_return(note, G_1=1)
	assert done(order) == ([(3, 1), (1, 0)], 80, "To Deliver and Bill")
	note.reload()
	assert (note.per_returned, [row.returned_qty for row in note.items]) == (20, [1, 0])
	rest = sales_return(note)
	assert [row.qty for row in rest.items if row.qty] == [-3, -1]
	assert done(order) == ([(0, 4), (0, 1)], 0, "To Deliver and Bill")
	note.reload()
	assert (note.per_returned, note.status) == (100, "Return Issued")
	rest.cancel()
	back.reload()
	back.cancel()
	assert done(order) == ([(4, 0), (1, 0)], 100, "To Bill")


def test_no_more_than_was_delivered_can_be_returned():
	note = delivery(sales_order(("G-1", 4, 5), order_type="Sales"))
	sales_return(note, G_1=3)
	with pytest.raises(frappe.ValidationError, match="Cannot return more than 1"):
		sales_return(note, G_1=2)


def test_what_was_returned_is_not_billed():
	order = sales_order(("G-1", 4, 5), order_type="Sales")
	sales_return(delivery(order), G_1=1)
	bill = invoice(order)
	assert [row.qty for row in bill.items] == [3]


def test_no_more_than_ordered_can_be_delivered():
	order = sales_order(("G-1", 4, 5), order_type="Sales")
	note = delivery(order, submit=False)
	note.items[0].qty = 5
	note.save()
	with pytest.raises(frappe.ValidationError, match="over limit"):
		note.submit()


def test_a_closed_order_takes_no_delivery_and_no_cancellation():
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	order = sales_order(("G-1", 4, 5), order_type="Sales")
	update_status("Closed", order.name)
	order.reload()
	assert order.status == "Closed"
	with pytest.raises(frappe.ValidationError, match="is Closed"):
		delivery(order)
	with pytest.raises(frappe.ValidationError, match="Closed order cannot be cancelled"):
		order.cancel()


def test_one_order_for_a_purchase_order_of_a_customer():
	sales_order(("G-1", 1, 5), po_no="PO-1")
	with pytest.raises(frappe.ValidationError, match="already exists against Customer's Purchase Order"):
		sales_order(("G-1", 1, 5), po_no="PO-1")


def test_whole_units_are_not_cut():
	with pytest.raises(frappe.ValidationError, match="cannot be a fraction"):
		quotation(("G-1", 0.5, 5))


def test_orders_reserve_and_deliveries_move_stock():
	store = warehouse("Shop Store")
	item("G-S", is_stock_item=1)
	move_stock(store, G_S=5)
	order = sales_order(("G-S", 3, 5), order_type="Sales", set_warehouse=store)

	def bin_of():
		fields = ["actual_qty", "reserved_qty", "projected_qty"]
		return frappe.db.get_value("Bin", {"item_code": "G-S", "warehouse": store}, fields)

	assert bin_of() == (5, 3, 2)
	note = delivery(order)
	assert bin_of() == (2, 0, 2)
	sales_return(note, G_S=1)
	assert bin_of() == (3, 1, 2)
	with pytest.raises(frappe.ValidationError, match="needed in"):
		delivery(sales_order(("G-S", 9, 5), order_type="Sales", set_warehouse=store))
