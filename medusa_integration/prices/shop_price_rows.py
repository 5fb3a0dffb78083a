"""The rows of the configuration's table *Prices in the shop*, as they are saved, and what of ERPNext's prices they can't bring to
the shop.

Source: docs/reference.md, "Several price lists".
"""

import frappe
from frappe import _
from frappe.utils import getdate

from medusa_integration.prices import price_table
from medusa_integration.prices.pricing_rules import PricingRules

SHOWN = 20  # Item Prices with a Packing Unit


def check(doc) -> None:
	"""Refuse rows that can't be followed.

	:param doc: the Medusa Configuration
	:raises frappe.ValidationError: for a row for both a Customer and a Customer Group, a price list that isn't for selling, and
		two rows alike
	"""
	seen = {}
	for row in doc.get("shop_prices") or ():
		if row.customer and row.customer_group:
			_refuse(row, _("choose a Customer or a Customer Group, not both: make two rows"))
		facts = frappe.db.get_value(
			"Price List", row.price_list, ["selling", "enabled", "currency"], as_dict=True
		)
		if facts and not (facts.selling and facts.enabled):
			_refuse(row, _("the Price List {0} is disabled, or not for selling").format(row.price_list))
		day = str(getdate(row.from_date)) if row.from_date else ""
		key = (row.customer_group, row.customer, day, facts and facts.currency)
		if not row.is_sale and seen.setdefault(key, row.price_list) != row.price_list:
			words = _(
				"{0} is for the same customers, in the same currency, from the same day on: choose one, or set From"
			)
			_refuse(row, words.format(seen[key]))


def _refuse(row, words: str) -> None:
	frappe.throw(_("Row {0}: {1}.").format(row.idx, words), title=_("Prices in the shop"))


def unsaid() -> list[tuple[str, str]]:
	"""What of ERPNext's prices Medusa's price lists can't say, each with the reason: Pricing Rules and Item Prices. It isn't sent,
	and the shop asks the price without it. Empty where the table has no rows.
	"""
	if not price_table.is_used():
		return []
	rules = PricingRules.load().unsaid
	found = [(_("Pricing Rule {0}").format(name), why) for name, why in sorted(rules.items())]
	packed = {
		"price_list": ("in", list(price_table.price_lists())),
		"selling": 1,
		"packing_unit": (">", 1),
	}
	fields = ["name", "item_code", "packing_unit"]
	prices = frappe.get_all("Item Price", packed, fields, order_by="name", limit_page_length=SHOWN + 1)
	for price in prices[:SHOWN]:
		words = _(
			"it holds for multiples of {0} only (Packing Unit): make a Pricing Rule with a Min Qty instead"
		)
		label = _("Item Price {0} of {1}").format(price.name, price.item_code)
		found.append((label, words.format(price.packing_unit)))
	if len(prices) > SHOWN:
		count = frappe.db.count("Item Price", packed) - SHOWN
		found.append((_("{0} more Item Prices").format(count), _("they have a Packing Unit, too")))
	return found
