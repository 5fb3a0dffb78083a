"""The rows of a child table, written without a save of the document that they belong to."""

from collections.abc import Iterable

import frappe
from frappe.utils import now


def replace(doctype: str, name: str, field: str, rows: list[dict]) -> None:
	"""Replace the rows of a child table. Two queries for any number of rows.

	:param doctype: of the document that they belong to; it isn't saved, and its `modified` stays
	:param name: of the document
	:param field: of the child table
	:param rows: in order, with the same fields each
	"""
	child = frappe.get_meta(doctype).get_field(field).options
	frappe.db.delete(child, {"parenttype": doctype, "parent": name, "parentfield": field})
	add(child, (_placed(row, doctype, name, field, idx) for idx, row in enumerate(rows, 1)))
	frappe.clear_document_cache(doctype, name)


def add(child: str, rows: Iterable[dict]) -> None:
	"""Insert rows of a child table. One query.

	:param child: the child table's DocType
	:param rows: with the same fields each, `parent`, `parenttype`, `parentfield` and `idx` among them
	"""
	user, at = frappe.session.user, now()
	made = {"owner": user, "modified_by": user, "creation": at, "modified": at, "docstatus": 0}
	rows = [{"name": frappe.generate_hash(length=10), **made, **row} for row in rows]
	if rows:
		frappe.db.bulk_insert(child, list(rows[0]), [tuple(row.values()) for row in rows])


def _placed(row: dict, doctype: str, name: str, field: str, idx: int) -> dict:
	return {"parenttype": doctype, "parent": name, "parentfield": field, "idx": idx, **row}
