"""Test Connection's line about the stock locations that get stock from here: whether the shop sells from them.

Medusa sells from a stock location only in the sales channels that it is linked to. It takes stock at others without a word.

Source: docs/reference.md, "Stock locations".
"""

from frappe import _

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.stock import locations

OK, WARNING, FAILED = "ok", "warning", "failed"  # as in connection.py


def line(medusa: Dialect) -> tuple[str, str]:
	"""Status and message. Call it where the default location is settled.

	:raises MedusaError: where Medusa doesn't answer
	"""
	offered, ours = medusa.offered, locations.current()
	missing = sorted(set(ours.table.values()) - offered["stock_location"].keys())
	if missing:
		words = _("The table Stock Locations names {0}, which isn't in this shop: choose another one there.")
		return FAILED, words.format(", ".join(missing))
	channel = offered["sales_channel"].get(medusa.sales_channel, medusa.sales_channel)
	unlinked = medusa.unlinked_locations(ours.all)
	if unlinked:
		words = _(
			"The shop sells nothing from {0}: it isn't linked to the sales channel {1}. In Medusa's admin, under Settings → Locations & Shipping → {0} → Sales Channels, add {1}."
		)
		return WARNING, " ".join(words.format(name, channel) for name in unlinked)
	return OK, _("The sales channel {0} sells from every stock location that gets stock from here.").format(
		channel
	)
