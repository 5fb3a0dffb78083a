"""The flat delivery charge of Quotations whose address isn't in the company's own city.

An order from Medusa has Medusa's own shipping, and gets no such charge.

Source: docs/reference.md, "Quotations from the shop".
"""

import frappe
from frappe import _
from frappe.utils import cstr, flt

from medusa_integration import exchange_rates, settings
from medusa_integration.window import landing_page


def add(doc) -> str:
	"""Add the landing page's *Delivery Charges* to a new Quotation, as a charge on the settings' Shipping Account.

	:param doc: not saved yet, with its addresses; changed
	:returns: the reason why a charge that is due isn't in the Quotation; "" without one
	"""
	amount = flt(frappe.db.get_value(landing_page.DOCTYPE, landing_page.ACTIVE, "delivery_charges"))
	if not amount or not _leaves_the_city(doc):
		return ""
	account = settings.current().shipping_account
	if not account:
		return _("No delivery charges were added: choose the Shipping Account in the Medusa Configuration.")
	own = frappe.get_cached_value("Company", doc.company, "default_currency")
	rate = 1.0 if doc.currency == own else exchange_rates.last_exchange_rate(doc.currency, own)
	if not rate:
		return _("No delivery charges were added: there is no Currency Exchange from {0} to {1}.").format(
			doc.currency, own
		)
	doc.append(
		"taxes",
		{
			"charge_type": "Actual",
			"account_head": account,
			"description": _("Delivery"),
			"tax_amount": amount / rate,
			"cost_center": frappe.get_cached_value("Company", doc.company, "cost_center"),
		},
	)
	return ""


def _leaves_the_city(doc) -> bool:
	"""Whether the Quotation's shipping address, or else its billing address, is in another city than each of the company's
	addresses. Without an address, or a company's, the city isn't known, and there is no charge."""
	name = doc.get("shipping_address_name") or doc.get("customer_address")
	city = _folded(frappe.db.get_value("Address", name, "city")) if name else ""
	own = _own_cities(doc.company)
	return bool(city and own) and city not in own


def _own_cities(company: str) -> set[str]:
	link, address = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Address")
	cities = (
		frappe.qb.from_(link)
		.join(address)
		.on((address.name == link.parent) & (link.parenttype == "Address"))
		.select(address.city)
		.where((link.link_doctype == "Company") & (link.link_name == company))
	)
	return {_folded(city) for city in cities.run(pluck=True)} - {""}


def _folded(text: str | None) -> str:
	return " ".join(cstr(text).split()).casefold()
