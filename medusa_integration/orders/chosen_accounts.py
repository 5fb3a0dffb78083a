"""The accounts that the Medusa Configuration names: whether ERPNext books on them what they were chosen for.

Source: docs/reference.md, "Settings".
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import settings


class Fit(NamedTuple):
	"""The types of accounts that fit, or those that don't."""

	types: tuple[str, ...]
	is_allowed: bool


RECEIVABLE = Fit(("Receivable",), True)
# Anything but what ERPNext keeps for parties, money, stock and assets: charts differ in the types of tax accounts.
CHARGE = Fit(
	(
		"Receivable", "Payable", "Bank", "Cash", "Stock", "Stock Received But Not Billed", "Fixed Asset", "Depreciation",
		"Accumulated Depreciation", "Capital Work in Progress", "Asset Received But Not Billed", "Equity",
	),
	False,
)  # fmt: skip
MONEY = Fit(("Bank", "Cash"), True)
# `(field of the configuration, field of its rows where it is a table, what fits)`
FITS = (
	("tax_accounts", "account", CHARGE),
	("fallback_tax_account", "", CHARGE),
	("shipping_account", "", CHARGE),
	("shipping_options", "account", CHARGE),
	("return_fee_account", "", CHARGE),
	("credit_account", "", CHARGE),
	("receivable_accounts", "account", RECEIVABLE),
	("payment_providers", "account", MONEY),
	("payment_providers", "fee_account", CHARGE),
)


class _Chosen(NamedTuple):
	where: str
	account: str
	fit: Fit


def problems(configuration) -> Iterator[str]:
	"""A sentence for each account that can't be used, in one query."""
	chosen = list(_chosen(configuration))
	names = [each.account for each in chosen]
	rows = frappe.get_all(
		"Account",
		{"name": ("in", [*names, ""])},
		["name", "is_group", "disabled", "account_type", "company"],
		order_by=None,
	)
	known = {row.name: row for row in rows}
	companies = {
		configuration.company or settings.company_or_none(),
		*(row.company for row in configuration.sales_channels),
	}
	companies -= {None, ""}
	for each in chosen:
		reason = _reason(known.get(each.account), each, companies)
		if reason:
			account = frappe.bold(frappe.utils.escape_html(each.account))
			yield _("{0}: {1} {2}").format(each.where, account, reason)


def _chosen(configuration) -> Iterable[_Chosen]:
	for fieldname, of_row, fit in FITS:
		field = configuration.meta.get_field(fieldname)
		if not of_row:
			if configuration.get(fieldname):
				yield _Chosen(_(field.label), configuration.get(fieldname), fit)
			continue
		for row in configuration.get(fieldname) or ():
			if row.get(of_row):
				where = f"{_(field.label)}, {_('row')} {row.idx}"
				yield _Chosen(where, row.get(of_row), fit)


def _reason(account: frappe._dict | None, chosen: _Chosen, companies: set[str]) -> str:
	if not account:
		return _("doesn't exist.")
	if account.is_group:
		return _("is a group. Choose an account within it.")
	if account.disabled:
		return _("is disabled.")
	if ((account.account_type or "") in chosen.fit.types) is not chosen.fit.is_allowed:
		return _("is of the type {0}. {1}").format(_(account.account_type or "–"), _advice(chosen.fit))
	if companies and account.company not in companies:
		return _("belongs to the company {0}.").format(account.company)
	return ""


def _advice(fit: Fit) -> str:
	if fit is RECEIVABLE:
		return _("Choose a receivable account.")
	if fit is MONEY:
		return _("Choose a bank or cash account.")
	return _("Choose a tax, income or expense account.")
