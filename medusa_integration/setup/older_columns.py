"""Columns of an earlier installation, or of the app's predecessor, that have other types than the app's fields: values that
the new type can't hold are changed before the schema sync, which they would stop.

Source: docs/reference.md, "A site that ran the predecessor".
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
from frappe.utils import cint, cstr, flt, get_datetime, getdate

from medusa_integration.tolerated import tolerated

APP = "medusa_integration"
YES = ("1", "1.0", "true", "yes", "on", "y")
TEXTS = ("varchar", "text", "longtext", "mediumtext", "tinytext", "char")
MOST_TOLD = 200  # values in an Error Log
# Properties of a Custom Field that keep the integration or a form from writing a value.
FREE = {
	"reqd": 0,
	"hidden": 0,
	"unique": 0,
	"permlevel": 0,
	"is_virtual": 0,
	"fetch_from": None,
	"mandatory_depends_on": None,
	"read_only_depends_on": None,
	"length": 0,
}


def fit_doctypes() -> None:
	"""Fit the values of the app's DocTypes to the types in the app's files."""
	for described in _doctypes():
		fit(described["name"], described["fields"])


def name_by_text() -> None:
	"""Make text of the names of the app's DocTypes where they are numbers. Frappe's schema sync leaves the type of names, and then
	no row with another name can be added."""
	for described in _doctypes():
		table = f"tab{described['name']}"
		if frappe.db.db_type != "mariadb" or not frappe.db.table_exists(described["name"]):
			continue
		types = {row.name: row.type for row in frappe.db.get_table_columns_description(table)}
		if "int" in types["name"].lower():
			frappe.db.sql_ddl(
				f"alter table `{table}` modify `name` varchar({frappe.db.VARCHAR_LEN}) not null"
			)


def _doctypes() -> Iterator[dict]:
	"""The DocTypes that the app's files describe and that have a table."""
	for file in sorted(Path(frappe.get_app_path(APP)).glob("*/doctype/*/*.json")):
		described = json.loads(file.read_text())
		if described.get("doctype") == "DocType" and not described.get("issingle"):
			yield described


def adopt(fields: dict[str, list[dict]]) -> None:
	"""Make the Custom Fields that others made under the names of the app's fields ready to become the app's: with values that
	fit and without conditions of their own. What the app's fields say is written by `make_custom_fields`.

	:param fields: the app's, `{DocType: [Custom Field]}`
	"""
	for doctype, rows in fields.items():
		fit(doctype, rows)
		for row in rows:
			found = frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": row["fieldname"]})
			if found:
				_free(found, row)


def _free(name: str, row: dict) -> None:
	there = frappe.get_meta("Custom Field")
	values = {key: value for key, value in FREE.items() if key not in row and there.has_field(key)}
	frappe.db.set_value("Custom Field", name, values, update_modified=False)


def fit(doctype: str, fields: list[dict]) -> None:
	"""Change the values that can't be converted to the fields' types, and tell of them in an Error Log.

	:param fields: with `fieldname` and `fieldtype`
	"""
	if not frappe.db.table_exists(doctype):
		return
	table = f"tab{doctype}"
	types = {row.name.lower(): row.type.lower() for row in frappe.db.get_table_columns_description(table)}
	told: list[str] = []
	for field in fields:
		now = types.get(field["fieldname"].lower())
		if now and (convert := _conversion(now, field)):
			with tolerated(f"Medusa: {doctype}.{field['fieldname']} can't be converted"):
				told += _fit_column(doctype, field, convert)
	if told:
		words = "These values don't fit the fields' types, and were changed:"
		more = f"\n… and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
		frappe.log_error(
			title=f"Medusa: values of {doctype} were changed by the migration",
			message="\n".join((words, *told[:MOST_TOLD])) + more,
		)


def _conversion(now: str, field: dict) -> Callable[[str], Any] | None:
	"""The function that makes a column's text fit a field's type; None where every value fits."""
	target = (frappe.db.type_map.get(field["fieldtype"]) or ("",))[0].lower()
	family = re.split(r"[ (]", now)[0]
	if family not in TEXTS:
		return None
	if field["fieldtype"] == "Check":
		return lambda text: int(text.strip().lower() in YES)
	if field["fieldtype"] in ("Int", "Long Int"):
		return lambda text: cint(flt(text))
	if target in ("decimal", "int", "tinyint", "real", "numeric"):
		return flt
	if field["fieldtype"] == "Date":
		return lambda text: _parsed(getdate, text)
	if field["fieldtype"] == "Datetime":
		return lambda text: _parsed(get_datetime, text)
	length = cint(field.get("length")) or frappe.db.VARCHAR_LEN
	if target == "varchar" and (family != "varchar" or _length(now) > length):
		return lambda text: text[:length]
	return None


def _length(column_type: str) -> int:
	found = re.search(r"\((\d+)\)", column_type)
	return int(found[1]) if found else 0


def _parsed(parse: Callable, text: str) -> Any:
	try:
		return parse(text) if text.strip() else None
	except (ValueError, TypeError, OverflowError, frappe.ValidationError):
		return None


def _fit_column(doctype: str, field: dict, convert: Callable[[str], Any]) -> list[str]:
	column = field["fieldname"]
	if field["fieldtype"] in (
		"Check",
		"Int",
		"Currency",
		"Float",
		"Percent",
	):  # may not be null in the database
		frappe.db.sql(
			f"update `tab{doctype}` set `{column}` = '0' where `{column}` is null or `{column}` = ''"
		)
	told = []
	for (value,) in frappe.db.sql(
		f"select distinct `{column}` from `tab{doctype}` where `{column}` is not null"
	):
		fits = convert(cstr(value))
		if cstr(fits) == cstr(value):
			continue
		if not _is_same(fits, cstr(value)):
			holders = f"select name from `tab{doctype}` where `{column}` = %s order by name limit 20"
			names = ", ".join(str(name) for (name,) in frappe.db.sql(holders, value))
			told.append(f"{column} {value!r} → {fits!r}: {names}")
		text = None if fits is None else cstr(fits)
		frappe.db.sql(f"update `tab{doctype}` set `{column}` = %s where `{column}` = %s", (text, value))
	return told


def _is_same(fits: Any, text: str) -> bool:
	"""Whether a conversion only changed how a value is written."""
	if isinstance(fits, int | float):
		try:
			return float(text) == float(fits)
		except ValueError:
			return not text.strip() or text.strip().lower() in ("true", "false", "yes", "no")
	if fits is None:
		return not text.strip()
	return not isinstance(fits, str)
