"""The stored Medusa Configuration, read and put back in few queries.

Saving the document takes some 25 ms, and nearly every test begins with the same values: they are saved once in a
process and written back from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import frappe

NAME = "Medusa Configuration"
Rows = tuple[dict, ...]


class Stored(NamedTuple):
	"""All that the database has of the configuration."""

	values: Rows  # of tabSingles
	tables: tuple[tuple[str, Rows], ...]  # (DocType, rows) of each table that has rows
	secrets: Rows  # of __Auth


setting_up = (
	False  # whether fixtures run, whose settings are remembered: a test's own are for what saving does
)
_saved: dict[tuple, tuple[Stored, Stored]] = {}  # what was saved: the configuration before it and after it


def stored() -> Stored:
	"""The configuration as the database has it."""
	filled = frappe.db.sql(
		" union ".join(f"select '{table}' from `tab{table}` where parent = %(name)s" for table in _tables()),
		{"name": NAME},
	)
	return Stored(
		_rows("tabSingles", "doctype"),
		tuple((table, _rows(f"tab{table}", "parent")) for (table,) in sorted(filled)),
		_rows("__Auth", "doctype"),
	)


def put_back(state: Stored, instead_of: Stored) -> None:
	"""Write a configuration as it once was. Doesn't commit."""
	_write("tabSingles", "doctype", state.values)
	tables = dict(state.tables)
	for table in {**tables, **dict(instead_of.tables)}:
		_write(f"tab{table}", "parent", tables.get(table, ()))
	_write("__Auth", "doctype", state.secrets)
	frappe.clear_document_cache(NAME, NAME)
	frappe.db.value_cache.clear()


def saved_once(key: tuple, save: Callable[[], None]) -> None:
	"""Call `save`; in a fixture, write what it saved when it was called with the same key on the same configuration."""
	if not setting_up:
		return save()
	before = stored()
	known = _saved.get(key)
	if known and known[0] == before:
		put_back(known[1], before)
	else:
		save()
		_saved[key] = before, stored()


@cache
def _tables() -> list[str]:
	return sorted({field.options for field in frappe.get_meta(NAME).get_table_fields()})


def _rows(table: str, field: str) -> Rows:
	found = frappe.db.sql(f"select * from `{table}` where `{field}` = %s", NAME, as_dict=True)
	return tuple(sorted(found, key=repr))


def _write(table: str, field: str, rows: Rows) -> None:
	frappe.db.sql(f"delete from `{table}` where `{field}` = %s", NAME)
	if rows:
		columns = ", ".join(f"`{column}`" for column in rows[0])
		row = f"({', '.join(['%s'] * len(rows[0]))})"
		values = [value for each in rows for value in each.values()]
		frappe.db.sql(f"insert into `{table}` ({columns}) values {', '.join([row] * len(rows))}", values)
