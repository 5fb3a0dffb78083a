"""Checks of the arguments of whitelisted functions. A wrong argument is refused with a message: it is neither
guessed at nor left to cause a server error.

Source: docs/reference.md, "Whitelisted calls".
"""

import unicodedata
from datetime import date
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import get_timespan_date_range

LONGEST_NAME = 140  # characters of a document's name
MOST_NAMES = 10_000  # in one call
MOST_FILTERS = 100
FLAGS = {"0": False, "1": True, "false": False, "true": True}


class BadArgument(frappe.ValidationError):
	"""An argument has the wrong type or shape."""


def flag(value, label: str) -> bool:
	"""A yes or no: 0, 1, true or false, as such or as text.

	:param value: the argument
	:param label: its name, for the message
	:raises BadArgument: for any other value
	"""
	words = str(value).lower() if isinstance(value, bool | int | str) else ""
	if words not in FLAGS:
		frappe.throw(_("{0} has to be 0 or 1.").format(label), BadArgument, title=_("Neither yes nor no"))
	return FLAGS[words]


def day(value, label: str) -> date:
	"""A day, as `2026-11-28`.

	:param value: the argument
	:param label: its name, for the message
	:raises BadArgument: for any other value
	"""
	try:
		return date.fromisoformat(value)
	except (TypeError, ValueError):
		frappe.throw(
			_("{0} has to be a day, as 2026-11-28.").format(label), BadArgument, title=_("Not a day")
		)


def document_name(value, label: str) -> str:
	"""The name of a document, which needn't exist.

	:param value: the argument
	:param label: its name, for the message
	:raises BadArgument: for a value that can't be a name
	"""
	if not _is_name(value):
		frappe.throw(
			_("{0} has to be the name of a document.").format(label), BadArgument, title=_("Not a name")
		)
	return value


def document_names(value, label: str = "names") -> list[str]:
	"""Names of documents, without repetitions.

	:param value: a list, which may be empty, or its JSON
	:param label: the argument's name, for the message
	:raises BadArgument: for any other value, and for more than 10,000 names
	"""
	names = _parsed(value) if isinstance(value, str) else value
	if not isinstance(names, list) or not all(map(_is_name, names)):
		frappe.throw(_("{0} has to be a list of names.").format(label), BadArgument, title=_("Not a list"))
	if len(names) > MOST_NAMES:
		frappe.throw(
			_("{0} may have {1} names at most.").format(label, MOST_NAMES), BadArgument, title=_("Too many")
		)
	return list(dict.fromkeys(names))


def list_filters(value, doctype: str) -> list[list]:
	"""The filters of a list.

	:param value: `[[DocType, field, operator, value]]` or its JSON; None or "" for no filters
	:param doctype: of the list; filters may name its child tables too
	:raises BadArgument: for any other value
	"""
	if value is None or value == "":
		return []
	filters = _parsed(value) if isinstance(value, str) else value
	if not isinstance(filters, list) or len(filters) > MOST_FILTERS:
		refuse_filters()
	if not all(_is_filter(each, doctype) for each in filters):
		refuse_filters()
	return filters


def refuse_filters() -> NoReturn:
	"""Refuse filters.

	:raises BadArgument: always
	"""
	frappe.throw(_("filters has to be a list of a list's filters."), BadArgument, title=_("Not a list"))


def _is_filter(value, doctype: str) -> bool:
	"""Check DocType and field against the database: Frappe puts them into the query as they are."""
	if not isinstance(value, list) or len(value) != 4 or not all(map(_is_name, value[:3])):
		return False
	about, field, operator, wanted = value
	if operator.lower() == "between" and not (isinstance(wanted, list) and len(wanted) == 2):
		return False  # Frappe would use today for a missing end
	if operator.lower() == "timespan" and not (isinstance(wanted, str) and get_timespan_date_range(wanted)):
		return False  # Frappe 15 would use today for a span that it doesn't know
	tables = {table.options for table in frappe.get_meta(doctype).get_table_fields()}
	if about not in {doctype, *tables} or field not in frappe.db.get_table_columns(about):
		return False
	return all(map(_is_scalar, wanted)) if isinstance(wanted, list) else _is_scalar(wanted)


def _is_scalar(value) -> bool:
	if isinstance(value, str):
		return _is_text(value)
	return value is None or isinstance(value, int | float)


def _parsed(text: str):
	try:
		return frappe.parse_json(text)
	except (ValueError, RecursionError):
		return None


def _is_name(value) -> bool:
	return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= LONGEST_NAME and _is_text(value)


def _is_text(value: str) -> bool:
	"""Whether there are no control characters and no halves of surrogate pairs, which a database refuses."""
	return not any(unicodedata.category(character) in ("Cc", "Cs") for character in value)
