"""Test Connection's line about prices with tax: whether Medusa takes the prices as ERPNext means them.

ERPNext keeps in its tax templates whether a rate includes the tax (*Is this Tax included in Basic Rate?*). Medusa keeps it
for each currency. Where the two differ, customers pay the tax twice, or not at all.

Source: docs/reference.md, "Prices".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.prices import price_table

OK, WARNING = "ok", "warning"  # as in connection.py
TEMPLATE = "Sales Taxes and Charges Template"
ROW = "Sales Taxes and Charges"


def line(medusa: Dialect) -> tuple[str, str]:
	"""Status and message: of the configuration's price list, and of each other currency of the table *Prices in the shop*.

	:raises MedusaError: where Medusa doesn't answer
	"""
	standard = settings.current().price_list
	lists = dict(
		frappe.get_all(
			"Price List",
			{"name": ("in", list(price_table.price_lists()))},
			["name", "currency"],
			as_list=True,
			order_by="name",
		)
	)
	by_currency = {currency.upper(): name for name, currency in lists.items()}
	if standard in lists:
		by_currency = {lists[standard].upper(): standard} | by_currency
	in_medusa, in_erpnext = medusa.tax_inclusive_currencies(), _in_erpnext()
	found = [
		_of_currency(currency, name, currency in in_medusa, in_erpnext)
		for currency, name in by_currency.items()
	]
	wrong = [words for status, words in found if status == WARNING]
	return (WARNING, " ".join(wrong)) if wrong else (OK, " ".join(words for _status, words in found))


def _of_currency(
	currency: str, name: str, in_medusa: bool, in_erpnext: tuple[bool | None, str]
) -> tuple[str, str]:
	included, template = in_erpnext
	if included is None:
		return OK, _without_template(in_medusa).format(currency, name)
	if included == in_medusa:
		words = (
			_("Prices in {0} include the tax, in Medusa and in ERPNext ({1}).")
			if included
			else _("Tax is added to prices in {0}, in Medusa and in ERPNext ({1}).")
		)
		return OK, words.format(currency, template)
	if included:
		words = _(
			"ERPNext's prices include the tax ({1}), but Medusa adds it to prices in {0}: a customer pays it twice. In Medusa's admin, under Settings → Store → Currencies, switch on Tax inclusive pricing for {0}."
		)
	else:
		words = _(
			"ERPNext adds the tax to its prices ({1}), but Medusa takes prices in {0} as including it: a customer pays too little. In Medusa's admin, under Settings → Store → Currencies, switch off Tax inclusive pricing for {0}."
		)
	return WARNING, words.format(currency, template)


def _without_template(in_medusa: bool) -> str:
	if in_medusa:
		return _(
			"Medusa takes prices in {0} as including the tax. If those of {1} don't, switch off Tax inclusive pricing for {0} in Medusa's admin, under Settings → Store → Currencies."
		)
	return _(
		"Medusa adds the tax to prices in {0}. If those of {1} include it, switch on Tax inclusive pricing for {0} in Medusa's admin, under Settings → Store → Currencies."
	)


def _in_erpnext() -> tuple[bool | None, str]:
	"""Whether the prices include the tax, by the company's default tax template, or else by its only way: None where its
	templates differ or there is none. And the name of a template that says so."""
	company = settings.company_or_none()
	if not company or not frappe.db.table_exists(TEMPLATE):
		return None, ""
	templates = frappe.get_all(
		TEMPLATE,
		{"company": company, "disabled": 0},
		["name", "is_default"],
		order_by="is_default desc, name",
	)
	rows = frappe.get_all(
		ROW,
		{
			"parenttype": TEMPLATE,
			"parent": ("in", [each.name for each in templates] or [""]),
			"charge_type": ("!=", "Actual"),
		},
		["parent", "included_in_print_rate"],
		order_by=None,
	)
	ways = {
		each.name: {bool(row.included_in_print_rate) for row in rows if row.parent == each.name}
		for each in templates
	}
	if templates and templates[0].is_default and ways[templates[0].name]:
		return any(ways[templates[0].name]), templates[0].name
	found = {any(way): name for name, way in ways.items() if way}
	return next(iter(found.items())) if len(found) == 1 else (None, "")
