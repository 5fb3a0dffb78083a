"""The prices of products as the storefront shows them: the caller's, or none where they are on request. A product with
options has the lowest price of its variants.

Source: docs/reference.md, "Product cards".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import flt

from medusa_integration import exchange_rates, settings, sold_units, sold_variants
from medusa_integration.customers.shop_customers import Party
from medusa_integration.prices import offers, price_table
from medusa_integration.quotations.item_rates import NO_PRICE, Price, prices_for, standard_list
from medusa_integration.window import landing_page


@dataclass(frozen=True)
class ShownPrice:
	"""The prices of one product; 0: none, or on request.

	:param uom: the unit of the prices, where the shop sells in sales units; else ""
	:param has_variants: whether these are the lowest prices of several variants
	:param is_from: whether the variants have several prices
	"""

	standard: float
	negotiated: float
	uom: str = ""
	has_variants: bool = False
	is_from: bool = False

	def values(self) -> dict[str, Any]:
		"""As replies have them: `price_from` and `uom` only where they say something."""
		prices = {"standard_price": self.standard, "negotiated_price": self.negotiated}
		is_from = {"price_from": True} if self.is_from else {}
		return {**prices, **is_from, **({"uom": self.uom} if self.uom else {})}


def of_items(
	item_codes: Iterable[str],
	customer: Party | None = None,
	threshold: float | None = None,
	templates: Iterable[str] | None = None,
) -> dict[str, ShownPrice]:
	"""`{item code: its prices as the storefront shows them}`, in a constant number of queries. From the threshold on both are
	0: on request.

	:param item_codes: of Website Items, or of variants
	:param customer: the party whose default price list and negotiated prices count
	:param threshold: as `visibility_threshold`, which is asked where it is left out
	:param templates: those of the item codes that may have variants; left out: all
	"""
	codes = list(item_codes)
	variants = sold_variants.variants_in_shop(codes if templates is None else templates)
	every = list(dict.fromkeys([*codes, *(code for of_it in variants.values() for code in of_it)]))
	prices, units = _visible(every, customer, threshold), _units(every)
	own = {code: ShownPrice(*prices[code], units.get(code, "")) for code in every}
	return {
		code: _lowest([own[each] for each in variants[code]]) if variants.get(code) else own[code]
		for code in codes
	}


def _lowest(prices: list[ShownPrice]) -> ShownPrice:
	"""The lowest price of variants; those without a price don't count."""
	priced = sorted((price for price in prices if price.negotiated), key=lambda price: price.negotiated)
	if not priced:
		return ShownPrice(*NO_PRICE, has_variants=True)
	is_from = priced[0].negotiated != priced[-1].negotiated
	return ShownPrice(priced[0].standard, priced[0].negotiated, priced[0].uom, True, is_from)


def _visible(codes: list[str], customer: Party | None, threshold: float | None) -> dict[str, Price]:
	name = customer.name if customer and customer.doctype == "Customer" else None
	standard = settings.current().price_list
	is_table = price_table.is_used()
	prices = _by_table(codes, name, _listed(name)) if is_table else prices_for(codes, standard, name)
	threshold = visibility_threshold() if threshold is None else threshold
	if not threshold:
		return prices
	limit = _in_currency_of(_listed(name) if is_table else standard_list(standard, name), threshold)
	return {code: NO_PRICE if price.standard >= limit else price for code, price in prices.items()}


def _listed(customer: str | None) -> str:
	"""The customer's price list where the table *Prices in the shop* has it, else the shop's."""
	standard = settings.current().price_list
	found = standard_list(standard, customer)
	return found if found in price_table.price_lists() else standard


def _by_table(codes: list[str], customer: str | None, listed: str) -> dict[str, Price]:
	"""The prices by the table *Prices in the shop*: everyone's before discounts, and the one that the shop asks the customer.

	:param listed: the price list whose currency the prices are in
	"""
	currency = frappe.get_cached_value("Price List", listed, "currency") or ""
	asked = offers.asked_today(codes, customer or "", currency)
	return {code: Price(*asked.get(code, NO_PRICE)) for code in codes}


def _units(item_codes: list[str]) -> dict[str, str]:
	"""`{item code: the unit of its prices}` where the shop sells in sales units; else {}."""
	if not settings.current().sells_in_sales_unit:
		return {}
	return {code: unit.uom for code, unit in sold_units.told(item_codes).items()}


def visibility_threshold() -> float:
	"""The standard price, in the company's currency, from which on no price is shown; 0: all are shown. It is the
	configuration's *Prices Shown Below*, or else the landing page's."""
	own = settings.current().price_visibility_threshold
	page = landing_page.DOCTYPE, landing_page.ACTIVE
	return own or flt(frappe.db.get_value(*page, "price_visibility_threshold"))


def visibility_limit(price_list: str) -> float | None:
	"""The price of a price list from which on none is shown, in its currency; None: all are shown."""
	threshold = visibility_threshold()
	return _in_currency_of(price_list, threshold) if threshold else None


def _in_currency_of(price_list: str, threshold: float) -> float:
	"""The threshold in a price list's currency. Without a Currency Exchange for the two it is 0, so that no price is
	shown: none is known to be below."""
	company = frappe.get_cached_value("Company", settings.company_or_none(), "default_currency")
	currency = frappe.get_cached_value("Price List", price_list, "currency")
	if currency == company or not currency:
		return threshold
	return threshold / rate if (rate := exchange_rates.last_exchange_rate(currency, company)) else 0.0
