"""The texts on an order's lines, such as an engraving, as the descriptions of the Sales Order's rows, which are
copied to Delivery Notes and Sales Invoices.

Source: docs/reference.md, "Texts without a field".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import medusa_texts
from medusa_integration.medusa.order import Line


def of_rows(lines: Iterable[tuple[Line, str]]) -> dict[str, dict]:
	"""`{line id: fields of its row}`, in one query: the name of a line that was entered by hand, and a
	description where the line has texts. Other rows get those of their Item from ERPNext.

	:param lines: with their item codes
	"""
	lines = list(lines)
	codes = {code for line, code in lines if line.texts}
	described = {"name": ("in", [*codes, ""])}
	rows = (
		frappe.get_all("Item", described, ["name", "item_name", "description"], order_by=None)
		if codes
		else []
	)
	items = {row.name: row.description or frappe.utils.escape_html(row.item_name or "") for row in rows}
	return {line.id: _fields(line, items.get(code, "")) for line, code in lines}


def _fields(line: Line, description: str) -> dict:
	named = {"item_name": medusa_texts.clean(line.title)} if line.is_by_hand and line.title.strip() else {}
	if named:
		description = medusa_texts.html(line.title)
	if not (named or line.texts):
		return {}
	told = [medusa_texts.html(f"{medusa_texts.label(key)}: {text}") for key, text in line.texts]
	return {**named, "description": "<br>".join(filter(None, (description, *told)))}
