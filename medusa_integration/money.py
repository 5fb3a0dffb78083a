"""Amounts of money: decimals as they are written, rounding, and splitting an amount without a rest. Arithmetic only.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from babel.numbers import get_currency_precision

NOTHING = Decimal(0)
# A double shows 12.345 as 12.3449999999999 at times: amounts are rounded to so many decimals before they are compared.
SAFE_DECIMALS = 9
EXACT = Context(prec=40)


def decimal(number: Decimal | float | str | None) -> Decimal:
	"""A number of the database or of JSON, exactly as it is written; None is 0."""
	return Decimal(str(number or 0))


def decimals_of(currency: str) -> int:
	"""How many decimals a currency has: OMR 3, USD 2, JPY 0."""
	return get_currency_precision(currency.upper())


def unit(decimals: int) -> Decimal:
	"""The smallest amount that has so many decimals: 0.01 of 2."""
	return Decimal(1).scaleb(-decimals)


def half_up(amount: Decimal, decimals: int) -> Decimal:
	"""Rounded to the nearest unit; a half goes away from zero."""
	with localcontext(EXACT):
		return amount.quantize(unit(SAFE_DECIMALS), ROUND_HALF_UP).quantize(unit(decimals), ROUND_HALF_UP)


def apportion(amounts: Iterable[Decimal], total: Decimal, decimals: int) -> list[Decimal]:
	"""Amounts in whole units that add up to a total, none off by more than a unit.

	Each amount is rounded down. The remaining units go to the amounts that lost most, of equal ones to the
	first. The split of -x is the split of x with another sign, so the parts of a return mirror those of its
	original.

	:param amounts: not rounded; their sum is the total, up to a unit
	:param total: a remainder smaller than a unit stays at the part that lost most
	:param decimals: of a unit
	"""
	exact = [half_up(amount, SAFE_DECIMALS) for amount in amounts]
	if total < 0:
		return [-part for part in apportion((-amount for amount in exact), -total, decimals)]
	if not exact:
		return []
	with localcontext(EXACT):
		step = unit(decimals)
		parts = [amount.quantize(step, ROUND_FLOOR) for amount in exact]
		order = sorted(range(len(parts)), key=lambda number: parts[number] - exact[number])
		left = int((total - sum(parts, NOTHING)) / step)
		each, rest = divmod(abs(left), len(parts))
		for place, number in enumerate(order if left > 0 else reversed(order)):
			units = each + (place < rest)
			parts[number] += step * units if left > 0 else -step * units
		parts[order[0]] += total - sum(parts, NOTHING)
	return parts


def split(total: Decimal, weights: Iterable[Decimal], decimals: int) -> list[Decimal]:
	"""An amount in parts in proportion to weights, see `apportion`. Weights that add up to 0 count alike."""
	weights = list(weights)
	with localcontext(EXACT):
		whole = sum(weights, NOTHING)
		if not whole:
			weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
		exact = [total * weight / whole for weight in weights]
	return apportion(exact, total, decimals)
