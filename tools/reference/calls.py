"""The table of whitelisted calls: the Desk's functions, by file."""

import inspect
from collections.abc import Callable, Iterator

import frappe

from medusa_integration import api, desk, utils
from tools.openapi import docstrings
from tools.reference import markdown
from tools.reference.functions import summary_of
from tools.reference.markdown import NOTHING, code, sentence
from tools.reference.markdown import markdown as escaped

HEAD = ("name", "method", "takes", "needs", "what it does", "returns")
ANY = {"GET", "POST", "PUT", "DELETE"}
PERMISSION = "frappe.PermissionError"
# Refusals: with a row's own reason, and those that the section tells once for all calls.
OWN_REFUSALS = {"frappe.ValidationError": 417, "MedusaNotConfigured": 417}
COMMON_REFUSALS = (PERMISSION, "frappe.DoesNotExistError", "BadArgument")


def table() -> str:
	"""The table in Markdown."""
	return markdown.table(HEAD, (cells(name, each) for name, each in functions()))


def functions() -> list[tuple[str, Callable]]:
	"""(name, function) of the whitelisted functions of desk/, in the order of their files."""
	named = [(name, each) for name, each in vars(api).items() if _is_call(each)]
	named += [(f"{utils.__name__}.{name}", each) for name, each in vars(utils).items() if _is_call(each)]
	return sorted(named, key=lambda each: _place(each[1]))


def _is_call(value) -> bool:
	return (
		inspect.isfunction(value)
		and value in frappe.whitelisted
		and value.__module__.startswith(f"{desk.__name__}.")
	)


def _place(function: Callable) -> tuple[str, int]:
	return function.__module__, inspect.unwrap(function).__code__.co_firstlineno


def cells(name: str, function: Callable) -> tuple[str, ...]:
	"""A function's row."""
	doc = docstrings.read(inspect.unwrap(function))
	return (
		code(name),
		_methods(function),
		"<br>".join(_arguments(function, doc)) or NOTHING,
		_needs(doc),
		summary_of(function, ()),
		" ".join(_replies(doc)),
	)


def _methods(function: Callable) -> str:
	methods = frappe.allowed_http_methods_for_whitelisted_func[function]
	return "any" if set(methods) >= ANY else ", ".join(methods)


def _arguments(function: Callable, doc: docstrings.Docstring) -> Iterator[str]:
	for name, parameter in inspect.signature(function).parameters.items():
		default = parameter.default
		told = "" if default in (parameter.empty, None, "") else f" (default {default})"
		text = doc.params.get(name, "")
		yield code(name) + told + (f": {escaped(text)}" if text else "")


def _needs(doc: docstrings.Docstring) -> str:
	needs = [text.removeprefix("without ") for name, text in doc.raises if name == PERMISSION]
	return escaped("; ".join(needs)) or NOTHING


def _replies(doc: docstrings.Docstring) -> Iterator[str]:
	"""The reply, and the row's own refusals.

	:raises LookupError: for an exception that isn't known
	"""
	yield escaped(sentence(doc.returns or "nothing"))
	for name, text in doc.raises:
		if name in OWN_REFUSALS:
			yield escaped(sentence(f"{OWN_REFUSALS[name]} {text}"))
		elif name not in COMMON_REFUSALS:
			raise LookupError(f"{name} is neither a common refusal nor one with a code")
