"""What of each tax falls on which row of a new Sales Order.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections import defaultdict
from decimal import Decimal

from medusa_integration.inbound.charges import Charge
from medusa_integration.medusa.totals import NOTHING, TaxPlan, apportion
from medusa_integration.selling.breakup import Part, write


def write_breakups(doc, charges: list[Charge], decimals: int) -> None:
	"""Give the rows of taxes their breakup. ERPNext would share them by the rows' amounts, whatever their rates.

	:param doc: a Sales Order whose taxes are the charges, not saved yet
	"""
	for tax, charge in zip(doc.taxes, charges, strict=True):
		if charge.tax:
			tax.dont_recompute_tax = 1
			write(doc, tax, _parts_of(doc.items, charge.tax, decimals))


def _parts_of(rows: list, tax: TaxPlan, decimals: int) -> list[Part]:
	rates = [tax.rates.get(row.medusa_line_id, NOTHING) for row in rows]
	parts = zip(rows, rates, _parts(rows, tax, decimals), strict=True)
	return [Part(*each) for each in parts if any(each[1:])]


def _parts(rows: list, tax: TaxPlan, decimals: int) -> list[Decimal]:
	"""The tax by rows: a line's share is shared by its rows, the tax on shipping by the rows of shipping, else by those that
	are taxed, else by all."""
	places: dict[str, list[int]] = defaultdict(list)
	for index, row in enumerate(rows):
		places[row.medusa_line_id or ""].append(index)
	weights = [Decimal(str(row.qty)) * Decimal(str(row.rate)) for row in rows]
	parts = [NOTHING] * len(rows)

	def share_out(amount: Decimal, chosen: list[int]) -> None:
		own = [weights[index] for index in chosen]
		own = own if any(own) else [Decimal(1)] * len(chosen)
		total = sum(own, NOTHING)
		shares = apportion([amount * weight / total for weight in own], amount, decimals)
		for index, share in zip(chosen, shares, strict=True):
			parts[index] += share

	for line, share in tax.lines.items():
		share_out(share, places[line])
	taxed = [index for line, share in tax.lines.items() if share for index in places[line]]
	if tax.rest:
		share_out(tax.rest, places[""] or taxed or list(range(len(rows))))
	return parts
