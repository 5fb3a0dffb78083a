"""The Desk's calls about rows of the outbox and of the inbox. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

from collections.abc import Callable
from typing import Literal

import frappe

from medusa_integration import json_field, settings
from medusa_integration.delivery.box import Box, inbox, outbox
from medusa_integration.desk.arguments import DocumentName, DocumentNames, checked
from medusa_integration.desk.number_cards import alarming
from medusa_integration.operations import status
from medusa_integration.products import item_status
from medusa_integration.sync import outcomes

PAGES = {"Order": "orders", "Customer": "customers"}  # of Medusa's admin, by kind
# The fields that have the id of a kind's record: (DocType, field).
BECOMES = {
	"Order": (("Sales Order", "medusa_order_id"),),
	"Customer": (("Customer", "medusa_id"), ("Lead", "medusa_id")),
}


# --- retry and discard


@frappe.whitelist(methods=["POST"])
@checked
def retry_rows(names: DocumentNames) -> dict:
	"""Make parked or waiting rows of the outbox due. Rows that are being sent don't change.

	:param names: of Medusa Outbox, as a list or its JSON; missing ones are ignored, as they were sent
		meanwhile
	:returns: `{"retried": number of rows}`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises BadArgument: for other `names`
	"""
	return {"retried": _decide(outbox, "write", item_status.retry, names)}


@frappe.whitelist(methods=["POST"])
@checked
def retry_inbox_rows(names: DocumentNames) -> dict:
	"""Make parked or waiting rows of the inbox due. Rows that are being worked off don't change.

	:param names: of Medusa Inbox, as a list or its JSON; missing ones are ignored, as they were worked off
		meanwhile
	:returns: `{"retried": number of rows}`
	:raises frappe.PermissionError: without write permission for the Medusa Inbox
	:raises BadArgument: for other `names`
	"""
	return {"retried": _decide(inbox, "write", inbox.retry, names)}


@frappe.whitelist(methods=["POST"])
@checked
def discard_rows(names: DocumentNames) -> dict:
	"""Delete parked or waiting rows of the outbox. Their records aren't sent until they change again. Rows
	that are being sent stay.

	:param names: of Medusa Outbox, as a list or its JSON; missing ones are ignored, as they were sent
		meanwhile
	:returns: `{"discarded": number of rows}`
	:raises frappe.PermissionError: without delete permission for the Medusa Outbox
	:raises BadArgument: for other `names`
	"""
	return {"discarded": _decide(outbox, "delete", item_status.discard, names)}


@frappe.whitelist(methods=["POST"])
@checked
def discard_inbox_rows(names: DocumentNames) -> dict:
	"""Delete parked or waiting rows of the inbox. Their records aren't read until they change in Medusa
	again. Rows that are being worked off stay.

	:param names: of Medusa Inbox, as a list or its JSON; missing ones are ignored, as they were worked off
		meanwhile
	:returns: `{"discarded": number of rows}`
	:raises frappe.PermissionError: without delete permission for the Medusa Inbox
	:raises BadArgument: for other `names`
	"""
	return {"discarded": _decide(inbox, "delete", inbox.discard, names)}


def _decide(box: Box, right: str, decision: Callable[[list[str]], int], names: list[str]) -> int:
	frappe.has_permission(box.doctype, right, throw=True)
	return decision(names)


@frappe.whitelist(methods=["POST"])
@checked
def get_rows_outcome(box: Literal["Medusa Outbox", "Medusa Inbox"], names: DocumentNames) -> dict:
	"""The outcome of rows that were retried.

	:param box: their DocType
	:param names: of the rows, as a list or its JSON; those that are gone are done
	:returns: `{"left", "problem", "outcome"}`: the number of rows that still wait; the reason why calls are impossible now, ""
		without one; what came of it, `{"message", "indicator"}` in HTML once no row waits or calls are impossible, else None
	:raises frappe.PermissionError: without read permission for `box`
	:raises BadArgument: for other arguments
	"""
	frappe.has_permission(box, "read", throw=True)
	return outcomes.outcome_of(inbox if box == inbox.doctype else outbox, names)


@frappe.whitelist()
def get_outage() -> dict:
	"""Whether Medusa is unreachable, for the lists.

	:returns: `{"words"}`: since when, in a sentence; "" while Medusa answers
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	"""
	frappe.has_permission(outbox.doctype, "read", throw=True)
	return {"words": status.outage_words()}


# --- number cards


@frappe.whitelist()
def count_parked(filters=None) -> str:
	"""The number card of parked rows.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the rows
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	"""
	return _parked(outbox)


@frappe.whitelist()
def count_inbox_parked(filters=None) -> str:
	"""The number card of parked rows of the inbox.

	:param filters: passed by the card, not used
	:returns: the number as HTML, red above 0, with a link to the rows
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	return _parked(inbox)


def _parked(box: Box) -> str:
	frappe.has_permission(box.doctype, "read", throw=True)
	return alarming(box.count(status="Parked"), box.doctype, "status=Parked")


# --- the records that rows are about


@frappe.whitelist()
@checked
def get_inbox_links(name: DocumentName) -> dict:
	"""The record in Medusa and the documents in ERPNext that a row of the inbox is about.

	:param name: of Medusa Inbox
	:returns: `{"link", "documents": [[DocType, name]]}`: the address of the record in Medusa's admin, ""
		without one; the documents made of the record, as far as the user may read them
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	:raises BadArgument: for a value that can't be a name
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	fields = ["kind", "reference_name"]
	row = frappe.db.get_value(inbox.doctype, name, fields, as_dict=True)
	if not row:  # The row was worked off meanwhile.
		return {"link": "", "documents": []}
	documents = []
	for doctype, field in BECOMES.get(row.kind, ()):
		if frappe.has_permission(doctype, "read"):
			found = frappe.get_list(doctype, filters={field: row.reference_name}, pluck="name", limit=5)
			documents += [[doctype, each] for each in found]
	return {"link": settings.admin_link(PAGES.get(row.kind, ""), row.reference_name), "documents": documents}


@frappe.whitelist()
@checked
def get_titles(names: DocumentNames) -> dict[str, str]:
	"""The titles of the records that outbox rows are about, as far as the user may see them. Rows store no
	titles, so that a save needs no query for one. Takes one query for the rows and one for each DocType.

	:param names: of Medusa Outbox, as a list or its JSON
	:returns: `{row: title}`, without the records that have none
	:raises frappe.PermissionError: without read permission for the Medusa Outbox
	:raises BadArgument: for other `names`
	"""
	fields = ["name", "reference_doctype", "reference_name", "kind_data"]
	filters = {"name": ("in", [*names, ""])}
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
