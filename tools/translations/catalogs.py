"""The catalogs in medusa_integration/locale: reading, writing, merging, and faults of a translation."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

APP = "medusa_integration"
FOLDER = Path(__file__).parents[2] / APP / "locale"
TEMPLATE = FOLDER / "main.pot"

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
_TAG = re.compile(r"</?(?:a|b|br|code|em|h[1-6]|i|li|ol|p|span|strong|ul)\b[^<>]*>")


def languages() -> list[Path]:
	"""The .po file of each language."""
	return sorted(FOLDER.glob("*.po"))


def read(path: Path) -> Catalog:
	"""A catalog from its file, with the language of the file's name; empty if there is no file.

	:param path: a .po file, or the template
	"""
	locale = path.stem if path.suffix == ".po" else None
	if not path.exists():
		return Catalog(locale=locale, fuzzy=False)
	with path.open("rb") as file:
		return read_po(file, locale=locale)


def write(path: Path, catalog: Catalog) -> None:
	"""Write a catalog in the order of its messages, without line numbers: an edit elsewhere in a source file
	doesn't change the catalog.

	:param path: a .po file, or the template
	"""
	with path.open("wb") as file:
		write_po(file, catalog, sort_output=True, ignore_obsolete=True, width=110, include_lineno=False)


def write_template(template: Catalog) -> None:
	"""Write the template; one with the same messages keeps its date."""
	former = read(TEMPLATE)
	if keys(former) == keys(template):
		template.creation_date = former.creation_date
	write(TEMPLATE, template)


def merged(catalog: Catalog, template: Catalog) -> Catalog:
	"""A language's catalog with the template's messages. A new message is empty; one that the template doesn't
	have is left out."""
	catalog.update(template, no_fuzzy_matching=True)
	return catalog


def fill(catalog: Catalog, apps: Path) -> None:
	"""Give messages without a translation that of Frappe's and the other apps' catalogs. A translation counts in
	the whole Desk: another one here would change those apps' forms.

	:param apps: the folder `apps` of a bench on version 16
	"""
	others = [
		read(path) for path in sorted(apps.glob(f"*/*/locale/{catalog.locale}.po")) if APP not in path.parts
	]
	for message in catalog:
		found = (other.get(message.id, message.context) or other.get(message.id) for other in others)
		if message.id and not message.string:
			message.string = next((each.string for each in found if each and each.string), "")


def keys(catalog: Catalog) -> set[tuple[str, str | None]]:
	"""Message and context of each message."""
	return {(message.id, message.context) for message in catalog if message.id}


def faults(catalog: Catalog) -> Iterator[str]:
	"""What is wrong in a language's catalog: a message without a translation, another placeholder or HTML tag
	than the message has, or a blank at one end that the message doesn't have."""
	for message in catalog:
		if message.id:
			yield from (f"{fault}: {message.id!r}" for fault in _faults(message))


def _faults(message: Message) -> Iterator[str]:
	source, translation = message.id, message.string
	if not translation:
		yield "no translation"
		return
	if message.fuzzy:
		yield "fuzzy"
	if set(_PLACEHOLDER.findall(source)) != set(_PLACEHOLDER.findall(translation)):
		yield "other placeholders"
	if Counter(_TAG.findall(source)) != Counter(_TAG.findall(translation)):
		yield "other HTML tags"
	if _ends(source) != _ends(translation):
		yield "other blanks at an end"


def _ends(text: str) -> tuple[bool, bool]:
	return text[:1].isspace(), text[-1:].isspace()
