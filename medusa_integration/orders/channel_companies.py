"""The accounts and records that the orders of a sales channel would lack, where its row in the table *Sales Channels* names another
company.

Source: docs/reference.md, "Storefronts".
"""

from collections.abc import Iterator

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.orders.channels import DOCTYPES

TAX, SHIPPING, PAYMENTS = "Tax Accounts", "Shipping Account", "Payment Providers"


def problems(configuration) -> Iterator[str]:
	"""A sentence for each thing that a row's orders would lack."""
	rows = [row for row in configuration.get("sales_channels") or ()]
	others = next((row.company for row in rows if not row.sales_channel and row.company), None)
	default = configuration.company or settings.company_or_none()
	for row in rows:
		company = row.company or others or default
		where = _("Sales Channels, row {0}").format(row.idx)
		for field, doctype in DOCTYPES.items():
			if row.get(field) and frappe.get_cached_value(doctype, row.get(field), "company") != company:
				words = _("{0}: the {1} {2} isn't one of the company {3}, and isn't used for its orders.")
				yield words.format(where, _(doctype), row.get(field), company)
		if row.price_list:
			enabled, selling = frappe.get_cached_value("Price List", row.price_list, ["enabled", "selling"])
			if not (enabled and selling):
				words = _("{0}: the Price List {1} is disabled, or not for selling. Choose another one.")
				yield words.format(where, row.price_list)
		if row.company and row.company != default:
			yield from (f"{where}: {words}" for words in _missing(configuration, row.company))


def _missing(configuration, company: str) -> Iterator[str]:
	"""The accounts that the orders of a company other than the default one lack."""
	taxes = [*_accounts(configuration, "tax_accounts"), configuration.fallback_tax_account]
	if any(taxes) and not _has_own(taxes, company):
		yield _(
			"no account of {0} is in {1}. Add a row with one, or its orders with taxes wait in the Medusa Inbox."
		).format(company, _(TAX))
	shipping = [configuration.shipping_account, *_accounts(configuration, "shipping_options")]
	if configuration.shipping_as != "An item" and any(shipping) and not _has_own(shipping, company):
		yield _(
			"no account of {0} is among the {1} and the Shipping Options. Give each of its shipping options a row with one, or its orders with shipping wait in the Medusa Inbox."
		).format(company, _(SHIPPING))
	if configuration.payment_providers and not _is_paid(configuration, company):
		yield _(
			"no row of {0} has an account of {1}, nor a Mode of Payment with one. Add one, or its payments wait in the Medusa Inbox."
		).format(_(PAYMENTS), company)


def _accounts(configuration, table: str) -> list[str | None]:
	return [row.account for row in configuration.get(table) or ()]


def _has_own(accounts: list[str | None], company: str) -> bool:
	return any(
		frappe.get_cached_value("Account", account, "company") == company for account in accounts if account
	)


def _is_paid(configuration, company: str) -> bool:
	rows = configuration.payment_providers
	modes = [row.mode_of_payment for row in rows if row.mode_of_payment and not row.account]
	filters = {"parent": ("in", [*modes, ""]), "company": company, "default_account": ("is", "set")}
	return _has_own(_accounts(configuration, "payment_providers"), company) or bool(
		frappe.db.exists("Mode of Payment Account", filters)
	)
