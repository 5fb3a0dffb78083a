"""Test Connection's line about the sales channels that the table *Sales Channels* names.

Medusa accepts the ids of channels that it doesn't have, shows the products of a disabled channel without taking orders, and
sells nothing in a channel without a stock location: it says none of it.

Source: docs/reference.md, "Storefronts".
"""

from collections.abc import Iterator

from frappe import _

from medusa_integration import settings
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.orders import channel_companies
from medusa_integration.products import channels

OK, WARNING, FAILED = "ok", "warning", "failed"  # as in connection.py


def named() -> bool:
	"""Whether the table names a sales channel."""
	return any(row.sales_channel for row in settings.current().sales_channels)


def line(medusa: Dialect) -> tuple[str, str]:
	"""Status and message.

	:raises MedusaError: where Medusa doesn't answer
	"""
	rows = [row for row in settings.current().sales_channels if row.sales_channel]
	there, names = medusa.channels_there(), medusa.offered["sales_channel"]
	missing = [row for row in rows if row.sales_channel not in there]
	if missing:
		words = _(
			"Row {0} of the table Sales Channels names {1}, which isn't in this shop: choose another one there, or remove the row."
		)
		return FAILED, " ".join(words.format(row.idx, row.sales_channel) for row in missing)
	names = {id: names.get(id, id) for id in there}
	found = [*_unusable(medusa, there, names), *channel_companies.problems(settings.configuration())]
	if found:
		return WARNING, " ".join(found)
	return OK, " ".join(_sold(rows, names))


def _unusable(medusa: Dialect, there: dict[str, bool], names: dict[str, str]) -> Iterator[str]:
	"""A sentence for each channel with rules that sells nothing."""
	ours = list(dict.fromkeys(row.sales_channel for row in channels.rules()))
	for id in ours:
		if not there[id]:
			words = _(
				"The sales channel {0} is disabled: its storefront shows products, and takes no order. In Medusa's admin, enable it under Settings → Sales Channels → {0}."
			)
			yield words.format(names[id])
	for id in sorted(medusa.channels_without_location(ours)):
		words = _(
			"{0} sells nothing: no stock location is linked to it. In Medusa's admin, under Settings → Locations & Shipping → the location → Sales Channels, add {0}."
		)
		yield words.format(names[id])


def _sold(rows: list, names: dict[str, str]) -> Iterator[str]:
	for row in rows:
		if row.get("sells"):
			words = _("{0}: {1}, {2} Website Items.")
			yield words.format(names[row.sales_channel], _(row.sells), channels.count(row))
	if not channels.rules():
		yield _("The table Sales Channels is for orders only: no row says what a channel sells.")
