"""docs/configure.md in the order of the form: `python -m tools.settings_page` moves the page's rows and sections to where the Medusa
Configuration has them, and takes labels from it. What has no text yet gets a row that says so, and the tests refuse it.

The page's keys: `<!-- section -->` above the heading of a section or tab, `<a id="field"></a>` in the row of a setting, and
`<a id="table-column"></a>` in the row of a table's column.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "configure.md"
DOCTYPES = ROOT / "medusa_integration" / "medusa_integration" / "doctype"
MISSING = "(no text yet)"
LAYOUT = {"Section Break", "Tab Break", "Column Break", "HTML", "Button", "Heading", "Fold"}
HEAD = ("| {} | meaning | default |", "| --- | --- | --- |")
ROW = re.compile(r'^\| <a id="([a-z0-9_-]+)"></a>(.*?) \| (.*) \| (.*?) ?\|$')
SECTION = re.compile(r"^<!-- ([a-z0-9_]+) -->\n", re.MULTILINE)
TABLE = re.compile(r"\| setting \|.*\n\| ---.*\n(?:\|.*\n)*\n?")
COLUMNS = re.compile(r"### Columns of .*\n\n(?:(?![#|]).*\n)*\| column \|.*\n\| ---.*\n(?:\|.*\n)*\n?")


class Setting(NamedTuple):
	"""A field of the form, or a column of one of its tables, whose key is `table-column`."""

	key: str
	label: str
	fieldtype: str
	default: str
	columns: tuple = ()


class Section(NamedTuple):
	"""A section or a tab of the form. One without a label belongs to the section before, unless the page has its key."""

	key: str
	label: str
	settings: list[Setting]


def form() -> list[Section]:
	"""The sections of the Medusa Configuration, in the form's order."""
	sections = [Section("top", "Enable", [])]
	for field in _fields("medusa_configuration"):
		if field["fieldtype"] in ("Section Break", "Tab Break"):
			sections.append(Section(field["fieldname"], field.get("label") or "", []))
		elif shown(field):
			columns: tuple = ()
			if field["fieldtype"] == "Table":
				child = _fields(field["options"].lower().replace(" ", "_"))
				columns = tuple(_setting(each, f"{field['fieldname']}-") for each in child if shown(each))
			sections[-1].settings.append(_setting(field)._replace(columns=columns))
	return sections


def shown(field: dict) -> bool:
	return field["fieldtype"] not in LAYOUT and not field.get("hidden")


def _fields(folder: str) -> Iterator[dict]:
	doctype = json.loads((DOCTYPES / folder / f"{folder}.json").read_text())
	by_name = {field["fieldname"]: field for field in doctype["fields"]}
	return (by_name[name] for name in doctype["field_order"])


def _setting(field: dict, prefix: str = "") -> Setting:
	return Setting(
		prefix + field["fieldname"],
		field.get("label") or "",
		field["fieldtype"],
		str(field.get("default") or ""),
	)


def problems(text: str) -> list[str]:
	"""What the page lacks, has too much or has elsewhere than the form; [] where it agrees."""
	found = [(m[1], m[2], m[3], m[4]) for m in map(ROW.match, text.splitlines()) if m]
	headings = dict(re.findall(r"^<!-- ([a-z0-9_]+) -->\n## (.*)$", text, re.MULTILINE))
	sections = form()
	wanted = [
		each for section in sections for setting in section.settings for each in (setting, *setting.columns)
	]
	by_key = {setting.key: setting for setting in wanted}
	keys = [key for key, *_rest in found]
	said = [f"{key}: isn't on the page" for key in by_key if key not in keys]
	said += [f"{key}: isn't on the form" for key in keys if key not in by_key]
	said += [f"{key}: is on the page twice" for key in sorted(set(keys)) if keys.count(key) > 1]
	for key, label, meaning, default in found:
		if setting := by_key.get(key):
			said += _differences(setting, label, meaning, default)
	for dash in (False, True):  # the tables of columns follow the table of settings
		mine = [key for key in keys if key in by_key and ("-" in key) == dash]
		said += _order("", mine, [key for key in by_key if key in keys and ("-" in key) == dash])
	labelled = {section.key: section.label for section in sections if section.label}
	said += [f"section {key}: isn't on the page" for key in labelled if key not in headings]
	said += [
		f"section {key}: {title!r} on the page, {labelled[key]!r} on the form"
		for key, title in headings.items()
		if labelled.get(key, title) != title
	]
	known = [section.key for section in sections]
	said += [f"section {key}: isn't on the form" for key in headings if key not in (*known, "end")]
	return said + _order("section ", [k for k in headings if k in known], [k for k in known if k in headings])


