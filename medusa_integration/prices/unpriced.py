"""The Website Items that ERPNext has no price for today that the shop could ask, each with the reason.

Source: docs/reference.md, "Prices".
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, format_date, getdate

from medusa_integration import settings
from medusa_integration.prices.item_prices import amount, by_currency, item_prices, valid_price


def reasons(items: Iterable[frappe._dict]) -> dict[str, str]:
	"""`{Website Item: the reason, with the step to take}` of those without a price, in a constant number of queries.

	:param items: Website Items with `name` and `item_code`
	"""
	items = list(items)
	price_list = settings.current().price_list
	facts = frappe.db.get_value("Price List", price_list, ["enabled", "selling"], as_dict=True)
	if not facts or not (facts.enabled and facts.selling):
		words = _("The Price List {0} doesn't exist, is disabled or isn't for selling.").format(price_list)
		return dict.fromkeys((item.name for item in items), words)
	prices = item_prices(price_list, {item.item_code for item in items})
	today = getdate()
	found = {item.name: _reason(item.item_code, prices[item.item_code], price_list, today) for item in items}
	return {name: words for name, words in found.items() if words}


def _reason(code: str, prices: list[frappe._dict], price_list: str, today: date) -> str:
	"""Why an item has no price; "" where it has one."""
	winners = [valid_price(of_one, today) for _currency, of_one in by_currency(_for_one(prices))]
	winners = [price for price in winners if price]
	if any(amount(price.rate, price.currency) > 0 for price in winners):
		return ""
	if winners:
		return _of_winner(winners[0])
	today_too = [price for price in prices if not price.is_for_one and valid_price([price], today)]
	if today_too:
		return _of_other_unit(today_too[0])
	if _for_one(prices):
		return _of_other_days(_for_one(prices), today)
	if frappe.get_cached_value("Item", code, "has_variants"):
		return _("{0} is a template, which ERPNext keeps no prices of: publish its variants.").format(code)
	words = _("There is no Item Price in {0} without customer and batch: add one.")
	return words.format(price_list)


def _for_one(prices: list[frappe._dict]) -> list[frappe._dict]:
	return [price for price in prices if price.is_for_one]


def _of_winner(price: frappe._dict) -> str:
	rate = flt(price.price_list_rate)
	if not rate:
		return _("Item Price {0} is 0, and the shop gives nothing away: set its rate.").format(price.name)
	if rate < 0:
		return _("Item Price {0} is negative: set its rate.").format(price.name)
	if price.is_converted:
		words = _("Item Price {0} makes {1} per {2}, less than half the smallest unit of {3}: set its rate.")
		return words.format(price.name, f"{price.rate.normalize():f}", price.sold_in, price.currency)
	words = _("Item Price {0}, {1}, is less than half the smallest unit of {2}: set its rate.")
	return words.format(price.name, price.price_list_rate, price.currency)


def _of_other_unit(price: frappe._dict) -> str:
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
