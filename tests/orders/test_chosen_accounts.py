"""The accounts and series that the Medusa Configuration takes."""

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from medusa_integration.orders import new_orders
from tests.support import factories
from tests.support.arriving import company, configure_orders, items, line, order, precision
from tests.support.cases import cases
from tests.support.selling import tax_account


def account(name: str) -> str:
	return frappe.db.get_value("Account", {"account_name": name, "company": company()})


def of_type(account_type: str) -> str:
	return frappe.db.get_value(
		"Account", {"account_type": account_type, "company": company(), "is_group": 0}, order_by="name"
	)


WRONG = {
	"a group": ("fallback_tax_account", lambda: account("Duties and Taxes"), "is a group"),
	"a supplier's account": ("fallback_tax_account", lambda: of_type("Payable"), "type Payable"),
	"a customer's account": ("shipping_account", lambda: of_type("Receivable"), "type Receivable"),
	"the bank": ("shipping_account", lambda: of_type("Cash"), "type Cash"),
	"a row's": ("tax_accounts", lambda: [{"tax_code": "X", "account": of_type("Payable")}], "row 1"),
	"no receivable": (
		"receivable_accounts",
		lambda: [{"currency": "USD", "account": of_type("Cash")}],
		"Choose a receivable account",
	),
	"no bank": (
		"payment_providers",
		lambda: [{"provider": "pp_system_default", "account": of_type("Receivable")}],
		"Choose a bank or cash account",
	),
	"the bank for fees": (
		"payment_providers",
		lambda: [
			{"provider": "pp_system_default", "account": of_type("Cash"), "fee_account": of_type("Cash")}
		],
		"Choose a tax, income or expense account",
	),
	"a customer's account for return fees": (
		"return_fee_account",
		lambda: of_type("Receivable"),
		"type Receivable",
	),
	"a customer's account for credits": ("credit_account", lambda: of_type("Receivable"), "type Receivable"),
}


@cases("field, value, words", WRONG.values())
def test_an_account_that_erpnext_would_not_book_on_is_refused(field, value, words):
	with pytest.raises(frappe.ValidationError, match=words):
		configure_orders(**{field: value()})


def test_accounts_that_fit_are_taken():
	mode = frappe.db.get_value("Mode of Payment", {}, "name")
	configure_orders(
		fallback_tax_account=tax_account("VAT 5"),
		receivable_accounts=[{"currency": "USD", "account": of_type("Receivable")}],
		payment_providers=[
			{"provider": "pp_system_default", "account": of_type("Cash"), "mode_of_payment": mode}
		],
	)


def test_a_series_that_the_doctype_lacks_is_refused():
	with pytest.raises(frappe.ValidationError, match="has no series"):
		configure_orders(sales_order_series="NOT-.####")


@pytest.fixture
def series():
	"""A series of the shop's for Sales Orders, beside ERPNext's own."""
	own = frappe.get_meta("Sales Order").get_options("naming_series")
	setter = make_property_setter(
		"Sales Order",
		"naming_series",
		"options",
		f"{own}\nSHOP-.####",
		"Text",
		validate_fields_for_doctype=False,
	)
	frappe.clear_cache(doctype="Sales Order")
	yield "SHOP-.####"
	frappe.delete_doc("Property Setter", setter.name, force=True)
	frappe.db.commit()
	frappe.clear_cache(doctype="Sales Order")


def test_the_shops_orders_have_their_series(series):
	items("G-1")
	configure_orders(sales_order_series=series)
	with precision(3):
		assert new_orders.make(order(line("G-1", 5, 2))).name.startswith("SHOP-")
	assert not factories.sales_order(("G-1", 1, 5)).name.startswith("SHOP-")