def _differences(setting: Setting, label: str, meaning: str, default: str) -> Iterator[str]:
	if label != setting.label:
		yield f"{setting.key}: {label!r} on the page, {setting.label!r} on the form"
	if MISSING in meaning or not meaning.strip():
		yield f"{setting.key}: has no text"
	wanted = setting.default
	if setting.fieldtype == "Check":
		wanted = "on" if wanted == "1" else "off"
	if wanted and wanted not in default:
		yield f"{setting.key}: the default {default!r} on the page, {wanted!r} on the form"


def _order(what: str, page: list[str], wanted: list[str]) -> list[str]:
	"""The first key that stands elsewhere than on the form."""
	for here, there in zip(page, wanted, strict=False):
		if here != there:
			return [
				f"{what}{there}: comes before {here} on the form (python -m tools.settings_page moves it)"
			]
	return []


def arranged(text: str) -> str:
	"""The page in the order of the form, with its labels."""
	parts = SECTION.split(text)
	intro, chunks = parts[0], dict(zip(parts[1::2], parts[2::2], strict=True))
	rows = {m[1]: m for m in map(ROW.match, text.splitlines()) if m}
	blocks = {_first_key(block).split("-")[0]: block for block in COLUMNS.findall(text)}
	groups: list[Section] = []
	for section in form():
		if groups and not section.label and section.key not in chunks:
			groups[-1].settings.extend(section.settings)
		else:
			groups.append(Section(section.key, section.label, list(section.settings)))
	out = [intro]
	for group in groups:
		chunk = chunks.pop(group.key, f"## {group.label}\n\n")
		if group.label:
			chunk = re.sub(r"^## .*", lambda _m, label=group.label: f"## {label}", chunk, count=1)
		out.append(f"<!-- {group.key} -->\n" + _filled(chunk, group.settings, rows, blocks))
	end = chunks.pop("end", "")
	out += [
		f"<!-- {key} -->\n" + COLUMNS.sub("", TABLE.sub("", chunk))
		for key, chunk in chunks.items()
	]  # fmt: skip
	return "".join(out) + f"<!-- end -->\n{end}"


def _first_key(block: str) -> str:
	return next(m[1] for m in map(ROW.match, block.splitlines()) if m)


def _filled(chunk: str, settings: list[Setting], rows: dict, blocks: dict[str, str]) -> str:
	"""A section's text with the rows of its settings, and of their columns."""
	chunk = COLUMNS.sub("", chunk)
	table = ""
	if settings:
		table = _table("setting", settings, rows)
	for setting in settings:
		if setting.columns:
			block = blocks.get(setting.key, f"### Columns of {setting.label}\n\n")
			opening = block[: block.find("| column |")] if "| column |" in block else block
			opening = re.sub(r"^### .*", lambda _m, label=setting.label: f"### Columns of {label}", opening)
			table += opening + _table("column", setting.columns, rows)
	if TABLE.search(chunk):
		return TABLE.sub(lambda _m: table, chunk, count=1)
	if not table:
		return chunk
	return chunk.rstrip("\n") + "\n\n" + table


def _table(what: str, settings, rows: dict) -> str:
	lines = [HEAD[0].format(what), HEAD[1]]
	for setting in settings:
		row = rows.get(setting.key)
		meaning, default = (row[3], row[4]) if row else (MISSING, setting.default)
		lines.append(
			f'| <a id="{setting.key}"></a>{setting.label} | {meaning} | {default} |'.replace("|  |", "| |")
		)
	return "\n".join(lines) + "\n\n"


def main() -> None:
	text = arranged(PAGE.read_text())
	PAGE.write_text(text)
	print("\n".join(problems(text)) or "docs/configure.md agrees with the form.")


if __name__ == "__main__":
	main()
