"""Amounts that rounding leaves open of an order in books of the company's currency. ERPNext converts each invoice by
itself, so the invoices of a paid order can come to some units more or less than the payments.

Source: docs/reference.md, "One customer, several currencies".
"""

import frappe
from frappe import _
from frappe.utils import cint, flt

from medusa_integration.customers.books import own_currency
from medusa_integration.money import decimals_of, unit
from medusa_integration.orders.money import settlements
from medusa_integration.orders.money.payment_entries import DOCTYPE, ORDER
from medusa_integration.orders.origin import made_from
from medusa_integration.tolerated import tolerated

JOURNAL = "Journal Entry"
ACCOUNTS = ("exchange_gain_loss_account", "round_off_account")


def settle_rounding(doc, method: str | None = None) -> None:
	"""Sales Invoice, on_submit: settle the amount that rounding leaves open of an invoice of the shop, or of the advances
	of its orders, in the company's currency, by a Journal Entry, see "One customer, several currencies".

	Source: docs/reference.md, "Document events".
	"""
	own = own_currency(doc.company)
	if not cint(doc.get("from_ecommerce")) or doc.is_return or doc.currency == own:
		return
	if doc.party_account_currency != own:
		return
	# Less than half a unit of the invoice's currency is no amount of that currency.
	most = float(unit(decimals_of(doc.currency)) / 2) * flt(doc.conversion_rate)
	with tolerated(f"Medusa: the rounding of {doc.name} isn't settled", of=(doc.doctype, doc.name)):
		left = flt(doc.db_get("outstanding_amount"), doc.precision("outstanding_amount"))
		if 0 < left < min(most, doc.base_grand_total):
			_book(doc, left, "credit", {"reference_type": doc.doctype, "reference_name": doc.name})
		for row in _advances(doc, most):
			entry = _book(doc, flt(row.allocated_amount, doc.precision("outstanding_amount")), "debit", {})
			settlements.offset(entry, doc.debit_to, DOCTYPE, row.parent)


def _advances(doc, most: float) -> list[frappe._dict]:
	"""The rests of the advances of those orders of an invoice that are fully billed."""
	billed = {"name": ("in", [*made_from(doc), ""]), "per_billed": (">=", 99.995)}
	orders = frappe.get_all(ORDER, billed, pluck="name", order_by=None)
	rows = {"reference_doctype": ORDER, "reference_name": ("in", orders or [""]), "docstatus": 1}
	fields = ["parent", "allocated_amount"]
	found = frappe.get_all("Payment Entry Reference", rows, fields, order_by="creation, name")
	digits = doc.precision("outstanding_amount")
	return [row for row in found if 0 < flt(row.allocated_amount, digits) < most]


def _book(doc, amount: float, side: str, reference: dict):
	"""Make and submit a Journal Entry between the customers' account and that of exchange differences.

	:param side: of the customers' account: debit or credit
	"""
	company = frappe.get_cached_value("Company", doc.company, [*ACCOUNTS, "cost_center"], as_dict=True)
	account = next((company[field] for field in ACCOUNTS if company[field]), None)
	if not account:
		frappe.throw(_("Set the Exchange Gain / Loss Account of {0}.").format(doc.company))
	other = "credit" if side == "debit" else "debit"
	party = {"account": doc.debit_to, "party_type": "Customer", "party": doc.customer, **reference}
	entry = frappe.get_doc(
		{
			"doctype": JOURNAL,
			"voucher_type": JOURNAL,
			"company": doc.company,
			"posting_date": doc.posting_date,
			"user_remark": _("Rounding of {0} in {1}").format(doc.name, doc.currency),
			"accounts": [
				{**party, f"{side}_in_account_currency": amount, "cost_center": company.cost_center},
				{
					"account": account,
					f"{other}_in_account_currency": amount,
					"cost_center": company.cost_center,
				},
			],
		}
	)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry
