"""Taxes and shipping of Medusa's orders: accounts, rows, breakup."""

import json
from dataclasses import replace
from decimal import Decimal

import frappe
import pytest
from frappe.utils import flt

from medusa_integration.medusa.orders import Tax
from tests.support import arriving
from tests.support.arriving import VAT5, VAT15, blocked, line, order, placed, rows, shipping, taxes
from tests.support.selling import tax_account


@pytest.fixture(autouse=True)
def configured():
	"""Three decimals, as Oman's currency has."""
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1", "G-2", "G-3")
		yield


# --- the breakup of taxes


def test_the_breakup_has_each_lines_own_tax():
	"""ERPNext would share a fixed tax by the amounts."""
	doc = placed(order(line("G-1", 10, 1, VAT5), line("G-2", 10, 1, VAT15), methods=[shipping(2, VAT5)]))
	breakup = {row.medusa_charge: json.loads(row.item_wise_tax_detail) for row in doc.taxes}
	assert breakup["tax:VAT5"] == {"G-1": [5, 0.6]}  # with the tax on shipping
	assert breakup["tax:VAT15"] == {"G-2": [15, 1.5]}
	assert all(row.dont_recompute_tax for row in doc.taxes if row.medusa_charge != "shipping")


def test_the_breakup_is_in_the_companys_currency():
	arriving.exchange("USD", 0.385)
	doc = placed(order(line("G-1", 10, 7, VAT5, off="0.01"), currency="USD"))
	(tax,) = [row for row in doc.taxes if row.medusa_charge == "tax:VAT5"]
	((rate, amount),) = json.loads(tax.item_wise_tax_detail).values()
	assert (rate, flt(amount, 9)) == (5, flt(tax.tax_amount * 0.385, 9))


# --- accounts


def test_codes_of_one_account_share_a_row():
	account = tax_account("VAT 5")
	arriving.configure_orders(tax_accounts=[{"account": account}])
	doc = placed(order(line("G-1", 10, 1, VAT5, VAT15)))
	assert taxes(doc) == {"shipping": 0, "tax:VAT5+VAT15": 2}
	assert [row.account_head for row in doc.taxes][1:] == [account]


def test_a_code_whose_rates_have_different_accounts():
	low, high = tax_account("VAT 5"), tax_account("VAT 15")
	accounts = [{"rate": "5 %", "account": low}, {"tax_code": "vat", "account": high}]
	arriving.configure_orders(tax_accounts=accounts)
	doc = placed(
		order(line("G-1", 10, 1, Tax("VAT", Decimal("5.0"))), line("G-2", 10, 1, Tax("VAT", Decimal(15))))
	)
	assert [(row.account_head, row.tax_amount) for row in doc.taxes][1:] == [(low, 0.5), (high, 1.5)]
	assert len(set(taxes(doc))) == 3


def test_an_account_by_the_country_of_delivery():
	oman, others = tax_account("VAT 5"), tax_account("VAT 15")
	arriving.configure_orders(
		tax_accounts=[{"delivery_country": "Oman", "account": oman}, {"account": others}]
	)
	there = replace(arriving.MUSCAT, country_code="IN")
	assert placed(order(line("G-1", 10, 1, VAT5))).taxes[1].account_head == oman
	doc = placed(order(line("G-1", 10, 1, VAT5), id="order_2", display_id="2", shipping_address=there))
	assert doc.taxes[1].account_head == others


def test_a_tax_that_no_row_fits():
	gst = Tax("GST", Decimal("9.975"))
	words = blocked(order(line("G-1", 10, 1, gst)))
	assert "GST" in words and "9.975" in words and "Tax Accounts" in words
	arriving.configure_orders(fallback_tax_account=tax_account("Shop VAT"))
	assert placed(order(line("G-1", 10, 1, gst))).taxes[1].account_head == tax_account("Shop VAT")


def test_shipping_accounts_by_option():
	express = tax_account("Express")
	arriving.configure_orders(shipping_options=[{"shipping_option": "so_express", "account": express}])
	methods = [shipping(2), shipping(5, name="Express", option="so_express")]
	doc = placed(order(line("G-1", 1), methods=methods))
	assert [(row.account_head, row.tax_amount) for row in doc.taxes] == [
		(arriving.shipping_account(), 2),
		(express, 5),
	]
	assert doc.grand_total == 8


def test_shipping_without_an_account():
	arriving.configure_orders(shipping_account=None)
	assert "Shipping Account" in blocked(order(line("G-1", 1), methods=[shipping(2)]))
	assert placed(order(line("G-1", 1))).grand_total == 1


def test_shipping_as_an_item():
	arriving.items("POST", "EXPRESS")
	arriving.configure_orders(
		shipping_as="An item",
		shipping_item="POST",
		shipping_options=[{"shipping_option": "so_express", "item": "EXPRESS"}],
	)
	methods = [shipping(2, VAT5), shipping(5, VAT5, name="Express", option="so_express")]
	doc = placed(order(line("G-1", 10, 1, VAT5), methods=methods))
	assert rows(doc) == [("G-1", 1, 10, 10), ("POST", 1, 2, 2), ("EXPRESS", 1, 5, 5)]
	assert (doc.net_total, doc.grand_total, taxes(doc)) == (17, 17.85, {"tax:VAT5": 0.85})
	assert json.loads(doc.taxes[0].item_wise_tax_detail) == {
		"G-1": [5, 0.5],
		"POST": [0, 0.1],
		"EXPRESS": [0, 0.25],
	}


def test_shipping_as_an_item_that_isnt_chosen():
	arriving.configure_orders(shipping_as="An item")
	assert "Shipping Item" in blocked(order(line("G-1", 1), methods=[shipping(2)]))


def test_items_own_taxes_stay_out():
	from tests.support.selling import item_tax_template

	template = item_tax_template("Items", Shop_VAT=9)
	item = frappe.get_doc("Item", "G-1")
	item.append("taxes", {"item_tax_template": template})
	item.save(ignore_permissions=True)
	doc = placed(order(line("G-1", 10, 1)))
	assert doc.grand_total == 10
	doc.save()
	assert doc.grand_total == 10 and not doc.items[0].item_tax_template
