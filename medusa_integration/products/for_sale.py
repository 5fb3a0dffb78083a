"""Items that ERPNext refuses to sell: disabled ones, those past their End of Life, and those without *Allow Sales*.
ERPNext refuses a Sales Order on the very day of the End of Life.

Source: docs/reference.md, "Which items the shop sells".
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint, formatdate, getdate, today
from pypika import Criterion

DOCTYPE = "Website Item"
FIELDS = ("disabled", "end_of_life", "is_sales_item")


def refusals(website_items: Iterable[str]) -> dict[str, str]:
	"""`{Website Item: reason}` of those among these whose Item can't be sold, in one query."""
	item, website_item = frappe.qb.DocType("Item"), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(website_item)
		.join(item)
		.on(item.name == website_item.item_code)
		.select(website_item.name, *(item[field] for field in FIELDS))
		.where(website_item.name.isin([*website_items, ""]) & _is_over(item))
		.run(as_dict=True)
	)
	return {row.name: _reason(row) for row in rows}


def refusal(item_code: str | None) -> str:
	"""The reason why an Item can't be sold; "" where it can."""
	item = frappe.db.get_value("Item", item_code or "", FIELDS, as_dict=True)
	return _reason(item) if item else ""


def ended() -> list[frappe._dict]:
	"""The published Website Items with a product whose Item can't be sold: `name` and `medusa_status`."""
	item, website_item = frappe.qb.DocType("Item"), frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(website_item)
		.join(item)
		.on(item.name == website_item.item_code)
		.select(website_item.name, website_item.medusa_status)
		.where((website_item.published == 1) & (website_item.medusa_id != "") & _is_over(item))
		.orderby(website_item.name)
		.run(as_dict=True)
	)


def _is_over(item) -> Criterion:
	# Sites that are older than MariaDB's strict mode may have the date 0000-00-00 for none.
	is_past = (item.end_of_life <= today()) & (item.end_of_life > "1900-01-01")
	return (item.disabled == 1) | (item.is_sales_item == 0) | is_past


def _reason(item: frappe._dict) -> str:
	if cint(item.disabled):
		return _("its Item is disabled")
	last = getdate(item.end_of_life) if item.end_of_life else None
	if last and last <= getdate():
		return _("its Item reached its End of Life on {0}").format(formatdate(last))
	return "" if cint(item.is_sales_item) else _("its Item doesn't have Allow Sales")
