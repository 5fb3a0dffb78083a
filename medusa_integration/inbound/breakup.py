"""What of each tax falls on which row of a Sales Order: in ERPNext 15 a JSON in the row of taxes, in 16 a table that is
filled from what the document has in memory. Both are in the company's currency.

Source: docs/reference.md, "Orders from Medusa".
"""

import json
from decimal import Decimal

import frappe
from frappe.utils import flt

from medusa_integration.inbound.charges import Charge
from medusa_integration.medusa.totals import NOTHING, TaxPlan, apportion

IN_MEMORY = "_item_wise_tax_details"


def write_breakups(doc, charges: list[Charge], decimals: int) -> None:
	"""Give the rows of taxes their breakup. ERPNext would share them by the rows' amounts, whatever their rates.

	:param doc: a Sales Order whose taxes are the charges, not saved yet
	"""
	in_memory = doc.meta.has_field("item_wise_tax_details")
	for tax, charge in zip(doc.taxes, charges, strict=True):
		if charge.tax:
			parts = _parts(doc.items, charge.tax, decimals)
			tax.dont_recompute_tax = 1
			if in_memory:
				_keep_in_memory(doc, tax, charge.tax, parts)
			else:
				tax.item_wise_tax_detail = _as_json(doc, charge.tax, parts)


def _parts(rows: list, tax: TaxPlan, decimals: int) -> list[Decimal]:
	"""The tax by rows: a line's share is shared by its rows, the tax on shipping by the rows of shipping, else by those that
	are taxed, else by all."""
	parts = [NOTHING] * len(rows)
	for line, share in tax.lines.items():
		_share_out(parts, share, [row.medusa_line_id == line for row in rows], rows, decimals)
	shipping = [not row.medusa_line_id for row in rows]
	taxed = [bool(tax.lines.get(row.medusa_line_id)) for row in rows]
	chosen = next((each for each in (shipping, taxed) if any(each)), [True] * len(rows))
	_share_out(parts, tax.rest, chosen, rows, decimals)
	return parts


def _share_out(parts: list[Decimal], amount: Decimal, chosen: list[bool], rows: list, decimals: int) -> None:
	places = [index for index, is_chosen in enumerate(chosen) if is_chosen]
	weights = [Decimal(str(rows[index].qty)) * Decimal(str(rows[index].rate)) for index in places]
	if not any(weights):
		weights = [Decimal(1)] * len(places)
	total = sum(weights, NOTHING)
	for index, part in zip(
		places, apportion([amount * weight / total for weight in weights], amount, decimals), strict=True
	):
		parts[index] += part


def _as_json(doc, tax: TaxPlan, parts: list[Decimal]) -> str:
	by_item: dict[str, list[float]] = {}
	for row, part in zip(doc.items, parts, strict=True):
		rate, amount = by_item.get(row.item_code, (0, 0))
		own = float(tax.rates.get(row.medusa_line_id, NOTHING))
		by_item[row.item_code] = [own or rate, flt(amount + _in_company_currency(doc, part), 9)]
	return json.dumps({item: each for item, each in by_item.items() if any(each)}, separators=(",", ":"))


def _keep_in_memory(doc, tax_row, tax: TaxPlan, parts: list[Decimal]) -> None:
	details = list(doc.get(IN_MEMORY) or [])
	for row, part in zip(doc.items, parts, strict=True):
		rate = float(tax.rates.get(row.medusa_line_id, NOTHING))
		if part or rate:
			details.append(
				frappe._dict(
					item=row,
					tax=tax_row,
					rate=rate,
					amount=_in_company_currency(doc, part),
					taxable_amount=flt(row.qty * row.rate * doc.conversion_rate, 9),
				)
			)
	setattr(doc, IN_MEMORY, details)
	doc.update_item_wise_tax_details = True


def _in_company_currency(doc, amount: Decimal) -> float:
	return float(amount * Decimal(str(doc.conversion_rate)))
