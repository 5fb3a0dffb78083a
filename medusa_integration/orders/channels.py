"""The company, price list, warehouse, cost center and series for a sales channel's orders.

Source: docs/reference.md, "Orders from Medusa".
"""

from typing import NamedTuple

import frappe

from medusa_integration import settings
from medusa_integration.medusa.order import Order

DOCTYPES = {"warehouse": "Warehouse", "cost_center": "Cost Center"}


class Channel(NamedTuple):
	"""The values that a sales channel's documents share.

	:param warehouse: None: ERPNext's default of the item
	:param series: of Sales Orders; None: the configuration's
	"""

	company: str
	price_list: str
	warehouse: str | None
	cost_center: str | None
	series: str | None

	def named(self, doctype: str) -> dict[str, str]:
		"""The value by which a new Sales Order gets the channel's naming series, else the configuration's."""
		return {"naming_series": self.series} if self.series else settings.series(doctype)


def channel_of(order: Order) -> Channel:
	"""The values of the rows of the order's sales channel; blank ones are taken from the row without a sales
	channel, then from the settings. A warehouse or cost center of another company is left out.

	:raises MedusaNotConfigured: without a company
	"""
	rows = settings.current().sales_channels
	own = [row for row in rows if row.sales_channel and row.sales_channel == order.sales_channel]
	rows = [*own, *[row for row in rows if not row.sales_channel][:1]]
	defaults = settings.current()
	company = _first(rows, "company") or defaults.company
	return Channel(
		company=company,
		price_list=_first(rows, "price_list") or defaults.price_list,
		warehouse=_first(rows, "warehouse", of=company),
		cost_center=_first(rows, "cost_center", of=company)
		or frappe.get_cached_value("Company", company, "cost_center"),
		series=_first(rows, "sales_order_series"),
	)


def _first(rows: list, field: str, of: str | None = None) -> str | None:
	for row in rows:
		value = row.get(field)
		if value and (not of or frappe.get_cached_value(DOCTYPES[field], value, "company") == of):
			return value
	return None
