"""The customers' account for documents of the shop's orders, by currency.

Source: docs/reference.md, "Payments from Medusa".
"""

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.orders.origin import made_from


def account_of(company: str, currency: str) -> str | None:
	"""The configured account for a currency, if it is one of this company; None leaves the choice to
	ERPNext."""
	for row in settings.current().receivable_accounts:
		if row.currency == currency and row.account:
			if frappe.get_cached_value("Account", row.account, "company") == company:
				return row.account
	return None


def set_receivable_account(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: book an invoice of the shop on the configuration's account for its
	currency, in `debit_to`. A credit note keeps its invoice's account.

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("from_ecommerce")) or (doc.get("is_return") and doc.get("return_against")):
		return
	account = account_of(doc.company, doc.currency)
	if account:
		doc.debit_to = account
		# ERPNext computes the outstanding amount before it reads this from the account.
		doc.party_account_currency = frappe.get_cached_value("Account", account, "account_currency")


def take_advances(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: give an invoice of the shop the advances paid for its orders, and no
	others, by ERPNext's *Allocate Advances Automatically*. A user can switch that off in the draft. A return
	has no advances: ERPNext copies the invoice's without the payments that they name, and then refuses them.

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("from_ecommerce")):
		return
	if cint(doc.get("is_return")):
		doc.allocate_advances_automatically = 0
		if doc.meta.has_field("advances"):
			doc.set("advances", [])
		return
	orders = made_from(doc)
	paid = {"reference_doctype": "Sales Order", "reference_name": ("in", list(orders)), "docstatus": 1}
	if orders and frappe.db.exists("Payment Entry Reference", paid):
		doc.allocate_advances_automatically = doc.only_include_allocated_payments = 1
