"""The turnover of the shop's orders of the last 30 days, by the day, in each company's currency."""

import frappe

from medusa_integration.medusa_integration.dashboard_chart_source.medusa_orders_by_day.medusa_orders_by_day import (
	chart_of,
	rows_of,
)


@frappe.whitelist()
def get(
	chart_name=None,
	chart=None,
	no_cache=None,
	filters=None,
	from_date=None,
	to_date=None,
	timespan=None,
	time_interval=None,
	heatmap_year=None,
	refresh=None,
) -> dict:
	"""The chart's values. The parameters are those that Frappe passes to every chart; only `filters` is used.

	:param filters: `company`: only its orders
	:returns: `{"labels": [day], "datasets": [{"name", "values"}]}`: submitted Sales Orders with taxes and shipping, a dataset for
		each currency of the companies; {} where there is none
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	days, rows = rows_of(filters)
	totals: dict[str, dict] = {}
	for row in rows:
		totals.setdefault(row.currency, {})[row.day] = float(row.total)
	return chart_of(days, sorted(totals.items())) if rows else {}
