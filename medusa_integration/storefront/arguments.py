"""The arguments of the storefront's calls: their types, and the check of a request against a function's
signature.

Each type has an example, from which the API's description is made.

Source: docs/reference.md, "Replies to the storefront".
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter

from medusa_integration import texts
from medusa_integration.checked_arguments import LONGEST_TEXT, CheckedArguments, filled, without_controls
from medusa_integration.request_log import SECRET_KEY
from medusa_integration.storefront.errors import bad_request

LONGEST_NOTE = 1_000
MOST_LINES = 400  # of a quotation, a return or a question for prices
LONGEST_ADDRESS = 1_000
MOST_VALUES = 200  # of one filter
LARGEST = 1e9  # of a quantity or an amount, far below where a float loses cents
CUSTOMERS = {"customer_id", "cus_id"}  # names of arguments
_STRUCTURES = {"array", "object"}


def printable(text: str) -> str:
	"""Refuse control characters, and drop the signs that reverse the direction of writing."""
	return without_controls(texts.without_turning(text), but="\n\r\t")


def _named(text: str) -> str:
	"""Refuse signs that no record's name has in Frappe: replies repeat the name."""
	if {"<", ">"}.intersection(text):
		raise ValueError("must not have angle brackets")
	return text


def _medusa_id(text: str) -> str:
	if not _MEDUSA_ID.fullmatch(text):
		raise ValueError("must be an id of Medusa's: letters, digits, - and _")
	return text


def _no_number(value: Any) -> Any:
	"""Refuse numbers as text inside a JSON body."""
	if isinstance(value, str | bool):
		raise ValueError("must be a number")
	return value


_TRIMMED = AfterValidator(printable)
_MEDUSA_ID = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*")
_ANY = StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT)
_SOME = StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)
# A text that is compared with stored ones, as it is. A text that is stored needs one of the other types.
Term = Annotated[str, _ANY, _TRIMMED]
# A name or code of a record in ERPNext, by which it is looked up.
Name = Annotated[str, _SOME, _TRIMMED, AfterValidator(filled), AfterValidator(_named)]
# A text that a customer may have written, as it is stored: texts.py.
Text = Annotated[str, _ANY, _TRIMMED, AfterValidator(texts.one_line)]
FilledText = Annotated[str, _SOME, _TRIMMED, AfterValidator(texts.one_line), AfterValidator(filled)]
Note = Annotated[
	str,
	StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE),
	_TRIMMED,
	AfterValidator(texts.several_lines),
]
# An id that Medusa or the shop has made.
Id = Annotated[
	str,
	_SOME,
	AfterValidator(_medusa_id),
	Field(json_schema_extra={"pattern": f"^{_MEDUSA_ID.pattern}$"}),
]


_YES_OR_NO = {"": False, "0": False, "1": True, "false": False, "true": True}


def _yes_or_no(value: Any) -> Any:
	"""A yes or no as JSON or as text; blank is no. Other values are refused by the type, which would take more words."""
	return _YES_OR_NO.get(value.strip().casefold(), "neither") if isinstance(value, str) else value


# 0 or 1, true or false, as JSON or as text.
Flag = Annotated[bool, BeforeValidator(_yes_or_no, json_schema_input_type=bool | Literal[0, 1])]
_NUMBER = BeforeValidator(_no_number)
# The limits come first: of a type with a validator pydantic describes them in its own words, not JSON Schema's.
Quantity = Annotated[float, Field(gt=0, le=LARGEST, allow_inf_nan=False, examples=[2]), _NUMBER]
Amount = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False, examples=[12.5]), _NUMBER]

