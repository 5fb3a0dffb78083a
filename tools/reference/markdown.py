"""Docstrings as Markdown, in the cells of a table."""

import re
from collections.abc import Iterable

NOTHING = "–"
_CODE = re.compile(r"(`[^`]*`)")
_SECTION = re.compile(r'\b([Ss]ee) "([^"]+)"')


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
	"""A table whose cells are Markdown already."""
	head = list(head)
	return "\n".join(_line(cells) for cells in (head, ["---"] * len(head), *rows))


def _line(cells: Iterable[str]) -> str:
	return f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in cells)}|"


def markdown(text: str) -> str:
	"""A docstring's text as a part of a cell: escaped, and with links for `see "Section"`."""
	parts = _CODE.split(text.replace("|", r"\|"))
	return "".join(part if _CODE.fullmatch(part) else _prose(part) for part in parts)


def _prose(text: str) -> str:
	return _SECTION.sub(_link, text.replace("<", r"\<"))


def _link(found: re.Match) -> str:
	see, section = found.groups()
	return f"{see} [{section}](#{anchor(section)})"


def anchor(heading: str) -> str:
	"""The address of a section within its page, as GitHub makes it."""
	return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def sentence(text: str) -> str:
	"""A text with a capital letter first and a full stop last. Code stays as it is."""
	text = text[:1].upper() + text[1:]
	return text if text.endswith((".", "!", "?")) or not text else f"{text}."


def code(text: str) -> str:
	"""A name as code."""
	return f"`{text}`"
