"""Shipping and taxes of an order → the fixed charges of its Sales Order, by account.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import strip_html

from medusa_integration import settings, texts
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order, Shipping, Tax
from medusa_integration.medusa.totals import Plan, TaxPlan, code_of
from medusa_integration.money import NOTHING

SHIPPING, TAX, ROUNDING, CREDIT = "shipping", "tax:", "rounding", "credit"
LONGEST = 140


class Unmapped(NamedTuple):
	"""A tax for which there is no account."""

	code: str
	rate: Decimal


@dataclass(frozen=True)
class ChargeRow:
	"""A row of the Sales Order's taxes and charges.

	:param key: identifies the row in its order, see `medusa_charge`
	:param tax: None for shipping, credits and rounding
	"""

	key: str
	account: str
	amount: Decimal
	description: str
	tax: TaxPlan | None = None


class TaxAccounts:
	"""The accounts for an order's taxes: that of the first row of the settings that fits a tax. Rows and
	accounts of other companies don't count."""

	def __init__(self, order: Order, company: str) -> None:
		config = settings.current()
		rows = config.tax_accounts
		named = [row.account for row in rows] + [config.fallback_tax_account or ""]
		ours = {"name": ("in", named), "company": company}
		accounts = set(frappe.get_all("Account", ours, pluck="name", order_by=None))
		self._rows = [row for row in rows if row.account in accounts]
		self._fallback = config.fallback_tax_account if config.fallback_tax_account in accounts else None
		self._country = _country_of(order) if any(row.delivery_country for row in rows) else None

	def account_of(self, tax: Tax) -> str | Unmapped:
		for row in self._rows:
			if self._fits(row, tax):
				return row.account
		return self._fallback or Unmapped(code_of(tax), tax.rate)

	def _fits(self, row, tax: Tax) -> bool:
		code = (row.tax_code or "").strip()
		return (
			(not code or code.casefold() == code_of(tax).casefold())
			and (not (row.rate or "").strip() or rate_of(row.rate) == tax.rate)
			and (not row.delivery_country or row.delivery_country == self._country)
		)


def charges_of(plan: Plan, company: str) -> list[ChargeRow]:
	"""The charges of an order whose taxes were grouped by TaxAccounts. Where nothing is charged there is one of 0, if the Company
	has a Round Off Account: ERPNext fills an empty table with the taxes of templates.

	:raises Blocked: where the settings name no account
	"""
	charges = [] if settings.current().shipping_is_item else _shipping_charges(plan, company)
	charges += _tax_charges(plan)
	charges += _credit_charges(plan, company)
	if plan.rounding or not charges:
		charges += _rounding_charges(plan, company)
	return charges


def _shipping_charges(plan: Plan, company: str) -> list[ChargeRow]:
	accounts: dict[str, list] = defaultdict(list)
	for each in plan.shipping_methods:
		account = shipping_target(each.method, "account", company)
		if account:
			accounts[account].append(each)
		elif each.amount:
			raise _no_shipping_account(each.method, company)
	default = settings.current().shipping_account
	if not accounts and default and _is_of(default, company):
		return [ChargeRow(SHIPPING, default, NOTHING, _("Shipping"))]
	return [
		ChargeRow(
			f"{SHIPPING} {number}" if number > 1 else SHIPPING,
			account,
			sum((each.amount for each in methods), NOTHING),
			_text([each.method.name for each in methods]) or _("Shipping"),
		)
		for number, (account, methods) in enumerate(accounts.items(), 1)
	]


def _no_shipping_account(method: Shipping, company: str) -> Blocked:
	if not settings.current().shipping_account:
		words = _(
			"No account for shipping: choose the Shipping Account in the Medusa Configuration, then Retry."
		)
		return Blocked(words)
	words = _(
		"No account of the company {0} for shipping: in the Medusa Configuration, give the Shipping Option {1} a row with one, then Retry."
	)
	return Blocked(words.format(company, method.name))


def _is_of(account: str, company: str) -> bool:
	return frappe.get_cached_value("Account", account, "company") == company


def shipping_target(method: Shipping, field: str, company: str = "") -> str | None:
	"""The account or item of a shipping method: that of its option in the settings, else the default.

	:param field: "account" or "item"
	:param company: whose accounts count; "": any
	"""
	config = settings.current()
	default = config.shipping_account if field == "account" else config.shipping_item
	own = [
		row.get(field)
		for row in config.shipping_options
		if row.shipping_option in (method.option_id, method.name)
	]
	found = (each for each in (*own, default) if each)
	return next((each for each in found if not company or _is_of(each, company)), None)


