"""Taxes and shipping of Medusa's orders: accounts, rows, breakup."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest
from frappe.utils import flt

from medusa_integration.medusa.order import Tax
from tests.support import arriving
from tests.support.arriving import VAT5, VAT15, blocked, line, order, placed, rows, shipping, taxes
from tests.support.breakups import breakup, breakups
from tests.support.parts import saved_again
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
	assert breakups(doc) == {
		"tax:VAT5": {"G-1": [5, 0.6]},  # with the tax on shipping
		"tax:VAT15": {"G-2": [15, 1.5]},
	}
	assert all(row.dont_recompute_tax for row in doc.taxes if row.medusa_charge != "shipping")


def test_the_breakup_is_in_the_companys_currency():
	arriving.exchange("USD", 0.385)
	doc = placed(order(line("G-1", 10, 7, VAT5, off="0.01"), currency="USD"))
	(tax,) = [row for row in doc.taxes if row.medusa_charge == "tax:VAT5"]
	((rate, amount),) = breakup(tax).values()
	# ERPNext 16 rounds its parts as the row of taxes.
	assert rate == 5 and amount == pytest.approx(tax.tax_amount * 0.385, abs=0.0005)


def test_a_draft_keeps_its_breakup():
	arriving.configure_orders(submit_orders=0)
	doc = placed(order(line("G-1", 10, 1, VAT5), line("G-2", 10, 1, VAT15), methods=[shipping(2, VAT5)]))
	before = breakups(doc)
	assert before["tax:VAT15"] == {"G-2": [15, 1.5]}
	doc = saved_again(doc)
	assert breakups(doc) == before
	next(row for row in doc.taxes if row.medusa_charge == "tax:VAT15").tax_amount = 3
	doc.items.pop(0)
	doc.save()
	assert breakups(doc)["tax:VAT15"] == {"G-2": [15, 3]}
	assert sum(amount for _rate, amount in breakups(doc)["tax:VAT5"].values()) == 0.6
	doc = frappe.get_doc("Sales Order", doc.name)
	doc.submit()
	assert breakups(frappe.get_doc("Sales Order", doc.name))["tax:VAT15"] == {"G-2": [15, 3]}


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
	# ERPNext 16 leaves parts without a rate out of its sums, and refuses a breakup that is wrong by more than 0.5.
	for number, post in enumerate((2, 20), 1):
		methods = [shipping(post, VAT5), shipping(5, VAT5, name="Express", option="so_express")]
		doc = placed(
			order(line("G-1", 10, 1, VAT5), methods=methods, id=f"order_{number}", display_id=str(number))
		)
		assert rows(doc) == [("G-1", 1, 10, 10), ("POST", 1, post, post), ("EXPRESS", 1, 5, 5)]
		net, tax = 15 + post, flt(0.05 * (15 + post), 3)
		assert (doc.net_total, doc.grand_total, taxes(doc)) == (net, net + tax, {"tax:VAT5": tax})
		assert breakup(doc.taxes[0]) == {
			"G-1": [5, 0.5],
			"POST": [5, flt(0.05 * post, 3)],
			"EXPRESS": [5, 0.25],
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
