"""Orders of a reply, each read by itself: one that isn't as expected becomes an error, and the others are read.

A reply may lack a key, have null for a list, or a value of another type, as after a script or a plugin of the shop.

Source: docs/reference.md, "Inbox".
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from traceback import extract_tb
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from medusa_integration.medusa.errors import MedusaError, UnreadableOrder
from medusa_integration.medusa.order import Order, OrderHead

# Of code that reads a value of another type or form than it expects. ArithmeticError: NaN and the like.
UNEXPECTED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Read = TypeVar("Read")
LONGEST = 60  # characters of a value in a message


def order_or_error(row: Any, order_of: Callable[[Any], Order]) -> Order | MedusaError:
	"""The order of a row, or an UnreadableOrder."""
	return attempt(lambda: _checked(order_of(row)))


def attempt(work: Callable[[], Read]) -> Read | MedusaError:
	"""The result of `work`, or an UnreadableOrder where it meets an unexpected value."""
	try:
		return work()
	except UNEXPECTED as error:
		return UnreadableOrder(_reason(error))


def head_or_rest(row: Any, head_of: Callable[[Any], OrderHead]) -> OrderHead:
	"""The head of a row; of a row that can't be read, its texts without total, currency and time."""
	try:
		return _checked(head_of(row))
	except UNEXPECTED:
		known = row if isinstance(row, dict) else {}
		texts = {key: str(known.get(key) or "") for key in ("id", "display_id", "status", "email")}
		return OrderHead(**texts, currency="", total=None, created_at=None)


def _reason(error: Exception) -> str:
	"""The unexpected value, for the shop's developer."""
	if isinstance(error, KeyError):
		return f"{error.args[0]} is missing"
	if isinstance(error, _Unexpected):
		return str(error)
	last = extract_tb(error.__traceback__)[-1]
	return (
		f"{type(error).__name__}: {str(error)[: 2 * LONGEST]} ({last.name.strip('<>')}, line {last.lineno})"
	)


class _Unexpected(TypeError):
	"""A field of another type than its class declares."""


def _checked(record: Any, path: str = "") -> Any:
	"""A dataclass, whose fields have the types that it declares. Numbers and times are usable ones.

	:raises TypeError: naming the first other one
	"""
	for name, hint in _hints(record.__class__).items():
		value = getattr(record, name)
		if not _is_of(value, hint, f"{path}{name}."):
			raise _Unexpected(f"{path}{name} is {_shown(value)}")
	return record


@cache
def _hints(kind: Any) -> dict[str, Any]:
	hints = get_type_hints(kind)
	return {field.name: hints[field.name] for field in fields(kind)}


def _is_of(value: Any, hint: Any, path: str) -> bool:
	origin, inner = get_origin(hint), get_args(hint)
	if origin in (Union, UnionType):
		return any(_is_of(value, each, path) for each in inner)
	if origin is tuple:
		hints = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
		return len(value) == len(hints) and all(map(_is_of, value, hints, [path] * len(value)))
	if isinstance(hint, type) and is_dataclass(hint):
		return isinstance(value, hint) and bool(_checked(value, path))
	if hint is Decimal:
		return isinstance(value, Decimal) and value.is_finite()
	if hint is datetime:
		return isinstance(value, datetime) and value.tzinfo is not None
	return isinstance(value, hint)


def _shown(value: Any) -> str:
	return "missing" if value is None else repr(value)[:LONGEST]
