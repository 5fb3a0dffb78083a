"""Medusa v1's amounts, which are whole numbers of the currency's smallest unit."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision


def minor_units(amount: float | Decimal, currency: str) -> int:
	"""`amount` in the currency's smallest unit, rounded half up: 1.2345 OMR are 1235, 1.005 USD 101, 2.5 JPY 3."""
	minor = Decimal(str(amount)).scaleb(get_currency_precision(currency.upper()))
	return int(minor.quantize(Decimal(1), ROUND_HALF_UP))


def major_units(minor: int | float | None, currency: str) -> Decimal:
	"""The reverse: 1235 of OMR's smallest unit are 1.235."""
	return Decimal(str(minor or 0)).scaleb(-get_currency_precision(currency.upper()))
