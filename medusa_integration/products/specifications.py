"""The specifications that the storefront filters by, colour, shape and shade, as rows of their own: `Medusa Specification`.

A Website Item's own specifications are rich text, which a database can't compare.

Source: docs/reference.md, "Specifications".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe

from medusa_integration import generation
from medusa_integration.plain_text import as_typed, clean, plain_text

DOCTYPE = "Medusa Specification"
PROPERTIES = ("colour", "shape", "shade")
LABELS = {"colour": "colour", "color": "colour", "shape": "shape", "shade": "shade"}
LONGEST = 140  # characters of a value
BATCH = 1_000


def of_items(names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
	"""`{Website Item: {property: its values}}`, in one query; an item without any has an empty dict."""
	names = list(names)
	found: dict[str, dict[str, list[str]]] = {name: {} for name in names}
	spec = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(spec)
		.select(spec.website_item, spec.property, spec.value)
		.where(spec.website_item.isin(names or [""]))
		.orderby(spec.website_item)
		.orderby(spec.idx)
	).run()
	for name, property, value in rows:
		if name in found:  # MariaDB ignores case
			found[name].setdefault(property, []).append(value)
	return found


def keep_specifications(doc, method: str | None = None) -> None:
	"""Website Item, on_update: store its values as rows of Medusa Specification where they changed, see
	"Specifications".

	Source: docs/reference.md, "Document events".
	"""
	values = _values(doc.get("website_specifications") or ())
	held = [(row.property, row.value) for row in _rows([doc.name])]
	if held != values:
		_replace({doc.name: values})


def drop_specifications(doc, method: str | None = None) -> None:
	"""Website Item, on_trash: delete its rows of Medusa Specification.

	Source: docs/reference.md, "Document events".
	"""
	_delete([doc.name])


def refill(names: Iterable[str] | None = None) -> None:
	"""Read the specifications of Website Items again, in batches.

	:param names: None for all
	"""
	if names is None:
		names = frappe.get_all("Website Item", pluck="name", order_by="name", limit_page_length=0)
	for part in frappe.utils.create_batch(list(names), BATCH):
		written = frappe.get_all(
			"Item Website Specification",
			{"parenttype": "Website Item", "parent": ("in", part)},
			["parent", "label", "description"],
			order_by="parent, idx",
			limit_page_length=0,
		)
		by_item = defaultdict(list)
		for row in written:
			by_item[row.parent].append(row)
		_replace({name: _values(by_item[name]) for name in part})


def merge_specifications(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Website Item, after_rename: after a merge, read the remaining item's values again. Frappe itself
	renames the item in the rows of Medusa Specification.

	Source: docs/reference.md, "Document events".
	"""
	if merge:
		refill([new])
	generation.moved()


def _delete(names: list[str]) -> None:
	"""Delete rows by their names: deleting by an index locks its gaps, in which other transactions insert."""
	held = frappe.get_all(DOCTYPE, {"website_item": ("in", names)}, pluck="name", order_by=None)
	for part in frappe.utils.create_batch(held, BATCH):
		frappe.db.delete(DOCTYPE, {"name": ("in", part)})


def _rows(names: list[str]) -> list[frappe._dict]:
	filters = {"website_item": ("in", names)}
	return frappe.get_all(DOCTYPE, filters, ["property", "value"], order_by="website_item, idx")


def _values(specifications: Iterable) -> list[tuple[str, str]]:
	"""(property, value) of the rows of a Website Item, each once."""
	found = {}
	for row in specifications:
		label = LABELS.get(as_typed(row.get("label")).strip(" :").casefold())
		value = clean(plain_text(row.get("description")))[:LONGEST].strip()
		if label and value:
			found.setdefault((label, value.casefold()), (label, value))
	return list(found.values())


def _replace(values: dict[str, list[tuple[str, str]]]) -> None:
	generation.moved()
	_delete(list(values))
	now, user = frappe.utils.now(), frappe.session.user
	rows = [
		(frappe.generate_hash(length=10), now, now, user, user, idx, name, *value)
		for name, found in values.items()
		for idx, value in enumerate(found, 1)
	]
	if rows:
		fields = (
			"name", "creation", "modified", "owner", "modified_by", "idx", "website_item", "property", "value",
		)  # fmt: skip
		frappe.db.bulk_insert(DOCTYPE, fields, rows)
