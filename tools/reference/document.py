"""docs/reference.md with its tables made anew. The rest of the page is written by hand."""

import re
from pathlib import Path

from tools.reference import calls, events, tasks

FILE = Path(__file__).parents[2] / "docs" / "reference.md"
TABLES = {"events": events.table, "tasks": tasks.table, "calls": calls.table}
BEGIN, END = "<!-- made by make reference: {0} -->", "<!-- end -->"


def as_text() -> str:
	"""The file's content."""
	text = FILE.read_text()
	for name, table in TABLES.items():
		text = replaced(text, name, table())
	return text


def replaced(text: str, name: str, table: str) -> str:
	"""The page with another table between a pair of markers.

	:raises LookupError: the page doesn't have the markers once
	"""
	begin = BEGIN.format(name)
	place = re.compile(re.escape(begin) + r"\n.*?" + re.escape(END), re.DOTALL)
	if len(place.findall(text)) != 1:
		raise LookupError(f"{begin} … {END} isn't once in {FILE.name}")
	return place.sub(lambda _found: f"{begin}\n\n{table}\n\n{END}", text)
