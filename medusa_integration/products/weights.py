"""Weights in grams, by ERPNext's UOM Conversion Factors.

Source: docs/reference.md, "Identifiers".
"""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _

from medusa_integration.money import decimal

FACTOR = "UOM Conversion Factor"
GRAM = "Gram"
GRAMS = ("gram", "grams", "g", "gm", "gramm", "gramo", "gramme")  # ERPNext translates the names that it makes


def grams(units: Iterable[str]) -> dict[str, Decimal]:
	"""`{unit: its weight in grams}`, in one query; units without a factor are left out. As ERPNext's own conversion does, it
	takes a factor in either direction, or two over a third unit.
	"""
	wanted = {unit for unit in units if unit}
	found = {unit: Decimal(1) for unit in wanted if is_gram(unit)}
	rest = wanted - found.keys()
	if not rest:
		return found
	factors = _factors()
	own = {unit for pair in factors for unit in pair if is_gram(unit)}
	for unit in rest:
		if factor := _in_grams(unit, own, factors):
			found[unit] = factor
	return found


def is_gram(unit: str) -> bool:
	"""Whether a unit is the gram, by its name, which may be a translated one."""
	return unit.casefold() in {*GRAMS, _(GRAM).casefold()}


def _factors() -> dict[tuple[str, str], Decimal]:
	"""`{(unit, other unit): how many of the other ones are in it}`, in both directions. One that is written wins over one that
	is reckoned from the other direction."""
	rows = frappe.get_all(FACTOR, {"value": (">", 0)}, ["from_uom", "to_uom", "value"], order_by="name")
	written = {
		(row.from_uom, row.to_uom): factor
		for row in reversed(rows)
		if (factor := decimal(row.value)).is_finite()
	}
	return {**{(to, of): 1 / value for (of, to), value in written.items()}, **written}


def _in_grams(unit: str, own: set[str], factors: dict[tuple[str, str], Decimal]) -> Decimal | None:
	direct = next((factors[unit, gram] for gram in sorted(own) if (unit, gram) in factors), None)
	if direct:
		return direct
	between = sorted(to for of, to in factors if of == unit and to != unit)
	return next(
		(
			factors[unit, third] * factors[third, gram]
			for third in between
			for gram in sorted(own)
			if (third, gram) in factors
		),
		None,
	)
