"""The breakup of each tax by the rows of a new Sales Order.

Source: docs/reference.md, "Orders from Medusa".
"""

from medusa_integration.orders.charges import order_breakup
from medusa_integration.orders.charges.breakup import write
from medusa_integration.orders.charges.plan import ChargeRow


def write_breakups(doc, charges: list[ChargeRow], decimals: int) -> None:
	"""Give the rows of taxes their breakup. ERPNext would share a tax by the rows' amounts, ignoring their
	rates.

	:param doc: a Sales Order whose taxes are the charges, not saved yet
	"""
	for tax, charge in zip(doc.taxes, charges, strict=True):
		if charge.tax:
			tax.dont_recompute_tax = 1
			plan = charge.tax
			write(
				doc,
				tax,
				order_breakup.parts(doc.items, plan.amount, plan.lines, plan.rest, plan.rates, decimals),
			)
