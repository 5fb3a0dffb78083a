"""The calls of the last 24 hours, by the hour."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Cast, Count, Substring
from frappe.utils import now_datetime

LOG = "Medusa Request Log"
HOURS = 24


@frappe.whitelist()
def get() -> dict:
	"""The chart's values.

	:returns: `{"labels": [hour], "datasets": [{"name", "values"}]}`: accepted and failed calls
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(LOG, "read", throw=True)
	now = now_datetime()
	hours = [now - timedelta(hours=back) for back in reversed(range(HOURS))]
	counts = _counts(hours[0].replace(minute=0, second=0, microsecond=0))
	return {
		"labels": [f"{hour:%H}:00" for hour in hours],
		"datasets": [
			{"name": label, "values": [counts.get((f"{hour:%Y-%m-%d %H}", status), 0) for hour in hours]}
			for status, label in (("Success", _("Accepted")), ("Failure", _("Failed")))
		],
	}


def _counts(since) -> dict[tuple[str, str], int]:
	"""`{(day and hour, status): calls}`."""
	log = frappe.qb.DocType(LOG)
	hour = Substring(Cast(log.creation, "char"), 1, len("2026-11-21 15"))
	rows = (
		frappe.qb.from_(log)
		.select(hour, log.status, Count("*"))
		.where(log.creation >= since)
		.groupby(hour, log.status)
		.run()
	)
	return {(hour, status): count for hour, status, count in rows}
