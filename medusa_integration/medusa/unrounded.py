"""An order's amounts before they are rounded, by which the total of any part of it is worked out: Medusa rounds the sum
of what the customer keeps, not each amount.

Source: docs/reference.md, "Parts of an order".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import gross_of
from medusa_integration.money import EXACT, NOTHING, decimals_of, half_up, unit


@dataclass(frozen=True)
class Unrounded:
	"""
	:param lines: `{line id: all of the line with its taxes}`
	:param fees: `{return's id: its fees with their taxes}`
	:param rest: shipping with its taxes, less gift cards and credit lines, and what is rounded together with the order
	:param apart: in whole units: what of `rest` isn't in the order's charges, such as credits
	"""

	lines: Mapping[str, Decimal]
	fees: Mapping[str, Decimal]
	rest: Decimal
	apart: Decimal

	def total(self, kept: Mapping[str, Decimal], fees: Iterable[str], decimals: int) -> Decimal:
		"""The rounded total of what the customer keeps, without credits.

		:param kept: `{line id: the fraction that is kept}`; other lines are kept whole
		:param fees: the returns whose fees are charged
		"""
		with localcontext(EXACT):
			goods = sum((gross * kept.get(line, Decimal(1)) for line, gross in self.lines.items()), NOTHING)
			charged = sum((self.fees.get(each, NOTHING) for each in fees), NOTHING)
			return half_up(goods + charged + self.rest, decimals) + self.apart


def unrounded_of(order: Order, exchanges: Iterable[Order] = ()) -> Unrounded:
	"""The unrounded amounts of an order or of a part of it.

	:param exchanges: of the first part of an order: the other parts, which are rounded together with it
	"""
	decimals = decimals_of(order.currency)
	with localcontext(EXACT):
		lines = {line.id: gross_of(order, [line]) for line in order.lines if line.quantity}
		fees = {
			each.id: gross_of(order, each.fees)
			for each in order.returns
			if each.fees and not each.is_canceled
		}
		shipping = gross_of(order, order.shipping)
		if order.part and order.part.before:
			before = _ordered(order.part.before)
			return Unrounded(lines, fees, before + shipping, -half_up(before, decimals))
		gross = sum(lines.values(), shipping)
		credit = half_up(gross, decimals) - half_up(gross - order.store_credit, decimals)
		credited = order.gift_card_total + order.credit
		# Refunds without goods have credit notes of their own, in whole units. Those of goods leave less than a unit.
		of_refunds = (credited - order.store_credit) // unit(decimals) * unit(decimals)
		rest, apart = shipping - credited, credit + of_refunds
		for each in exchanges:
			own = unrounded_of(each)
			rest += _kept(each)
			apart -= own.total(_fractions(each), own.fees, decimals)
		return Unrounded(lines, fees, rest, apart)


def _ordered(order: Order) -> Decimal:
	"""The sum of all that was ordered, before returns."""
	return (
		gross_of(order, [line for line in order.lines if line.quantity])
		+ gross_of(order, order.shipping)
		- order.store_credit
	)


def _kept(part: Order) -> Decimal:
	fractions = _fractions(part)
	kept = (gross_of(part, [line]) * fractions[line.id] for line in part.lines if line.quantity)
	fees = (gross_of(part, each.fees) for each in part.returns if not each.is_canceled)
	return sum((*kept, *fees), gross_of(part, part.shipping))


def _fractions(order: Order) -> dict[str, Decimal]:
	return {
		line.id: (line.quantity - line.received_quantity) / line.quantity
		for line in order.lines
		if line.quantity
	}
