"""The breakup of a tax by a document's items, in the company's currency. ERPNext 15 stores it as JSON in the
row of taxes. ERPNext 16 fills a table from the document's data in memory.

Source: docs/reference.md, "Parts of an order".
"""

import json
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint, flt

from medusa_integration import erpnext_api
from medusa_integration.money import NOTHING, decimal, split
from medusa_integration.orders.charges.order_charges import ShopOrder
from medusa_integration.orders.charges.parts import Charge, Progress

IN_MEMORY = "_item_wise_tax_details"


class TaxPart(NamedTuple):
	"""The part of a tax that falls on a row of a document, in the document's currency; the rate is in
	percent."""

	row: object
	rate: Decimal
	amount: Decimal


def parts(
	doc, order: ShopOrder, charge: Charge, before: Progress, after: Progress, share: Decimal
) -> list[TaxPart]:
	"""Split a share of a charge by the document's rows, in proportion to the charge's amounts for their
	lines, or to the rows' amounts where the charge has none for these lines."""
	lines = {row.name: row.line for row in order.rows}
	rows = [row for row in doc.items if row.so_detail in lines]
	rows = [row for row in rows if lines[row.so_detail] in charge.lines] or rows
	if not rows:
		return []
	amounts = split(share, _weights(rows, lines, charge, before, after), charge.decimals)
	return [
		TaxPart(row, charge.rates.get(lines[row.so_detail], NOTHING), amount)
		for row, amount in zip(rows, amounts, strict=True)
	]


def _weights(rows: list, lines: dict[str, str], charge: Charge, before: Progress, after: Progress) -> list:
	qty: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		qty[lines[row.so_detail]] += _stock_units(row)
	weights = []
	for row in rows:
		line = lines[row.so_detail]
		moved = abs(after.of_line(line) - before.of_line(line))
		of_line = _stock_units(row) / qty[line] if qty[line] else NOTHING
		weights.append(abs(charge.lines.get(line, NOTHING)) * moved * of_line)
	return weights if any(weights) else [abs(decimal(row.qty) * decimal(row.rate)) for row in rows]


def _stock_units(row) -> Decimal:
	return abs(decimal(row.qty)) * (decimal(row.get("conversion_factor")) or 1)


def write(doc, tax, parts: list[TaxPart]) -> None:
	"""Set the breakup of a row of taxes that has its own. ERPNext makes the breakup of the other rows."""
	if not cint(tax.get("dont_recompute_tax")):
		return
	if erpnext_api.field(tax.doctype, "item_wise_tax_detail"):
		tax.item_wise_tax_detail = _as_json(doc, parts)
	elif erpnext_api.keeps_breakup_in_table(doc.doctype):
		_keep_in_memory(doc, tax, parts)


def _as_json(doc, parts: list[TaxPart]) -> str:
	by_item: dict[str, list[float]] = {}
	for part in parts:
		key = part.row.item_code or part.row.item_name
		had = by_item.get(key, [0, 0])
		amount = flt(had[1] + _in_company_currency(doc, part.amount), 9)
		by_item[key] = [float(part.rate) or had[0], amount]
	return json.dumps(by_item, separators=(",", ":"))


def _keep_in_memory(doc, tax, parts: list[TaxPart]) -> None:
	others = [each for each in doc.get(IN_MEMORY) or [] if each.get("tax") is not tax]
	ours = [
		frappe._dict(
			item=part.row,
			tax=tax,
			rate=float(part.rate),
			amount=_in_company_currency(doc, part.amount),
			taxable_amount=flt(decimal(part.row.qty) * decimal(part.row.rate) * _rate(doc), 9),
		)
		for part in parts
	]
	setattr(doc, IN_MEMORY, [*others, *ours])


def _in_company_currency(doc, amount: Decimal) -> float:
	return float(amount * _rate(doc))


def _rate(doc) -> Decimal:
	return decimal(doc.conversion_rate) or Decimal(1)
