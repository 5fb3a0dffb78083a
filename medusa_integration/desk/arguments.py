"""The arguments of the Desk's calls: their types, and the check of a call against a function's signature. A wrong
argument is refused with a message: it is neither guessed at nor left to cause a server error.

Source: docs/reference.md, "Whitelisted calls".
"""

import inspect
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any, Literal, NoReturn

import frappe
from frappe import _
from frappe.utils import get_timespan_date_range
from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictFloat, StrictInt
from pydantic_core import from_json

from medusa_integration.checked_arguments import (
	LONGEST_TEXT,
	CheckedArguments,
	filled,
	told,
	without_controls,
)

MOST_NAMES = 10_000  # in one call
MOST_FILTERS = 100
FLAGS = {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}


class BadArgument(frappe.ValidationError):
	"""An argument has the wrong type or shape."""


def checked(function: Callable) -> Callable:
	"""Check the arguments of a function's calls against its annotations. A missing argument counts as null.

	A call raises `BadArgument` for arguments that the annotations don't take.
	"""
	arguments, signature = CheckedArguments(function, _refuse), inspect.signature(function)

	@wraps(function)
	def call(*args, **given):
		given = signature.bind_partial(*args, **given).arguments
		return function(**arguments.checked(dict.fromkeys(arguments.required) | given))

	call.__annotations__ = {}  # The arguments are checked here, with messages, not by Frappe.
	return call


def _refuse(message: str) -> NoReturn:
	frappe.throw(message, BadArgument, title=_("Wrong argument"))


def parsed(value: Any) -> Any:
	"""A list that may be JSON text, as in a form.

	:raises ValueError: for a text that isn't JSON
	"""
	return from_json(value, allow_inf_nan=False) if isinstance(value, str) else value


def _flag(value: Any) -> bool:
	return FLAGS[value.lower() if isinstance(value, str) else value]


_Text = Annotated[str, AfterValidator(without_controls)]
_Name = Annotated[_Text, Field(max_length=LONGEST_TEXT), AfterValidator(filled)]
_Scalar = _Text | StrictBool | StrictInt | StrictFloat | None
_NOT_A_NAME = told(lambda: _("{0} has to be the name of a document"))

# A yes or no: 0, 1, true or false, as such or as text.
Flag = Annotated[bool, BeforeValidator(_flag), told(lambda: _("{0} has to be 0 or 1"))]
Day = Annotated[
	date, BeforeValidator(date.fromisoformat), told(lambda: _("{0} has to be a day, as 2026-11-28"))
]
# The name of a document, which needn't exist.
DocumentName = Annotated[_Name, _NOT_A_NAME]
NameOrBlank = Annotated[_Name | Literal[""], _NOT_A_NAME]
# A list or its JSON. The function gets it without repetitions.
DocumentNames = Annotated[
	list[_Name],
	Field(max_length=MOST_NAMES),
	BeforeValidator(parsed),
	AfterValidator(lambda names: list(dict.fromkeys(names))),
	told(lambda: _("{0} has to be a list of names, 10,000 at most")),
]
# `{fieldname: value}` of a form or its JSON.
FormValues = Annotated[
	dict[str, Any], BeforeValidator(parsed), told(lambda: _("{0} has to be the values of a form"))
]
# `[[DocType, field, operator, value]]` or its JSON, or "". `known_filters` checks them against the database.
ListFilters = Annotated[
	list[tuple[_Name, _Name, _Name, _Scalar | list[_Scalar]]],
	Field(max_length=MOST_FILTERS),
	BeforeValidator(lambda value: [] if value == "" else parsed(value)),
	told(lambda: _("{0} has to be a list of a list's filters")),
]


def known_filters(filters: list[tuple] | None, doctype: str) -> list[tuple]:
	"""The filters of a list, checked against the database: Frappe puts DocType and field into the query as they
	are.

	:param filters: `ListFilters`
	:param doctype: of the list; filters may name its child tables too
	:raises BadArgument: for unknown DocTypes, fields or spans of time
	"""
	tables = {doctype, *(table.options for table in frappe.get_meta(doctype).get_table_fields())}
	for about, field, operator, wanted in filters or ():
		if about not in tables or field not in frappe.db.get_table_columns(about):
			refuse_filters()
		if operator.lower() == "between" and not (isinstance(wanted, list) and len(wanted) == 2):
			refuse_filters()  # Frappe would use today for a missing end.
		if operator.lower() == "timespan" and not (
			isinstance(wanted, str) and get_timespan_date_range(wanted)
		):
			refuse_filters()  # Frappe 15 would use today for a span that it doesn't know.
	return filters or []


def refuse_filters() -> NoReturn:
	"""Refuse filters.

	:raises BadArgument: always
	"""
	_refuse(_("filters has to be a list of a list's filters."))
