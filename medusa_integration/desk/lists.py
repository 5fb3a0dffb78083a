"""The calls of the workspace's cards and of the outbox's list. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

from urllib.parse import quote, urlsplit

import frappe
from frappe.utils import get_datetime, get_url_to_list, today

from medusa_integration import json_field
from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.desk.arguments import document_names
from medusa_integration.desk.forms import LOG


@frappe.whitelist()
def count_parked(filters=None) -> str:
	"""The number card of parked rows.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the rows
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.doctype, "read", throw=True)
	return _alarming(outbox.count(status="Parked"), outbox.doctype, "status=Parked")


@frappe.whitelist()
def count_inbox_parked(filters=None) -> str:
	"""The number card of parked rows of the inbox.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the rows
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	return _alarming(inbox.count(status="Parked"), inbox.doctype, "status=Parked")


@frappe.whitelist()
def count_failed_today(filters=None) -> str:
	"""The number card of today's failed calls.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the calls
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(LOG, "read", throw=True)
	failed = frappe.db.count(LOG, {"status": "Failure", "creation": (">=", get_datetime(today()))})
	return _alarming(failed, LOG, 'status=Failure&creation=["Timespan","today"]')


def _alarming(count: int, doctype: str, query: str) -> str:
	"""A count as HTML: a Number Card itself has one colour only, and shows its method's reply as it is.
	The link covers the whole card."""
	path = f"{urlsplit(get_url_to_list(doctype)).path}?{quote(query, safe='=&')}"
	colour = "var(--red-500)" if count else "inherit"
	return (
		f'<a class="stretched-link" style="color: {colour}; text-decoration: none" href="{path}">{count}</a>'
	)


@frappe.whitelist()
def get_titles(names: str | list | None = None) -> dict[str, str]:
	"""The titles of the records that outbox rows are about, as far as the user may see them. Rows store no
	titles, so that a save needs no query for one. Takes one query for the rows and one for each DocType.

	:param names: of Medusa Outbox, as a list or its JSON
	:returns: `{row: title}`, without the records that have none
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	:raises BadArgument: for other `names`
	"""
	fields = ["name", "reference_doctype", "reference_name", "kind_data"]
	filters = {"name": ("in", [*document_names(names), ""])}
	rows = frappe.get_list(outbox.doctype, filters=filters, fields=fields, limit_page_length=0)
	titles = {}
	for doctype in {row.reference_doctype for row in rows}:
		titles[doctype] = _titles(doctype, [r.reference_name for r in rows if r.reference_doctype == doctype])
	found = {
		row.name: titles[row.reference_doctype].get(row.reference_name) or _last_title(row) for row in rows
	}
	return {name: title for name, title in found.items() if title}


def _titles(doctype: str, names: list[str]) -> dict[str, str]:
	field = frappe.get_meta(doctype).get_title_field()
	if field == "name" or not frappe.has_permission(doctype, "read"):
		return {}
	rows = frappe.get_list(
		doctype, filters={"name": ("in", names)}, fields=["name", field], limit_page_length=0
	)
	return {row.name: row[field] for row in rows}


def _last_title(row: frappe._dict) -> str:
	"""The title of a deleted record, stored in its outbox row."""
	last = json_field.read(outbox.doctype, row.name, "kind_data", row.kind_data, _has_title)
	return last.get("title", "")


def _has_title(last: dict) -> bool:
	return isinstance(last.get("title", ""), str)
