"""The check of a call's arguments by pydantic, against the annotations of the function, and what the types of the
storefront's calls (storefront/arguments.py) and of the Desk's (desk/arguments.py) have in common.

Source: docs/reference.md, "Whitelisted calls" and "Access".
"""

import inspect
from collections.abc import Callable
from typing import Any, NoReturn, get_type_hints

from frappe import _
from pydantic import TypeAdapter, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError

from medusa_integration import texts

LONGEST_TEXT = 140  # characters of a Data field, and of a document's name
SHOWN_PROBLEMS = 5
_SENTENCE = "sentence"


def without_controls(text: str, *, but: str = "") -> str:
	"""Refuse control characters and halves of surrogate pairs, which a database refuses too.

	:param but: control characters that the text may have
	"""
	if any(texts.is_control(sign) and sign not in but for sign in text):
		raise ValueError("must not have control characters")
	return text


def filled(text: str) -> str:
	"""Refuse a text of spaces."""
	if not text.strip():
		raise ValueError("must not be blank")
	return text


def told(sentence: Callable[[], str]) -> WrapValidator:
	"""The last part of a type: all that the parts before it refuse is refused with one sentence.

	:param sentence: returns it, translated and without its full stop; `{0}` stands for the argument's name
	"""

	def check(value: Any, parts: Callable[[Any], Any]) -> Any:
		try:
			return parts(value)
		except (LookupError, TypeError, ValueError):
			raise PydanticCustomError(_SENTENCE, sentence()) from None

	return WrapValidator(check)


class CheckedArguments:
	"""The parameters of a function, with the types that given arguments are checked against."""

	def __init__(self, function: Callable, refuse: Callable[[str], NoReturn]) -> None:
		hints = get_type_hints(function, include_extras=True)
		parameters = inspect.signature(function).parameters
		self.types = {name: TypeAdapter(hints[name]) for name in parameters}
		self.required = {name for name, each in parameters.items() if each.default is each.empty}
		self._refuse = refuse

	def checked(self, given: dict[str, Any]) -> dict[str, Any]:
		"""The converted arguments. Those that the function doesn't take are left out. Others are refused with a
		message that names up to five problems."""
		values, problems = {}, []
		for name in self.types:
			if name not in given:
				problems += [_("{0} is missing").format(name)] if name in self.required else []
				continue
			try:
				values[name] = self.converted(name, given[name])
			except (ValidationError, RecursionError) as error:
				problems += _problems(name, error)
		if problems:
			self._refuse("; ".join(problems[:SHOWN_PROBLEMS]) + ".")
		return values

	def converted(self, name: str, value: Any) -> Any:
		"""A value of an argument's type.

		:raises ValidationError: the type doesn't take it
		"""
		return self.types[name].validate_python(value)


def _problems(name: str, error: ValidationError | RecursionError) -> list[str]:
	if isinstance(error, RecursionError):
		return [_("{0} is nested too deeply").format(name)]
	return [
		(each["msg"] if each["type"] == _SENTENCE else _("{0}: {1}")).format(
			".".join(map(str, (name, *each["loc"]))), each["msg"].removeprefix("Value error, ")
		)
		for each in error.errors(include_url=False, include_context=False, include_input=False)
	]
