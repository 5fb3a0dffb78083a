"""The breakup of a document's taxes by item: in ERPNext 15 a JSON in the row of taxes, in 16 rows of a table."""

import json

import frappe


def breakup(tax) -> dict[str, list[float]]:
	"""`{item code: [percent, amount in the company's currency]}` of a stored row of taxes."""
	if tax.meta.has_field("item_wise_tax_detail"):
		return json.loads(tax.item_wise_tax_detail or "{}")
	codes = dict(
		frappe.get_all(
			f"{tax.parenttype} Item",
			{"parent": tax.parent},
			["name", "item_code"],
			as_list=True,
			order_by=None,
		)
	)
	found: dict[str, list[float]] = {}
	for row in frappe.get_all(
		"Item Wise Tax Detail",
		{"parent": tax.parent, "tax_row": tax.name},
		["item_row", "rate", "amount"],
		order_by="idx, creation",
	):
		code = codes[row.item_row]
		before = found.get(code, [0, 0])[1]
		found[code] = [row.rate, round(before + row.amount, 9)]
	return found


def breakups(doc) -> dict[str, dict[str, list[float]]]:
	"""`{charge: its breakup}` of a stored document's rows of taxes that have one of their own."""
	return {row.medusa_charge: breakup(row) for row in doc.taxes if row.dont_recompute_tax}