CustomerId = Annotated[
	Id, Field(description="Medusa's id of the customer", examples=["cus_01JDB3W1S6YQ5V2M8K0T7H9XRF"])
]
# The customer who looks at a page. Storefronts send a blank id for a visitor who hasn't logged in. Not for calls that an id
# restricts to one customer's records.
VisitingCustomer = (
	Annotated[
		str,
		_ANY,
		AfterValidator(lambda text: text and _medusa_id(text)),
		Field(
			description="Medusa's id of the customer; blank: none",
			examples=["cus_01JDB3W1S6YQ5V2M8K0T7H9XRF"],
			json_schema_extra={"pattern": f"^({_MEDUSA_ID.pattern})?$"},
		),
	]
	| None
)
VariantId = Annotated[
	Id, Field(description="Medusa's id of the variant", examples=["variant_01JDB3X8KZ4N7C1P5R9W2E6TYU"])
]
ProductId = Annotated[
	Id, Field(description="Medusa's id of the product", examples=["prod_01JDB3X5GH2M4C8P1R6W9E7TYU"])
]
DraftOrderId = Annotated[
	Id, Field(description="Medusa's id of the draft order", examples=["dorder_01JDB41M9B2Q8S6V0X4Z7A5CDE"])
]
QuotationId = Annotated[
	Name,
	Field(description="the name of the Quotation, or Medusa's id of it", examples=["SAL-QTN-2026-00001"]),
]
OrderId = Annotated[
	Id, Field(description="Medusa's id of the order", examples=["order_01JDB42N8C3R9T7W1Y5A8B6DEF"])
]
SalesOrderId = Annotated[
	Name,
	Field(
		description="the name of the Sales Order, or Medusa's id of the order",
		examples=["SAL-ORD-2026-00001"],
	),
]


# The storefront that shows products, by its sales channel; blank as left out.
SalesChannel = Annotated[
	str,
	_ANY,
	AfterValidator(lambda text: text and _medusa_id(text)),
	Field(
		description="Medusa's id of the storefront's sales channel: only products that it sells are shown; blank: all",
		examples=["sc_01JDB3W0A2B4C6D8E0F2G4H6JK"],
		json_schema_extra={"pattern": f"^({_MEDUSA_ID.pattern})?$"},
	),
]


def _listed(values: Any) -> Any:
	return [values] if isinstance(values, str) else values


def _without_blanks(values: list[str]) -> list[str]:
	return [value for value in values if value]


Address = Annotated[
	str,
	StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ADDRESS),
	_TRIMMED,
	Field(examples=["products/gloves"]),
]
# One value or a list of them; a query repeats the argument. The function gets a list.
Several = Annotated[
	list[Term],
	Field(max_length=MOST_VALUES),
	BeforeValidator(
		_listed, json_schema_input_type=Term | Annotated[list[Term], Field(max_length=MOST_VALUES)]
	),
	AfterValidator(_without_blanks),
]
PageNumber = Annotated[int, Field(ge=1, le=int(LARGEST), examples=[1])]


class Arguments(CheckedArguments):
	"""The parameters of a function that the storefront calls."""

	def __init__(self, function: Callable, more: dict[str, Any] | None = None) -> None:
		"""
		:param more: types of arguments that the function itself doesn't take, by name
		"""
		super().__init__(function, bad_request)
		self.types |= {name: TypeAdapter(type_) for name, type_ in (more or {}).items()}
		self.have_secrets = any(map(SECRET_KEY.search, self.types))
		kinds = {name: _kinds(type_) for name, type_ in self.types.items()}
		self._json = {name for name, found in kinds.items() if found & _STRUCTURES and "string" not in found}
		self._repeated = {name for name, found in kinds.items() if {"array", "string"} <= found}

	def heard(self, request, given: dict[str, Any]) -> dict[str, Any]:
		"""The arguments of a request: those of its body and of its query. A GET has those of its query alone:
		caches key a GET by its query.

		:param request: werkzeug's; an argument that takes one value or a list may stand in the query several
			times
		:param given: Frappe's arguments, from the body, or from the query without a body
		"""
		query = request.args
		found = query.to_dict() if request.method in ("GET", "HEAD") else {**query.to_dict(), **given}
		for name in self._repeated:
			values = query.getlist(name)
			if len(values) > 1 and found[name] == values[0]:
				found[name] = values
		return found

	def checked(self, given: dict[str, Any]) -> dict[str, Any]:
		"""The converted arguments; null means the default.

		:raises BadRequest: names up to five problems
		"""
		return super().checked({name: value for name, value in given.items() if value is not None})

	def converted(self, name: str, value: Any) -> Any:
		"""A value of an argument's type. Lists and objects may be JSON text, as in a form."""
		if name in self._json and isinstance(value, str):
			return self.types[name].validate_json(value)
		return super().converted(name, value)


def _kinds(type_: TypeAdapter) -> set[str]:
	"""The JSON types that a type takes. Lists and objects, if text isn't taken, are JSON text in a form."""
	schema = type_.json_schema()
	return {"object" if "$ref" in each else each.get("type", "") for each in schema.get("anyOf", [schema])}
