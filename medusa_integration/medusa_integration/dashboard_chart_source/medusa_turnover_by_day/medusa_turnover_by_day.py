"""The turnover of the shop's orders of the last 30 days, by the day, in each company's currency."""

import frappe

from medusa_integration.desk.business_charts import by_day


@frappe.whitelist()
def get(filters=None) -> dict:
	"""The chart's values.

	:param filters: `company`: only its orders
	:returns: `{"labels": [day], "datasets": [{"name", "values"}]}`: submitted Sales Orders with taxes and shipping, a dataset for
		each currency of the companies; {} where there is none
	:raises frappe.PermissionError: without read permission for Sales Orders
	"""
	return by_day(filters, lambda row: (row.currency, float(row.total)))
