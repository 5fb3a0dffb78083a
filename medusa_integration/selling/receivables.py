"""The customers' account that documents of the shop's orders are booked on, by their currency.

Source: docs/reference.md, "Payments from Medusa".
"""

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.catalogue.origin import made_from


def account_of(company: str, currency: str) -> str | None:
	"""The account of the configuration's table for a currency, if it is one of this company; None: ERPNext's own choice."""
	for row in settings.orders().receivable_accounts:
		if row.currency == currency and row.account:
			if frappe.get_cached_value("Account", row.account, "company") == company:
				return row.account
	return None


def set_receivable_account(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: one of the shop is booked on the account of its currency. A credit note keeps that of
	its invoice.

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("from_ecommerce")) or (doc.get("is_return") and doc.get("return_against")):
		return
	account = account_of(doc.company, doc.currency)
	if account:
		doc.debit_to = account
		# ERPNext works out what is owed before it reads this of the account.
		doc.party_account_currency = frappe.get_cached_value("Account", account, "account_currency")


def take_advances(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: one of the shop takes what was paid in advance for its orders, as ERPNext's Allocate
	Advances Automatically does. In the draft that can be switched off. A return has none: ERPNext copies those of its invoice
	without the payments that they name, and then refuses them.

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