def _tax_charges(plan: Plan) -> list[ChargeRow]:
	charges, keys = [], set()
	for tax in plan.taxes:
		if isinstance(tax.group, Unmapped):
			_refuse_unmapped(tax)
			continue
		key = _key(tax, [code_of(each) for each in tax.taxes])
		if key in keys:  # one code, with rates that belong to different accounts
			key = _key(tax, [f"{code_of(each)} {_percent(each)}" for each in tax.taxes])
		keys.add(key)
		words = [f"{each.name or code_of(each)} {_percent(each)}" for each in tax.taxes]
		charges.append(ChargeRow(key, tax.group, tax.amount, _text(words), tax))
	return charges


def _refuse_unmapped(tax: TaxPlan) -> None:
	"""Refuse a tax without an account, unless it is 0."""
	if tax.amount or any(tax.lines.values()) or tax.rest:
		raise Blocked(
			_(
				"No account for the tax {0} of {1}%: add a row to Tax Accounts in the Medusa Configuration, then Retry."
			).format(tax.group.code, f"{tax.group.rate.normalize():f}")
		)


def _credit_charges(plan: Plan, company: str) -> list[ChargeRow]:
	"""The gift cards and credit lines of an order: they are taken off its total, after the taxes."""
	if not plan.credit:
		return []
	name = plan.credit_name or _("Store credit")
	words = f"{plan.credit:,.{plan.decimals}f} {plan.currency}"
	return [ChargeRow(CREDIT, credit_account(words, company), -plan.credit, _text([name]))]


def credit_account(amount: str, company: str) -> str:
	"""The account of gift cards and credit lines.

	:param amount: as it is shown
	:raises Blocked: where there is none
	"""
	account = settings.current().credit_account
	if not account or frappe.get_cached_value("Account", account, "company") != company:
		account = frappe.get_cached_value("Company", company, "default_discount_account")
	if not account:
		raise Blocked(
			_(
				"The order has a gift card, store credit or other credit line of {0}, and no account for it: choose the Account for Store Credits in the Medusa Configuration, then Retry."
			).format(amount)
		)
	return account


def _rounding_charges(plan: Plan, company: str) -> list[ChargeRow]:
	account = _round_off_account(company)
	if not account and plan.rounding:
		raise Blocked(_no_rounding(company))
	return [ChargeRow(ROUNDING, account, plan.rounding, _("Rounding"))] if account else []


def rounding_account(company: str) -> str:
	"""The account of rounding.

	:raises Blocked: where there is none
	"""
	account = _round_off_account(company)
	if not account:
		frappe.throw(_no_rounding(company), Blocked, title=_("Rounding"))
	return account


def _round_off_account(company: str) -> str | None:
	return frappe.get_cached_value("Company", company, "round_off_account")


def _no_rounding(company: str) -> str:
	return _("{0} has no Round Off Account: set it in the Company, then Retry.").format(company)


def _key(tax: TaxPlan, codes: list[str]) -> str:
	"""A charge's key without "@", which joins a key to an order's name in documents for several orders."""
	return texts.one_line((TAX + "+".join(dict.fromkeys(codes))).replace("@", ""), LONGEST)


def _percent(tax: Tax) -> str:
	return f"{tax.rate.normalize():f}%"


def _text(words: list[str]) -> str:
	"""Medusa's texts without markup: prints of ERPNext show descriptions as HTML."""
	return texts.one_line(strip_html(", ".join(dict.fromkeys(filter(None, words)))), LONGEST)


def _country_of(order: Order) -> str | None:
	address = order.shipping_address or order.billing_address
	code = address.country_code.lower() if address else ""
	return frappe.db.get_value("Country", {"code": code}) if code else None


def rate_of(text: str) -> Decimal:
	"""A rate in percent, written as 5, 5.0, 5 % or 5,5.

	:raises Blocked: where the text isn't a rate
	"""
	try:
		return Decimal(text.replace("%", "").replace(",", ".").strip())
	except InvalidOperation:
		raise Blocked(
			_("{0} isn't a rate: correct Tax Accounts in the Medusa Configuration, then Retry.").format(text)
		) from None
