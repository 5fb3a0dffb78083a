"""A hostile text, and what became of it: in the database, and in HTML."""

from html import unescape
from typing import NamedTuple

import frappe
from bs4 import BeautifulSoup

MARK = "zz9"
# A tag, a tag as entities, a tag that never ends, templates, signs that turn the line, and innocent ones. 140 characters at most.
HOSTILE = f"{MARK} <img src=http://169.254.169.254/ onerror={MARK}> &lt;img alt={MARK}&#62; {{{{ 7*7 }}}}{{% x %}} \u202eI <3 5 > 4 <b x={MARK} "
HARMLESS = f"{MARK} ‹img src=http://169.254.169.254/ onerror={MARK}› ＆lt;img alt={MARK}＆#62; ｛{{ 7*7 }}}}｛% x %}} I ‹3 5 › 4 ‹b x={MARK}"
TEXT_TYPES = ("char", "text", "json")


class Written(NamedTuple):
	table: str
	column: str
	value: str


def written() -> list[Written]:
	"""Every text in the database that has the mark, of whatever table and column."""
	frappe.db.rollback()
	found = []
	for table in frappe.db.get_tables(cached=False):
		columns = [
			each.name for each in frappe.db.get_table_columns_description(table) if _is_text(each.type)
		]
		if not columns:
			continue
		condition = " or ".join(f"`{column}` like %(mark)s" for column in columns)
		rows = frappe.db.sql(
			f"select {', '.join(f'`{column}`' for column in columns)} from `{table}` where {condition}",
			{"mark": f"%{MARK}%"},
		)
		found += [
			Written(table.removeprefix("tab"), column, value)
			for row in rows
			for column, value in zip(columns, row, strict=True)
			if isinstance(value, str) and MARK in value
		]
	return found


def _is_text(kind: str) -> bool:
	return any(each in kind.lower() for each in TEXT_TYPES)


def raw(texts: list[Written]) -> list[Written]:
	"""Those of which HTML would make a tag, now or after a decoding. ERPNext itself joins the lines of addresses by `<br>`."""
	plain = ((each, each.value.replace("<br>", "\n")) for each in texts)
	return [each for each, text in plain if {"<", ">"}.intersection(text + unescape(text))]


def tags(html: str) -> list[str]:
	"""The tags in HTML that are the hostile text's, now or after a decoding."""
	found = BeautifulSoup(html, "html.parser").find_all(True) + BeautifulSoup(
		unescape(html), "html.parser"
	).find_all(True)
	return [str(tag)[:200] for tag in found if _is_hostile(tag)]


def _is_hostile(tag) -> bool:
	own = f"{tag.name} {tag.attrs}"
	return MARK in own or "169.254" in own


def shown(html: str) -> str:
	"""The text of HTML, spaces as one."""
	return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
