"""A whole order of Medusa's through ERPNext's own documents: Delivery Note, Sales Invoice, Payment Entry."""

import frappe
import pytest
from frappe.utils import flt

from medusa_integration.orders.sales_orders import place
from tests.support import arriving, factories
from tests.support.arriving import VAT5, VAT15, line, order, shipping
from tests.support.breakups import breakup
from tests.support.selling import company


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1", "G-2", "G-3")
		yield


def bought(**values):
	frappe.db.commit()
	given = order(
		line("G-1", "1.234", 7, VAT5, off="0.05"),
		line("G-2", "0.333", 3, VAT15),
		line("G-3", 10, 2, VAT5, off=20),
		methods=[shipping("2.345", VAT5)],
		**values,
	)
	doc = place(given)
	frappe.db.commit()
	return frappe.get_doc("Sales Order", doc.name)


def charges(doc) -> dict[str, float]:
	return {row.medusa_charge: row.tax_amount for row in doc.taxes}


def debtors(currency: str) -> str:
	"""An account of customers in a currency."""
	parent = frappe.db.get_value("Account", {"account_name": "Accounts Receivable", "company": company()})
	doc = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": f"Debtors {currency}",
			"company": company(),
			"parent_account": parent,
			"account_type": "Receivable",
			"account_currency": currency,
		}
	)
	return doc.insert(ignore_permissions=True).name


def breakups(doc) -> list[dict]:
	details = [breakup(row) for row in doc.taxes if row.dont_recompute_tax]
	return [{item: each for item, each in detail.items() if each[1]} for detail in details]


@pytest.mark.parametrize("currency", ["OMR", "USD"])
def test_delivered_billed_and_paid(currency: str):
	if currency == "USD":
		arriving.exchange(currency, 0.385)
		arriving.configure_orders(receivable_accounts=[{"currency": currency, "account": debtors(currency)}])
	sales_order = bought(currency=currency)
	note = factories.delivery(sales_order)
	invoice = _billed(note)
	for doc in (note, invoice):
		assert (doc.grand_total, doc.net_total) == (sales_order.grand_total, sales_order.net_total)
		assert charges(doc) == charges(sales_order)
		assert breakups(doc) == breakups(sales_order)
	factories.payment(invoice)
	invoice.reload()
	assert flt(invoice.outstanding_amount) == 0
	_is_balanced(invoice.name)
	sales_order.reload()
	assert sales_order.status == "Completed"


def test_billed_from_the_order():
	sales_order = bought()
	invoice = factories.invoice(sales_order)
	assert (invoice.grand_total, charges(invoice)) == (sales_order.grand_total, charges(sales_order))
	_is_balanced(invoice.name)


def _billed(note):
	try:
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice
	except ImportError:
		pytest.skip("the stand-in bills orders only")
	doc = make_sales_invoice(note.name)
	doc.insert(ignore_permissions=True)
	doc.submit()
	return doc


def _is_balanced(voucher: str) -> None:
	if not frappe.db.exists("DocType", "GL Entry"):  # not in the stand-in
		return
	rows = frappe.get_all(
		"GL Entry", {"voucher_no": voucher, "is_cancelled": 0}, ["debit", "credit"], order_by=None
	)
	assert rows
	assert flt(sum(row.debit for row in rows) - sum(row.credit for row in rows), 6) == 0
