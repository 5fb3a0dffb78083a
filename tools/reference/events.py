"""The table of document events: a row for each function that an event of a DocType calls."""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import reduce
from textwrap import dedent
from typing import NamedTuple

from medusa_integration import events, hooks
from medusa_integration.overrides import price_floor
from tools.reference import markdown
from tools.reference.functions import at, name_of, summary_of

HEAD = ("DocType", "event", "function", "what it does")
OPENINGS = (*hooks.doc_events, "Documents", "Selling documents")


class Row(NamedTuple):
	"""A function, and the events of a DocType that call it."""

	doctype: str
	events: list[str]
	function: Callable


def table() -> str:
	"""The table in Markdown, in the order of hooks.py, and then the class overrides."""
	return markdown.table(HEAD, cells([*rows(hooks.doc_events), *overrides()]))


def cells(rows: list[Row]) -> Iterator[tuple[str, ...]]:
	"""The rows' cells. A DocType stands in its first row, and a function's text with its first DocType."""
	first: dict[Callable, str] = {}
	doctype = None
	for row in rows:
		is_known = row.function in first
		text = f"As for {first[row.function]}." if is_known else summary_of(row.function, OPENINGS)
		first.setdefault(row.function, row.doctype)
		shown = row.doctype if row.doctype != doctype else ""
		doctype = row.doctype
		yield shown, ", ".join(row.events), markdown.code(name_of(row.function)), text


def rows(doc_events: dict[str, dict]) -> list[Row]:
	"""The rows of a hook `doc_events`."""
	found: dict[tuple[str, Callable], Row] = {}
	for doctype, of_doctype in doc_events.items():
		for event, paths in of_doctype.items():
			for path in [paths] if isinstance(paths, str) else paths:
				for function in called_by(at(path)):
					row = found.setdefault((doctype, function), Row(doctype, [], function))
					if event not in row.events:
						row.events.append(event)
	return list(found.values())


def called_by(entry: Callable) -> list[Callable]:
	"""The functions that a function of events/ calls. Any other function stands for itself.

	:raises LookupError: its body isn't a plain list of calls
	"""
	if not entry.__module__.startswith(f"{events.__name__}."):
		return [entry]
	body = ast.parse(dedent(inspect.getsource(entry))).body[0].body
	if ast.get_docstring(ast.Module(body, [])) is not None:
		body = body[1:]
	return [_called(statement, entry) for statement in body]


def _called(statement: ast.stmt, entry: Callable) -> Callable:
	if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
		place = f"{entry.__module__}.{entry.__name__}"
		raise LookupError(f"{place} is a plain list of calls, but for: {ast.unparse(statement)}")
	first, *rest = ast.unparse(statement.value.func).split(".")
	return reduce(getattr, rest, entry.__globals__[first])


def overrides() -> list[Row]:
	"""The methods of ERPNext's classes that the app overrides."""
	doctypes = ", ".join(doctype for doctype, _module in price_floor.OVERRIDDEN.values())
	methods = [each for each in vars(price_floor.EcommercePriceFloor).values() if inspect.isfunction(each)]
	return [Row(doctypes, ["class override"], method) for method in methods]
