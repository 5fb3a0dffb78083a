"""The units of rows that a user has put into the shop's documents: Medusa counts them in the unit that the shop sells.

Source: docs/reference.md, "The unit that the shop sells".
"""

import frappe
from frappe.utils import cint

from medusa_integration.products import shop_ids
from medusa_integration.sold_units import SIZE_FIELD


def keep_unit_sizes(doc, method: str | None = None) -> None:
	"""Quotation and Sales Order, before_validate: note on new rows of the shop's documents how many stock units one of Medusa's
	units has. Rows made from a Quotation's, and those of an amended document, have the former rows' size.

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("from_ecommerce")):
		return
	new = [row for row in doc.items if row.item_code and not row.get(SIZE_FIELD) and _is_new(row, doc)]
	if new and doc.is_new() and doc.get("amended_from"):
		there = {"parent": doc.amended_from, "parenttype": doc.doctype}
		former = set(frappe.get_all(f"{doc.doctype} Item", there, pluck="item_code", order_by=None))
		new = [row for row in new if row.item_code not in former]
	items = shop_ids.by_code(row.item_code for row in new) if new else {}
	for row in new:
		if row.item_code in items:
			row.set(SIZE_FIELD, float(items[row.item_code].unit().size))


def _is_new(row, doc) -> bool:
	is_made = row.get("prevdoc_docname") or row.get("medusa_line_id")
	return not is_made and bool(doc.is_new() or row.is_new())
