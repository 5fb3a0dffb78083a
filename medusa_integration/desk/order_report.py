"""The call of the report *Medusa and the Books*. It checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe

from medusa_integration import settings
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.operations import connection


@frappe.whitelist()
def get_sales_channels() -> dict:
	"""The shop's sales channels, for the report *Medusa and the Books*.

	:returns: `{"channels": [{"value": id, "label": name}]}`; none where Medusa doesn't answer
	:raises frappe.PermissionError: without report permission for Sales Orders
	"""
	frappe.has_permission("Sales Order", "report", throw=True)
	try:
		names = connection.open_briefly().offered.get("sales_channel") or {}
	except (MedusaError, settings.MedusaNotConfigured):
		frappe.clear_messages()
		names = {}
	return {
		"channels": [
			{"value": id, "label": name} for id, name in sorted(names.items(), key=lambda each: each[1])
		]
	}
