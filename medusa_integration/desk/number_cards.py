"""The calls of the workspace's number cards; those of rows are in box_rows.py. Each function checks the user's
permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

from urllib.parse import quote, urlsplit

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url_to_list, pretty_date, today

from medusa_integration import settings
from medusa_integration.operations import status


@frappe.whitelist()
def get_last_sync(filters=None) -> str:
	"""The number card *Last sync*: when Medusa last accepted a write.

	:param filters: passed by the card, not used
	:returns: the time in words, as "2 minutes ago"
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(status.LOG, "read", throw=True)
	written = {"status": "Success", "method": ("!=", "GET"), "url": ("not like", "%/auth/%")}
	last = status.last_call(**written)
	return pretty_date(last) if last else _("never")


@frappe.whitelist()
def get_access(filters=None) -> str:
	"""The number card *API access*: whether the storefront's functions take unsigned calls.

	:param filters: passed by the card, not used
	:returns: "signed only", or "from anybody!" as HTML, in red
	:raises frappe.PermissionError: without read permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "read", throw=True)
	if settings.configuration().allow_unsigned:
		return f'<span class="text-danger">{_("from anybody!")}</span>'
	return _("signed only")


@frappe.whitelist()
def count_failed_today(filters=None) -> str:
	"""The number card of today's failed calls.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the calls
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(status.LOG, "read", throw=True)
	failed = frappe.db.count(status.LOG, {"status": "Failure", "creation": (">=", get_datetime(today()))})
	return alarming(failed, status.LOG, 'status=Failure&creation=["Timespan","today"]')


def alarming(count: int, doctype: str, query: str) -> str:
	"""A count as HTML, red above 0."""
	return linked(count, doctype, query, "var(--red-500)" if count else "inherit")


def linked(shown: object, doctype: str, query: str, colour: str = "inherit") -> str:
	"""A card's value as HTML, with a link to a list that covers the whole card: a Number Card itself has one colour only, and
	shows its method's reply as it is.

	:param shown: a number, or HTML
	:param query: of the link, not quoted; "" for none
	"""
	path = urlsplit(get_url_to_list(doctype)).path + (f"?{quote(query, safe='=&')}" if query else "")
	return (
		f'<a class="stretched-link" style="color: {colour}; text-decoration: none" href="{path}">{shown}</a>'
	)
