"""The values of the workspace's charts about the business.

Frappe passes ten parameters to a chart's function, and drops those that the function doesn't name: each names `filters` alone.
"""

from collections.abc import Callable
from datetime import timedelta

import frappe
from frappe.utils import formatdate, getdate, today

from medusa_integration.desk.business_cards import ORDER, of_days

DAYS = 30


def by_day(filters, value_of: Callable[[frappe._dict], tuple[str, float]]) -> dict:
	"""The chart of the last 30 days' submitted Sales Orders of the shop, by the day.

	:param filters: JSON; `company`: only its orders
	:param value_of: the name of its dataset and its value, of a row of `of_days`
	:returns: `{"labels": [day], "datasets": [{"name", "values"}]}`, 0 on days without orders; {} where there is no order
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	frappe.has_permission(ORDER, "read", throw=True)
	last = getdate(today())
	days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
	datasets: dict[str, dict] = {}
	for row in of_days(days[0], last, _company(filters)):
		name, value = value_of(row)
		values = datasets.setdefault(name, dict.fromkeys(days, 0))
		values[row.day] += value
	if not datasets:
		return {}
	return {
		"labels": [formatdate(day, "d MMM") for day in days],
		"datasets": [{"name": name, "values": list(datasets[name].values())} for name in sorted(datasets)],
	}


def _company(filters) -> str:
	try:
		chosen = frappe.parse_json(filters)
	except ValueError:
		return ""
	company = chosen.get("company") if isinstance(chosen, dict) else None
	return company if isinstance(company, str) else ""
