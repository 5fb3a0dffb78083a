"""The breakup of the taxes of a Sales Order from Medusa by its rows, and the breakup's storage.

ERPNext 16 fills the breakup's table from memory when a document is saved, and drops the rows of a document
that was read from the database. So an order's breakup is computed anew at each save.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from frappe.utils import cint

from medusa_integration import erpnext_api
from medusa_integration.money import NOTHING, decimal, half_up, split
from medusa_integration.orders.charges.breakup import TaxPart, write
from medusa_integration.orders.charges.order_charges import decimals_of_shares
from medusa_integration.orders.charges.parts import WHOLE
from medusa_integration.orders.charges.stored import stored_charges

RATE_DECIMALS = 2
LEAST_RATE = Decimal("0.01")


def keep_breakup(doc, method: str | None = None) -> None:
	"""Sales Order, before_validate: set the breakup of the taxes of an order from Medusa again, see "The
	Sales Order". It follows amounts that a user has changed.

	Source: docs/reference.md, "Document events".
	"""
	stored = stored_charges(doc)
	for tax in doc.get("taxes") or []:
		if cint(tax.get("dont_recompute_tax")) and tax.medusa_charge in stored:
			write(doc, tax, _stored_parts(doc, tax, stored[tax.medusa_charge]))


def restore_breakup(doc, method: str | None = None) -> None:
	"""Sales Order, on_update_after_submit: store the breakup again where a submitted order's rows have
	changed, as by *Update Items*. ERPNext has emptied the table then, and doesn't fill it.

	Source: docs/reference.md, "Document events".
	"""
	if not erpnext_api.keeps_breakup_in_table(doc.doctype) or doc.get("item_wise_tax_details"):
		return
	if stored_charges(doc):
		keep_breakup(doc)
		erpnext_api.store_breakup(doc)


def _stored_parts(doc, tax, stored: dict) -> list[TaxPart]:
	of_lines = {line: decimal(part) for line, part in (stored.get("lines") or {}).items()}
	rates = {line: decimal(rate) for line, rate in (stored.get("rate") or {}).items()}
	rest = decimal(stored.get("amount")) - sum(of_lines.values(), NOTHING)
	return parts(
		doc.items, decimal(tax.tax_amount), of_lines, rest, rates, decimals_of_shares(doc.currency, doc)
	)


def parts(
	rows: list,
	amount: Decimal,
	of_lines: Mapping[str, Decimal],
	rest: Decimal,
	rates: Mapping[str, Decimal],
	decimals: int,
) -> list[TaxPart]:
	"""Split a tax by the rows of a Sales Order. The rows of a line split the line's share. The rest, the tax
	on shipping, is split by the rows of shipping, else by the taxed rows, else by all rows.

	:param amount: of the tax. Where a user has changed it or deleted rows, the shares change in proportion
	:param of_lines: `{id of Medusa's line: its share}`
	:param rates: `{id of Medusa's line: percent}`
	"""
	places: dict[str, list[int]] = defaultdict(list)
	for index, row in enumerate(rows):
		places[row.medusa_line_id or ""].append(index)
	present = {line: share for line, share in of_lines.items() if line in places}
	taxed = [index for line, share in present.items() if share for index in places[line]]
	chosen = [places.get("") or taxed or list(range(len(rows))), *(places[line] for line in present)]
	weights = [rest, *present.values()]
	if not any(weights):
		weights[0] = WHOLE
	amounts = [NOTHING] * len(rows)
	for indexes, share in zip(chosen, split(amount, weights, decimals), strict=True):
		nets = [_net(rows[index]) for index in indexes]
		for index, part in zip(indexes, split(share, nets, decimals), strict=True):
			amounts[index] += part
	of_shipping = {"": _rate_of_shipping(rows, amounts)} if rest else {}
	found = [
		TaxPart(row, {**rates, **of_shipping}.get(row.medusa_line_id or "", NOTHING), part)
		for row, part in zip(rows, amounts, strict=True)
	]
	return [part for part in found if part.rate or part.amount]


def _rate_of_shipping(rows: list, amounts: list[Decimal]) -> Decimal:
	"""The percentage of the tax on the rows of shipping. It is never 0: ERPNext 16 checks that a breakup adds
	up to its tax, and ignores parts without a rate."""
	shipping = [index for index, row in enumerate(rows) if not row.medusa_line_id]
	net = sum((_net(rows[index]) for index in shipping), NOTHING)
	tax = sum((amounts[index] for index in shipping), NOTHING)
	return half_up(tax * 100 / net, RATE_DECIMALS) or LEAST_RATE if net else LEAST_RATE


def _net(row) -> Decimal:
	return decimal(row.qty) * decimal(row.rate)
