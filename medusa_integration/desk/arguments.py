"""The checks of what comes in with a call from the Desk or by REST: a caller's mistake is refused with words, and is
neither guessed at nor an error of the server."""

import unicodedata
from typing import NoReturn

import frappe
from frappe import _

LONGEST_NAME = 140  # characters of a document's name
MOST_NAMES = 10_000  # in one call
MOST_FILTERS = 100
FLAGS = {"0": False, "1": True, "false": False, "true": True}


class BadArgument(frappe.ValidationError):
	"""A call whose argument isn't what the function takes."""


def flag(value, label: str) -> bool:
	"""0, 1, true or false, as themselves or as words.

	:raises BadArgument: for anything else
	"""
	words = str(value).lower() if isinstance(value, bool | int | str) else ""
	if words not in FLAGS:
		frappe.throw(_("{0} has to be 0 or 1.").format(label), BadArgument, title=_("Neither yes nor no"))
	return FLAGS[words]


def document_name(value, label: str) -> str:
	"""The name of a document, whether or not there is such a one.

	:raises BadArgument: for anything else
	"""
	if not _is_name(value):
		frappe.throw(
			_("{0} has to be the name of a document.").format(label), BadArgument, title=_("Not a name")
		)
	return value


def document_names(value, label: str = "names") -> list[str]:
	"""Names of documents, each once; from a list, which may be empty, or its JSON.

	:raises BadArgument: for anything else, and for more than 10,000
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
	"""A list's filters, as `[[DocType, field, operator, value]]` or its JSON; None and "" for none.

	:param doctype: of the list; a filter may be about one of its tables, too
	:raises BadArgument: for anything else
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
	""":raises BadArgument: always"""
	frappe.throw(_("filters has to be a list of a list's filters."), BadArgument, title=_("Not a list"))


def _is_filter(value, doctype: str) -> bool:
	"""Frappe puts the DocType and the field into the query as they are."""
	if not isinstance(value, list) or len(value) != 4 or not all(map(_is_name, value[:3])):
		return False
	about, field, operator, wanted = value
	if operator.lower() == "between" and not (isinstance(wanted, list) and len(wanted) == 2):
		return False  # Frappe would take today for it
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
	"""A database takes neither half a surrogate pair, nor are control characters part of a name."""
	return not any(unicodedata.category(character) in ("Cc", "Cs") for character in value)
