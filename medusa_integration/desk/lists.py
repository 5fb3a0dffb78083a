"""What the workspace's cards and the outbox's list ask for. Everything here asks for the user's permission first."""

from urllib.parse import quote, urlsplit

import frappe
from frappe.utils import get_datetime, get_url_to_list, today

from medusa_integration.delivery import outbox
from medusa_integration.desk.arguments import document_names
from medusa_integration.desk.forms import LOG


@frappe.whitelist()
def count_parked(filters=None) -> str:
	"""The number card of parked rows: HTML, red above 0, that leads to them.

	:param filters: sent by the card, of no meaning here
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.DOCTYPE, "read", throw=True)
	return _alarming(frappe.db.count(outbox.DOCTYPE, {"status": "Parked"}), outbox.DOCTYPE, "status=Parked")


@frappe.whitelist()
def count_failed_today(filters=None) -> str:
	"""The number card of today's failed calls: HTML, red above 0, that leads to them.

	:param filters: sent by the card, of no meaning here
	:raises frappe.PermissionError: without read permission for the Medusa Request Log
	"""
	frappe.has_permission(LOG, "read", throw=True)
	failed = frappe.db.count(LOG, {"status": "Failure", "creation": (">=", get_datetime(today()))})
	return _alarming(failed, LOG, 'status=Failure&creation=["Timespan","today"]')


def _alarming(count: int, doctype: str, query: str) -> str:
	"""A Number Card has one colour, and shows what its method returns as it is. The link spreads over the card."""
	path = f"{urlsplit(get_url_to_list(doctype)).path}?{quote(query, safe='=&')}"
	colour = "var(--red-500)" if count else "inherit"
	return (
		f'<a class="stretched-link" style="color: {colour}; text-decoration: none" href="{path}">{count}</a>'
	)


@frappe.whitelist()
def get_titles(names: str | list | None = None) -> dict[str, str]:
	"""What the records are called that rows of the outbox are about: one query for the rows and one a DocType, of what
	the user may see. A row stores no title, so that saves don't have to look for one.

	:param names: of Medusa Outbox, as a list or its JSON
	:returns: `{row: title}`, without the records that have none
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	:raises BadArgument: where `names` are none
	"""
	fields = ["name", "reference_doctype", "reference_name", "medusa_ids"]
	filters = {"name": ("in", [*document_names(names), ""])}
	rows = frappe.get_list(outbox.DOCTYPE, filters=filters, fields=fields, limit_page_length=0)
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
	"""Of a record that was deleted."""
	return outbox.ids_of(row, lambda ids: isinstance(ids.get("title", ""), str)).get("title", "")
