"""Medusa v1's amounts, which are whole numbers of the currency's smallest unit."""

from decimal import Decimal

from medusa_integration.money import decimal, decimals_of, half_up


def minor_units(amount: float | Decimal, currency: str) -> int:
	"""`amount` in the currency's smallest unit, rounded half up: 1.2345 OMR are 1235, 1.005 USD 101, 2.5 JPY 3."""
	decimals = decimals_of(currency)
	return int(half_up(decimal(amount), decimals).scaleb(decimals))


def major_units(minor: int | float | None, currency: str) -> Decimal:
	"""`minor` in major units: 1235 of OMR's smallest unit are 1.235."""
	return decimal(minor).scaleb(-decimals_of(currency))
