"""Ids from Medusa that another document has already. Unique indexes refuse to give two documents the same id; a write that
was refused for that is handled here, row by row.

An Item repeats the ids of its Website Item, and an Item Price those of its Website Item's price in Medusa: the newest
owner gets such an id, and the former one loses it. Where two Website Items or Item Groups need one id, the row is
parked for a person to decide.

Source: docs/reference.md, "Custom fields".
"""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration.delivery.documents import write_alike
from medusa_integration.delivery.kind import Result
from medusa_integration.sync.kinds import UNIQUE_FIELDS

REPEATING = ("Item", "Item Price")
DECIDING = tuple(doctype for doctype in UNIQUE_FIELDS if doctype not in REPEATING)


def is_clash(error: Exception) -> bool:
	"""Whether a statement failed because of a unique index."""
	return bool(error.args) and bool(frappe.db.is_unique_key_violation(error))


def make_way(results: list[Result]) -> list[Result]:
	"""Resolve clashes before the results are written again. A result with an id that another document has, or
	that an earlier result writes, is parked. Ids of REPEATING documents are cleared on their present owners.

	:returns: the results to write instead
	"""
	claimed: dict[tuple[str, str, str], str] = {}
	sorted_out = []
	for result in results:
		reasons = [clash(doctype, name, values, claimed) for doctype, name, values in result.writes]
		if any(reasons):
			sorted_out.append(Result.parked(result.row, " ".join(filter(None, reasons))))
			continue
		sorted_out.append(result)
		for doctype, name, values in result.writes:
			claimed.update({(doctype, field, _key(id)): name for field, id in _ids(doctype, values)})
	for doctype in REPEATING:
		take(doctype, [v for r in sorted_out for written, _name, v in r.writes if written == doctype])
	return sorted_out


def clash(
	doctype: str, name: str, values: dict, claimed: dict[tuple[str, str, str], str] | None = None
) -> str:
	"""The reason why a document can't have the ids among `values`; "" where it can.

	:param claimed: `{(DocType, field, id): document}` of ids that are to be written as well
	"""
	if doctype not in DECIDING:
		return ""
	for field, id in _ids(doctype, values):
		holder = (claimed or {}).get((doctype, field, _key(id))) or frappe.db.get_value(
			doctype, {field: id, "name": ("!=", name)}, "name", order_by="creation asc"
		)
		if holder and holder != name:
			return _(
				"{0} in Medusa belongs to the {1} {2} already. Delete the one of the two that is a duplicate, or choose Reset links in the Medusa Configuration, then retry."
			).format(id, _(doctype), holder)
	return ""


def take(doctype: str, values: Iterable[dict]) -> None:
	"""Clear the ids among `values` on the documents that have them."""
	values = list(values)
	for field in UNIQUE_FIELDS[doctype]:
		ids = [each[field] for each in values if each.get(field)]
		if ids:
			holders = frappe.get_all(doctype, {field: ("in", ids)}, pluck="name", order_by="name")
			write_alike(doctype, holders, {field: None})


def _ids(doctype: str, values: dict) -> list[tuple[str, str]]:
	fields = UNIQUE_FIELDS.get(doctype, ())
	return [(field, values[field]) for field in fields if values.get(field)]


def _key(id: str) -> str:
	return id.casefold()  # as the index compares
