"""Read open orders once a day: some changes don't touch `updated_at`, so polling misses them.

Source: docs/reference.md, "Polling".
"""

import frappe
from frappe.utils import add_days, create_batch, today

from medusa_integration import settings
from medusa_integration.delivery.box import inbox
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER

DAYS = 90  # after which an order isn't looked at any more
PAGE = 500


def read_open_orders() -> int:
	"""Queue the shop's orders of the last 90 days that aren't completed, or whose invoices aren't paid, to be
	read again, see "Polling". A partial capture, a refund for a return or a changed address leaves all times in Medusa
	as they are, and an event may be lost. Does nothing while the import is off. Commits page by page.

	:returns: the number of orders that were queued

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if not settings.current().imports_orders:
		return 0
	found = sorted({*_not_completed(), *_not_paid()})
	for page in create_batch(found, PAGE):
		inbox.add_many((INCOMING_ORDER, id) for id in page)
		frappe.db.commit()
	return len(found)


def _not_completed() -> list[str]:
	filters = {
		"medusa_order_id": ("is", "set"),
		"docstatus": ("<", 2),
		"status": ("not in", ("Completed", "Closed")),
		"transaction_date": (">=", add_days(today(), -DAYS)),
	}
	return frappe.get_all("Sales Order", filters, pluck="medusa_order_id", order_by=None)


def _not_paid() -> list[str]:
	filters = {
		"medusa_order_id": ("is", "set"),
		"docstatus": 1,
		"outstanding_amount": ("!=", 0),
		"posting_date": (">=", add_days(today(), -DAYS)),
	}
	return frappe.get_all("Sales Invoice", filters, pluck="medusa_order_id", order_by=None)
