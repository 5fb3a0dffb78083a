"""The Website Items that ERPNext has no price for today that the shop could ask, each with the reason.

Source: docs/reference.md, "Prices".
"""

import math
from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, format_date, getdate

from medusa_integration import settings, sold_variants
from medusa_integration.prices.item_prices import amount, by_currency, item_prices, valid_price

SHOWN = 5  # variants in a template's words


def reasons(items: Iterable[frappe._dict], variants: dict[str, list[str]] | None = None) -> dict[str, str]:
	"""`{Website Item: the reason, with the step to take}` of those without a price, in a constant number of queries.

	:param items: Website Items with `name` and `item_code`
	:param variants: `sold_variants.variants_of` these, where the caller has it
	"""
	items = list(items)
	price_list = settings.current().price_list
	facts = frappe.db.get_value("Price List", price_list, ["enabled", "selling"], as_dict=True)
	if not facts or not (facts.enabled and facts.selling):
		words = _("The Price List {0} doesn't exist, is disabled or isn't for selling.").format(price_list)
		return dict.fromkeys((item.name for item in items), words)
	if variants is None:
		variants = sold_variants.variants_of(item.name for item in items)
	sold = {item.name: variants.get(item.name) or [item.item_code] for item in items}
	prices = item_prices(price_list, {code for codes in sold.values() for code in codes})
	templates = _templates(item.item_code for item in items if not variants.get(item.name))
	today = getdate()
	found = {}
	for item in items:
		reasons = {
			code: _reason(code, prices[code], price_list, today, code in templates)
			for code in sold[item.name]
		}
		missing = {code: words for code, words in reasons.items() if words}
		found[item.name] = _named(missing) if variants.get(item.name) else missing.get(item.item_code, "")
	return {name: words for name, words in found.items() if words}


def _named(missing: dict[str, str]) -> str:
	"""The variants of a template's product that have no price, each with the reason."""
	lines = [_("{0}: {1}").format(code, words) for code, words in missing.items()]
	if len(lines) > SHOWN:
		lines[SHOWN:] = [_("And {0} more variants.").format(len(lines) - SHOWN)]
	return " ".join(lines)


def _templates(codes: Iterable[str]) -> set[str]:
	filters = {"name": ("in", [*codes, ""]), "has_variants": 1}
	return set(frappe.get_all("Item", filters, pluck="name", order_by=None))


def _reason(code: str, prices: list[frappe._dict], price_list: str, today: date, is_template: bool) -> str:
	"""Why an item has no price; "" where it has one."""
	winners = [valid_price(of_one, today) for _currency, of_one in by_currency(_for_one(prices))]
	winners = [price for price in winners if price]
	if any(amount(price.rate, price.currency) > 0 for price in winners):
		return ""
	if winners:
		return of_winner(winners[0])
	today_too = [price for price in prices if not price.is_for_one and valid_price([price], today)]
	if today_too:
		return of_other_unit(today_too[0])
	if _for_one(prices):
		return _of_other_days(_for_one(prices), today)
	if is_template:
		return _("{0} is a template, which ERPNext keeps no prices of: publish its variants.").format(code)
	words = _("There is no Item Price in {0} without customer and batch: add one.")
	return words.format(price_list)


def _for_one(prices: list[frappe._dict]) -> list[frappe._dict]:
	return [price for price in prices if price.is_for_one]


def of_winner(price: frappe._dict) -> str:
	"""Why the shop can't ask an Item Price that counts for one piece."""
	rate = flt(price.price_list_rate)
	if not math.isfinite(rate):
		return _("The rate of Item Price {0} is no number: set its rate.").format(price.name)
	if not rate:
		return _("Item Price {0} is 0, and the shop gives nothing away: set its rate.").format(price.name)
	if rate < 0:
		return _("Item Price {0} is negative: set its rate.").format(price.name)
	if price.is_converted:
		words = _("Item Price {0} makes {1} per {2}, less than half the smallest unit of {3}: set its rate.")
		return words.format(price.name, f"{price.rate.normalize():f}", price.sold_in, price.currency)
	words = _("Item Price {0}, {1}, is less than half the smallest unit of {2}: set its rate.")
	return words.format(price.name, price.price_list_rate, price.currency)


def of_other_unit(price: frappe._dict) -> str:
	"""Why an Item Price doesn't count for one piece."""
	unit = price.sold_in
	if price.uom and price.uom != unit:
		words = _("Item Price {0} is per {1}, and the shop sells per {2}: add an Item Price per {2}.")
		return words.format(price.name, price.uom, unit)
	words = _(
		"Item Price {0} holds for multiples of {1} only (Packing Unit): add one without a Packing Unit."
	)
	return words.format(price.name, price.packing_unit)


def _of_other_days(prices: list[frappe._dict], today: date) -> str:
	coming = [getdate(price.valid_from) for price in prices if price.valid_from]
	coming = [day for day in coming if day > today]
	if coming:
		words = _("No Item Price is valid today; the next one is from {0} on: change its dates or add one.")
		return words.format(format_date(min(coming)))
	ended = max(getdate(price.valid_upto) for price in prices)
	words = _("The last Item Price ended on {0}: change its dates or add one.")
	return words.format(format_date(ended))
