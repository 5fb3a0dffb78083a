"""The configuration's table *Field Map*: fields of Item and Website Item that become columns or metadata of the product.

Source: docs/reference.md, "Field map".
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import frappe
from frappe import _
from frappe.model import display_fieldtypes, table_fields
from frappe.utils import getdate

from medusa_integration import settings
from medusa_integration.medusa import identifiers
from medusa_integration.plain_text import as_typed, clean, plain_text

METADATA = "metadata"
AS_IT_IS, TEXT, NUMBER, YES_OR_NO, LIST, DATE = CONVERSIONS = (
	"As it is", "Text", "Number", "Yes or No", "List", "Date",
)  # fmt: skip
# Keys of the metadata that the app writes itself.
OWN_KEYS = (
	"item_code", "brand_name", "short_description", "ranking", "specifications", "UOM", "UOM Size", "has_variants",
	"variant_of", "parent_website_item", "meta_title", "meta_description", "meta_keywords",
)  # fmt: skip
LONGEST_KEY = 100
DIGITS = 12  # of a number, before the decimal point
HIDDEN = ("Password", "Table", "Table MultiSelect")
RICH = ("Text Editor", "HTML Editor", "Long Text", "Text", "Markdown Editor")
NUMERIC = ("Int", "Float", "Currency", "Percent", "Rating", "Duration", "Long Int")
YES = ("1", "yes", "true", "on", "y")
NO = ("", "0", "no", "false", "off", "n")


def rows(doctype: str = "") -> list:
	"""The rows of the table whose field exists, of one DocType or of both."""
	return [
		row
		for row in settings.current().field_map
		if row.source in ("Item", "Website Item")
		and doctype in ("", row.source)
		and frappe.get_meta(row.source).has_field(row.field)
	]


def fields(doctype: str) -> list[str]:
	"""The fields of a DocType that the table names, each once."""
	return sorted({row.field for row in rows(doctype)})


def read(doctype: str, names: Iterable[str], more: Iterable[str] = ()) -> dict[str, frappe._dict]:
	"""`{name: the fields that the table names, and others}` of documents, in one query; {} where there is no field to read.

	:param more: further fields
	"""
	wanted = sorted({*fields(doctype), *more})
	if not wanted:
		return {}
	found = frappe.get_all(doctype, {"name": ("in", [*names, ""])}, ["name", *wanted], order_by=None)
	return {row.name: row for row in found}


def values(doctype: str, document: frappe._dict | None) -> dict[tuple[str, str], Any]:
	"""`{(target, metadata key): value}` of a document; "" and None where it is blank, None where it can't be converted."""
	return {
		(row.target, row.metadata_key or ""): converted(
			(document or {}).get(row.field), doctype, row.field, conversion_of(row)
		)
		for row in rows(doctype)
	}


def columns(found: dict[tuple[str, str], Any]) -> dict[str, Any]:
	"""The columns among values, without blank ones."""
	return {target: value for (target, _key), value in found.items() if target != METADATA and value}


def metadata(found: dict[tuple[str, str], Any]) -> dict[str, Any]:
	"""The keys of the metadata among values; "" removes a key."""
	return {
		key: "" if value is None else value for (target, key), value in found.items() if target == METADATA
	}


def conversion_of(row) -> str:
	"""The conversion of a row: Medusa's numeric columns take only numbers, its others only texts."""
	if row.target in identifiers.NUMBERS:
		return NUMBER
	return (row.conversion or AS_IT_IS) if row.target == METADATA else TEXT


def converted(value: Any, doctype: str, field: str, conversion: str) -> Any:
	"""A field's value for Medusa; None where it is blank or can't be converted."""
	kind = frappe.get_meta(doctype).get_field(field).fieldtype
	if value is None or value == "":
		return False if conversion == YES_OR_NO else None
	if conversion == AS_IT_IS:
		conversion = YES_OR_NO if kind == "Check" else NUMBER if kind in NUMERIC else TEXT
	if conversion == NUMBER:
		return _number(value)
	if conversion == YES_OR_NO:
		return _truth(value)
	if conversion == DATE:
		return _day(value)
	text = _text(value, kind)
	return _parts(text) if conversion == LIST else text


