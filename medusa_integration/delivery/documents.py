"""Write fields of many documents in one statement, without hooks and without touching `modified`."""

from collections.abc import Iterable

import frappe

from medusa_integration import generation
from medusa_integration.isolation import latest_rows

PART = 100  # documents in one statement: the database compares each with the names of all


def write(doctype: str, values: dict[str, dict]) -> None:
	"""Set fields of documents: `{name: {field: value}}`. Removes the documents from the document cache."""
	if not values:
		return
	for part in frappe.utils.create_batch(list(values), PART):
		_update(doctype, {name: values[name] for name in part})
	_forget(doctype, values)
	generation.documents_written(doctype, set().union(*values.values()))


def _update(doctype: str, values: dict[str, dict]) -> None:
	"""Do the same as `frappe.db.bulk_update`, which takes ten times as long to build the statement."""
	of_field: dict[str, dict] = {}
	for name, fields in values.items():
		for field, value in fields.items():
			of_field.setdefault(field, {})[name] = value
	sets, given = [], []
	for field, by_name in of_field.items():
		first = next(iter(by_name.values()))
		if len(by_name) == len(values) and all(
			value is first or value == first for value in by_name.values()
		):
			sets.append(f"`{field}` = %s")
			given.append(first)
		else:
			sets.append(f"`{field}` = case name {'when %s then %s ' * len(by_name)}else `{field}` end")
			given += (each for case in by_name.items() for each in case)
	names = ", ".join(["%s"] * len(values))
	statement = f"update `tab{doctype}` set {', '.join(sets)} where name in ({names})"
	with latest_rows():
		frappe.db.sql(statement, [*given, *values])


def write_alike(doctype: str, names: Iterable[str], values: dict) -> None:
	"""Set the same fields of many documents: `{field: value}`, in one statement for 5,000 of them."""
	for part in frappe.utils.create_batch(list(names), 5000):
		with latest_rows():
			frappe.db.set_value(doctype, {"name": ("in", part)}, values, update_modified=False)
		_forget(doctype, part)
		generation.documents_written(doctype, set(values))


def _forget(doctype: str, names: Iterable[str]) -> None:
	keys = [frappe.get_document_cache_key(doctype, name) for name in names]

	def forget() -> None:
		frappe.cache.delete_value(keys)

	frappe.db.value_cache.pop(doctype, None)
	forget()
	frappe.db.after_commit.add(forget)  # another process may have cached the old values


def lock(doctype: str, names: list[str]) -> set[str]:
	"""Lock documents until the transaction ends, and return the names of those that exist."""
	if not names:
		return set()
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(names)).for_update()
	with latest_rows():
		return set(query.run(pluck=True))
