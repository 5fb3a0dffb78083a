"""Ids from Medusa that another document has already. Unique indexes keep two documents from having the same one; what
is written and refused for that is sorted out here, one by one.

An Item repeats the ids of its Website Item, and an Item Price those of the price that its Website Item has in Medusa:
there an id goes with whoever has it now, and is taken from whoever had it before. Among Website Items and Item Groups
two claims to one id are for a person to decide.
"""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration.delivery.writes import UNIQUE_FIELDS, write_alike

REPEATING = ("Item", "Item Price")
DECIDING = tuple(doctype for doctype in UNIQUE_FIELDS if doctype not in REPEATING)


def is_clash(error: Exception) -> bool:
	"""Whether a statement failed because of a unique index."""
	return bool(error.args) and bool(frappe.db.is_unique_key_violation(error))


def make_way(results: list) -> None:
	"""Park those of the outbox's results that claim an id which another document has, or an earlier one of them claims,
	and take the ids that the rest will repeat from the documents that have them."""
	claimed: dict[tuple[str, str, str], str] = {}
	for result in results:
		reasons = [clash(doctype, name, values, claimed) for doctype, name, values in result.writes]
		if any(reasons):
			result.parked, result.writes, result.then = " ".join(filter(None, reasons)), [], []
			continue
		for doctype, name, values in result.writes:
			claimed.update({(doctype, field, _key(id)): name for field, id in _ids(doctype, values)})
	for doctype in REPEATING:
		take(doctype, [v for r in results for written, _name, v in r.writes if written == doctype])


def clash(
	doctype: str, name: str, values: dict, claimed: dict[tuple[str, str, str], str] | None = None
) -> str:
	"""Why a document can't have the ids among `values`; "" where it can.

	:param claimed: `{(DocType, field, id): document}` that will have it
	"""
	if doctype not in DECIDING:
		return ""
	for field, id in _ids(doctype, values):
		holder = (claimed or {}).get((doctype, field, _key(id))) or frappe.db.get_value(
			doctype, {field: id, "name": ("!=", name)}, "name", order_by="creation asc"
		)
		if holder and holder != name:
			return _(
				"{0} in Medusa belongs to the {1} {2} already. Delete whichever of the two is a double, or have all links found anew by Reset links in the Medusa Configuration, then retry."
			).format(id, _(doctype), holder)
	return ""


def take(doctype: str, values: Iterable[dict]) -> None:
	"""Take the ids among `values` from the documents that have them."""
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
