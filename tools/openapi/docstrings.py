"""What a docstring says about its function."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field

_FIELD = re.compile(r":(param|raises|returns)\s*([\w.]*):\s*(.*)", re.DOTALL)


@dataclass
class Docstring:
	"""A docstring's parts, each on one line."""

	summary: str = ""
	description: str = ""  # the other paragraphs
	params: dict[str, str] = field(default_factory=dict)
	returns: str = ""
	raises: list[tuple[str, str]] = field(default_factory=list)  # name of the exception, when


def read(function: Callable) -> Docstring:
	"""The parts of a function's docstring; its source is left out."""
	found, paragraphs = Docstring(), []
	for paragraph in re.split(r"\n\s*\n", inspect.getdoc(function) or ""):
		for part in re.split(r"\n(?=:)", paragraph):
			if part.startswith("Source:"):
				continue
			matched = _FIELD.match(part)
			if matched:
				_add(found, *matched.groups())
			else:
				paragraphs.append(_one_line(part))
	found.summary, found.description = paragraphs[0] if paragraphs else "", "\n\n".join(paragraphs[1:])
	return found


def _add(found: Docstring, kind: str, name: str, text: str) -> None:
	text = _one_line(text)
	if kind == "param":
		found.params[name] = text
	elif kind == "raises":
		found.raises.append((name, text))
	else:
		found.returns = text


def _one_line(text: str) -> str:
	return " ".join(text.split())
