"""The orders of several storefronts: company, price list, warehouse, accounts and series of each."""

import frappe
import pytest

from tests.support import arriving, factories
from tests.support.arriving import VAT5, blocked, line, order, placed, shipping
from tests.support.selling import company, second_company, tax_account


@pytest.fixture(autouse=True)
def shop():
	with arriving.precision(3):
		arriving.items("G-1")
		yield


def second(**values) -> dict:
	"""The settings of a channel whose orders are another company's."""
	other = second_company()
	row = {"sales_channel": "sc_b2b", "company": other, **values}
	accounts = [{"tax_code": "VAT5", "account": tax_account("VAT 5", of)} for of in (company(), other)]
	option = {"shipping_option": "so_b2b", "account": tax_account("Second Freight", other)}
	return {"sales_channels": [row], "tax_accounts": accounts, "shipping_options": [option]}


def test_a_channel_of_another_company():
	other = second_company()
	stores = frappe.db.get_value("Warehouse", {"company": other, "is_group": 0})
	arriving.configure_orders(**second(warehouse=stores))
	given = order(line("G-1", 10, 1, VAT5), methods=[shipping(2, option="so_b2b")], sales_channel="sc_b2b")
	doc = placed(given)
	assert (doc.company, doc.items[0].warehouse) == (other, stores)
	assert {frappe.get_cached_value("Account", row.account_head, "company") for row in doc.taxes} == {other}
	assert arriving.taxes(doc) == {"shipping": 2, "tax:VAT5": 0.5}
	plain = placed(order(line("G-1", 10), id="order_2", display_id="2", sales_channel="sc_other"))
	assert plain.company == company()


def test_shipping_without_an_account_of_the_channels_company():
	arriving.configure_orders(**{**second(), "shipping_options": []})
	given = order(line("G-1", 10), methods=[shipping(2)], sales_channel="sc_b2b")
	words = blocked(given)
	assert f"No account of the company {second_company()} for shipping" in words
	assert "Shipping Option" in words


def test_a_channels_own_series():
	series = "SHOP-B2B-.#####"
	meta = frappe.get_meta("Sales Order")
	before = meta.get_options("naming_series")
	setter = frappe.get_doc(
		{
			"doctype": "Property Setter",
			"doctype_or_field": "DocField",
			"doc_type": "Sales Order",
			"field_name": "naming_series",
			"property": "options",
			"property_type": "Text",
			"value": f"{before}\n{series}",
		}
	).insert(ignore_permissions=True)
	frappe.clear_cache(doctype="Sales Order")
	try:
		rows = [{"sales_channel": "sc_b2b", "sales_order_series": series}]
		arriving.configure_orders(sales_channels=rows)
		assert placed(order(line("G-1", 10), sales_channel="sc_b2b")).name.startswith("SHOP-B2B-")
		other = placed(order(line("G-1", 10), id="order_2", display_id="2", sales_channel="sc_other"))
		assert not other.name.startswith("SHOP-B2B-")
	finally:
		setter.delete(ignore_permissions=True)
		frappe.clear_cache(doctype="Sales Order")


def test_two_rows_of_a_channel_add_to_each_other():
	north = factories.warehouse("North")
	factories.item_group("Gloves")
	rows = [
		{"sales_channel": "sc_north", "item_group": "Gloves"},
		{"sales_channel": "sc_north", "item_group": "Gloves", "warehouse": north},
	]
	arriving.configure_orders(sales_channels=rows)
	assert placed(order(line("G-1", 1), sales_channel="sc_north")).items[0].warehouse == north