def _text(value: Any, kind: str) -> str:
	if isinstance(value, date | datetime):
		return value.isoformat()
	text = str(value)
	return plain_text(text) if kind in RICH else as_typed(text)


def _parts(text: str) -> list[str]:
	return [part for part in map(clean, re.split(r"[\n;,]", text)) if part]


def _number(value: Any) -> int | float | None:
	try:
		number = Decimal(str(value).strip())
	except InvalidOperation:
		return None
	return plain(number) if number.is_finite() and number.adjusted() < DIGITS else None


def plain(number: Decimal) -> int | float:
	"""A number as JSON has it: an integer where it is whole, else with six decimals at most."""
	return int(number) if number == number.to_integral_value() else float(round(number, 6))


def _truth(value: Any) -> bool | None:
	if isinstance(value, int | float):
		return bool(value)
	text = clean(str(value)).casefold()
	return True if text in YES else False if text in NO else None


def _day(value: Any) -> str | None:
	try:
		return getdate(value).isoformat()
	except Exception:  # Frappe raises errors of its own and of dateutil's
		frappe.clear_last_message()
		return None


# --- checks


def problems(configuration) -> Iterator[str]:
	"""The mistakes in the table of a configuration that is being saved, each with the step to take."""
	taken: set[tuple[str, str]] = set()
	for row in configuration.get("field_map") or ():
		row.field, row.metadata_key = clean(row.field), clean(row.metadata_key)
		if row.target != METADATA:
			row.metadata_key = ""
		target = (row.target, row.metadata_key)
		if words := _problem(row) or (
			_("{0} is the target of several rows.").format(row.metadata_key or row.target)
			if target in taken
			else ""
		):
			yield _("Row {0}: {1}").format(row.idx, frappe.utils.escape_html(words))
		taken.add(target)


def _problem(row) -> str:
	if row.source not in ("Item", "Website Item"):
		return _("Choose Item or Website Item.")
	field = frappe.get_meta(row.source).get_field(row.field)
	if not field or field.fieldtype in display_fieldtypes:
		return _("{0} has no field {1}.").format(row.source, row.field)
	if field.fieldtype in (*HIDDEN, *table_fields):
		return _("The field {0} is a table or a password, which can't be sent.").format(row.field)
	if row.target not in (METADATA, *identifiers.COLUMNS):
		return _("Choose a target.")
	if row.target != METADATA:
		return ""
	if not row.metadata_key:
		return _("Fill in the Metadata Key.")
	if row.metadata_key in OWN_KEYS:
		return _("The app itself writes the metadata key {0}: choose another one.").format(row.metadata_key)
	if len(row.metadata_key) > LONGEST_KEY:
		return _("The metadata key is longer than {0} characters.").format(LONGEST_KEY)
	if (row.conversion or AS_IT_IS) not in CONVERSIONS:
		return _("Choose a conversion.")
	return ""


def unconverted(doctype: str, document: frappe._dict) -> list[str]:
	"""The reasons why fields of a document aren't sent: their values can't be converted."""
	return [
		_("{0} of the {1} isn't sent: {2} can't be read as {3}.").format(
			_(frappe.get_meta(doctype).get_label(row.field)),
			_(doctype),
			str(document.get(row.field))[:100],
			_(conversion_of(row)),
		)
		for row in rows(doctype)
		if document.get(row.field) not in (None, "")
		and converted(document.get(row.field), doctype, row.field, conversion_of(row)) is None
	]


def preview(website_item: frappe._dict, item: frappe._dict) -> list[dict]:
	"""The values that the table makes of a Website Item: `[{"field", "target", "value", "problem"}]`, a row for each of the table."""
	found = []
	for row in rows():
		document = item if row.source == "Item" else website_item
		value = converted(document.get(row.field), row.source, row.field, conversion_of(row))
		is_lost = value is None and document.get(row.field) not in (None, "")
		found.append(
			{
				"field": f"{_(row.source)}: {_(frappe.get_meta(row.source).get_label(row.field))}",
				"target": f"metadata.{row.metadata_key}" if row.target == METADATA else row.target,
				"value": value,
				"problem": _("can't be read as {0}").format(_(conversion_of(row))) if is_lost else "",
			}
		)
	return found
