"""The Desk's calls about the events that Medusa tells ERPNext. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, pretty_date

from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.operations import event_test
from medusa_integration.sync import last_event


@frappe.whitelist(methods=["POST"])
def send_test_event() -> dict:
	"""Send a test event: an order is written in Medusa without a change, and its event has to come back, see "The test event".
	Doesn't wait for the event.

	:returns: `{"status", "version", "lines": [{"step", "status", "message", "details"}], "awaited"}`, a status being "ok", "warning" or
		"failed". `awaited`: the event may still come, see `get_test_event`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	return event_test.begin().as_dict()


@frappe.whitelist(methods=["POST"])
def get_test_event() -> dict:
	"""Whether the event of the user's last test came. Asked for every second, until it has come or ten seconds are over.

	:returns: as `send_test_event`, with all lines
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	return event_test.outcome().as_dict()


@frappe.whitelist()
def get_last_event_details() -> dict:
	"""The last event that Medusa told ERPNext of.

	:returns: `{"event", "id", "at", "ago"}`: its name in Medusa, the id of the record that it was about, the time in the site's
		time zone, and how long ago that was, in words; {} where none is known
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	last = last_event.last()
	if not last:
		return {}
	at = last.local
	return {"event": last.event, "id": last.id, "at": format_datetime(at), "ago": pretty_date(at)}


@frappe.whitelist()
def get_last_event(filters=None) -> str:
	"""The number card *Last event received*.

	:param filters: passed by the card, not used
	:returns: how long ago it was, with its name and time, as HTML
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	last = get_last_event_details()
	if not last:
		return _("never")
	title = escape_html(f"{last['event']}, {last['at']}")
	return f'<span title="{title}">{escape_html(last["ago"])}</span>'
