"""The public name of a function, and the summary of its docstring."""

import inspect
from collections.abc import Callable, Iterable
from importlib import import_module

from medusa_integration import api
from tools.openapi import docstrings
from tools.reference.markdown import markdown, sentence


def at(path: str) -> Callable:
	"""The function at a dotted path. Frappe's own `get_attr` needs a site."""
	module, _, name = path.rpartition(".")
	return getattr(import_module(module), name)


def name_of(function: Callable) -> str:
	"""The name in api.py: the function's own where api.py has it, or else its alias there."""
	names = [name for name, value in vars(api).items() if value is function]
	return function.__name__ if function.__name__ in names or not names else names[0]


def summary_of(function: Callable, openings: Iterable[str]) -> str:
	"""The docstring's first paragraph as Markdown, without an opening such as `Item Price, validate: `.

	:param openings: the words that an opening begins with, such as the DocTypes
	:raises LookupError: the function has no docstring
	"""
	summary = docstrings.read(inspect.unwrap(function)).summary
	opening, colon, rest = summary.partition(": ")
	if colon and opening.startswith(tuple(openings)):
		summary = rest
	if not summary:
		raise LookupError(f"{function.__module__}.{function.__name__} has no docstring")
	return markdown(sentence(summary))
