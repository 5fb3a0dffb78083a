"""Test Connection's line on the table *Prices in the shop*.

Source: docs/reference.md, "Several price lists".
"""

import frappe
from frappe import _

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.prices import price_table, shop_price_rows

OK, WARNING = "ok", "warning"  # as in connection.py
SHOWN = 5


def line(medusa: Dialect) -> tuple[str, str]:
	"""Status and message: price lists in currencies that the shop doesn't sell in, and what of ERPNext's prices isn't in the shop.

	:raises MedusaError: where Medusa doesn't answer
	"""
	names = price_table.price_lists()
	lists = frappe.get_all("Price List", {"name": ("in", list(names))}, ["name", "currency"], order_by="name")
	texts = [
		_(
			"The shop doesn't sell in {0}, the currency of {1}: add it in Medusa's admin, under Settings → Store."
		).format(each.currency, each.name)
		for each in lists
		if each.currency.upper() not in medusa.currencies
	]
	unsaid = shop_price_rows.unsaid()
	texts += [_("Not in the shop: {0}: {1}.").format(what, why) for what, why in unsaid[:SHOWN]]
	if len(unsaid) > SHOWN:
		texts.append(_("And {0} more, see the Medusa Configuration.").format(len(unsaid) - SHOWN))
	if not medusa.groups_come_first:
		texts.append(
			_(
				"Medusa v1 asks the lowest price of all lists: a group's price that is higher than everybody's has no effect."
			)
		)
	if texts:
		return WARNING, " ".join(texts)
	return OK, _("{0} price lists. All Pricing Rules for selling are in the shop.").format(len(lists))
