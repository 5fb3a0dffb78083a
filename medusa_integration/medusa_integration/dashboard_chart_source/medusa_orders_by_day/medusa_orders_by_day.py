"""The shop's orders of the last 30 days, by the day."""

import frappe
from frappe import _

from medusa_integration.desk.business_charts import by_day


@frappe.whitelist()
def get(filters=None) -> dict:
	"""The chart's values.

	:param filters: `company`: only its orders
	:returns: `{"labels": [day], "datasets": [{"name", "values"}]}`: submitted Sales Orders; {} where there is none
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	return by_day(filters, lambda row: (_("Orders"), int(row.number)))
