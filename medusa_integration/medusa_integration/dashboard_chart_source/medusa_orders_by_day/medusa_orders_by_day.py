"""The shop's orders of the last 30 days, by the day."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, today

from medusa_integration.desk.business_cards import ORDER, of_days

DAYS = 30


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
	:returns: `{"labels": [day], "datasets": [{"name", "values"}]}`: submitted Sales Orders; {} where there is none
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	days, rows = rows_of(filters)
	numbers: dict = {}
	for row in rows:
		numbers[row.day] = numbers.get(row.day, 0) + int(row.number)
	return chart_of(days, [(_("Orders"), numbers)]) if rows else {}


def rows_of(filters) -> tuple[list, list[frappe._dict]]:
	"""The chart's days, and the rows of `of_days` about them."""
	frappe.has_permission(ORDER, "read", throw=True)
	try:
		chosen = frappe.parse_json(filters) or {}
	except ValueError:
		chosen = {}
	company = chosen.get("company") if isinstance(chosen, dict) else None
	last = getdate(today())
	days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
	return days, of_days(days[0], last, company if isinstance(company, str) else "")


def chart_of(days: list, datasets: list[tuple[str, dict]]) -> dict:
	"""The values of a chart by the day, 0 where there are none."""
	return {
		"labels": [formatdate(day, "d MMM") for day in days],
		"datasets": [
			{"name": name, "values": [values.get(day, 0) for day in days]} for name, values in datasets
		],
	}
