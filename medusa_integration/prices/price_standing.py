"""How an Item Price stands with Medusa, in words: in the shop, or the reason why it isn't sent.

Source: docs/reference.md, "Prices".
"""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import format_date, getdate

from medusa_integration import settings, sold_units
from medusa_integration.prices import price_table, unpriced
from medusa_integration.prices.item_prices import amount, holds_for, is_converted, rate_in


class Standing(NamedTuple):
	"""A sentence about an Item Price.

	:param waits_for_product: whether outbox rows about the product say more
	"""

	color: str
	words: str
	waits_for_product: bool = False


def standing(price, page: frappe._dict | None) -> Standing:
	"""
	:param price: an Item Price for selling
	:param page: the Website Item whose product sells its Item, with `name` and `medusa_synced_on`
	"""
	item = frappe.db.get_value(
		"Item", price.item_code, ["has_variants", "stock_uom", sold_units.FIELD], as_dict=True
	)
	reason = _never_sent(price) or _of_product(price, page)
	if reason:
		return _unsent("gray", reason)
	if item.has_variants:
		return Standing("blue", _("Medusa gets it for each variant that has no price of its own."), True)
	if not page.medusa_synced_on:
		return _unsent("gray", _("{0} isn't in the shop yet.").format(page.name))._replace(
			waits_for_product=True
		)
	if reason := _not_for_one(price, item):
		return _unsent("orange", reason)
	if price.valid_upto and getdate(price.valid_upto) < getdate():
		return _unsent("gray", _("It ended on {0}.").format(format_date(price.valid_upto)))
	if not price.medusa_price_id:
		reason = _("Another Item Price or a Pricing Rule counts instead.")
		return _unsent("gray", reason)._replace(waits_for_product=True)
	if price.valid_from and getdate(price.valid_from) > getdate():
		words = _("In Medusa. The shop charges this price from {0} on.").format(format_date(price.valid_from))
		return Standing("green", words, True)
	return Standing("green", _("In Medusa. The shop charges this price."), True)


def _unsent(color: str, reason: str) -> Standing:
	return Standing(color, _("Not sent to Medusa. {0}").format(reason))


def _never_sent(price) -> str:
	"""Why the shop doesn't ask such prices; "" where it does."""
	if price.supplier or price.batch_no:
		return _("It is for one supplier or one batch.")
	if price.customer and not price_table.is_used():
		return _(
			"It is for one customer: fill in the table Prices in the shop in the Medusa Configuration to have such prices sent."
		)
	lists = price_table.price_lists() if price_table.is_used() else {settings.current().price_list}
	if price.price_list not in lists:
		return _("The shop's prices are those of {0}, see the Medusa Configuration.").format(
			", ".join(sorted(lists))
		)
	return ""


def _of_product(price, page: frappe._dict | None) -> str:
	"""Why no product in the shop has the price; "" where there is one."""
	if page and (page.published or page.medusa_id):
		return ""
	return _("No published Website Item sells {0}.").format(price.item_code)


def _not_for_one(price, item: frappe._dict) -> str:
	"""Why the price isn't one of a single piece in the shop; "" where it is."""
	unit = sold_units.announced(item[sold_units.FIELD], item.stock_uom)
	converted = not price.customer and is_converted(price, unit.uom, item.stock_uom)
	facts = {"sold_in": unit.uom, "rate": rate_in(price, unit), "is_converted": converted}
	row = frappe._dict(price.as_dict(), **facts)
	if not (converted or holds_for(price, unit.uom)):
		return unpriced.of_other_unit(row)
	return "" if amount(row.rate, row.currency) > 0 else unpriced.of_winner(row)
