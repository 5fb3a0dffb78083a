"""The customers' account for documents of the shop's orders, by currency.

Source: docs/reference.md, "Payments from Medusa".
"""

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration import erpnext_api, settings
from medusa_integration.customers import books
from medusa_integration.orders.origin import made_from

SETTINGS = "Accounts Settings"
ONE_ACCOUNT = "allow_multi_currency_invoices_against_single_party_account"


def account_of(company: str, currency: str) -> str | None:
	"""The configured account for a currency, if it is one of this company; None leaves the choice to
	ERPNext."""
	for row in settings.current().receivable_accounts:
		if row.currency == currency and row.account:
			if frappe.get_cached_value("Account", row.account, "company") == company:
				return row.account
	return None


def account_for(customer: str, company: str, currency: str) -> str:
	"""The customers' account for a Customer's documents in a currency: the configured one, if it is in the currency
	of the Customer's books, else ERPNext's for the Customer. ERPNext keeps a Customer's books in one currency, and
	takes all currencies only in the company's."""
	standard = erpnext_api.party_account(customer, company)
	configured = account_of(company, currency)
	if configured and _currency_of(configured) == _books(customer, company, currency, standard):
		return configured
	return standard


def _books(customer: str, company: str, currency: str, standard: str | None) -> str:
	"""The currency of a Customer's books. Before the first entry it is that of the Customer's account where a user
	has chosen one, or the Billing Currency, else the company's."""
	entries = erpnext_api.books_currency(customer, company)
	if entries:
		return entries
	own = books.own_currency(company)
	chosen = _currency_of(standard) if standard else own
	if chosen == own and frappe.db.get_value("Customer", customer, "default_currency") == currency:
		return currency
	return chosen


def _currency_of(account: str) -> str:
	return frappe.get_cached_value("Account", account, "account_currency")


def set_receivable_account(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: book an invoice of the shop on the configuration's account for its currency, in
	`debit_to`, if the Customer's books are in that account's currency, see "One customer, several currencies". A
	credit note keeps its invoice's account.

	Source: docs/reference.md, "Document events".
	"""
	if _is_of_shop(doc) and account_of(doc.company, doc.currency):
		_set(doc, account_for(doc.customer, doc.company, doc.currency))


def keep_receivable_account(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_validate: replace the account of a shop's draft that ERPNext would refuse, because the
	Customer's books are in another currency. Before a Customer's first entry, ERPNext takes an invoice in another
	currency than its account's only with a setting in Accounts Settings, which is switched on. See "One customer,
	several currencies".

	Source: docs/reference.md, "Document events".
	"""
	if not _is_of_shop(doc) or doc.docstatus == 2 or not doc.customer:
		return
	entries = erpnext_api.books_currency(doc.customer, doc.company)
	account = doc.get("debit_to") or erpnext_api.party_account(doc.customer, doc.company)
	if entries and account and _currency_of(account) != entries:
		_set(doc, account_for(doc.customer, doc.company, doc.currency))
	elif not entries and account and _currency_of(account) != doc.currency:
		_allow_several_currencies(doc, account)


def _is_of_shop(doc) -> bool:
	return bool(cint(doc.get("from_ecommerce")) and not (doc.get("is_return") and doc.get("return_against")))


def _set(doc, account: str) -> None:
	doc.debit_to = account
	# ERPNext computes the outstanding amount before it reads this from the account.
	doc.party_account_currency = _currency_of(account)


def _allow_several_currencies(doc, account: str) -> None:
	if not erpnext_api.field(SETTINGS, ONE_ACCOUNT) or cint(
		frappe.db.get_single_value(SETTINGS, ONE_ACCOUNT)
	):
		return
	frappe.db.set_single_value(SETTINGS, ONE_ACCOUNT, 1)
	label = _(frappe.get_meta(SETTINGS).get_label(ONE_ACCOUNT))
	text = _("Switched on by Medusa Integration: {0}. The shop sells in {1}, and {2} is in {3}.").format(
		label.strip(), doc.currency, account, books.own_currency(doc.company)
	)
	frappe.get_doc(SETTINGS).add_comment("Info", text)
	frappe.msgprint(text, alert=True)


def take_advances(doc, method: str | None = None) -> None:
	"""Sales Invoice, before_insert: give an invoice of the shop the advances paid for its orders until it is submitted,
	and no others, by ERPNext's *Allocate Advances Automatically*. A user can switch that off in the draft. A return
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
	if made_from(doc):  # also where nothing is paid yet: a payment may come while the invoice is a draft
		doc.allocate_advances_automatically = doc.only_include_allocated_payments = 1
