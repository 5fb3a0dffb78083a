"""Quantities as ERPNext has them and as Medusa counts them."""

from decimal import Decimal

import pytest

from medusa_integration.medusa.order import Fulfillment, LineQuantity
from medusa_integration.orders.goods.whole_units import Moved, to_tell
from medusa_integration.orders.medusa_lines import from_medusa, in_unit, to_medusa


@pytest.mark.parametrize(
	("units", "size", "quantity"),
	[
		("24", "12", "2"),
		("6", "12", "0.5"),
		("7", "1", "7"),
		("2.75", "1", "2.75"),
		("1", "0.083333333", "12"),  # a piece of a box that is the stock unit
		("1000", "0.083333333", "12000"),
		("0.000000001", "1", "0.000000001"),
	],
)
def test_units_of_medusa(units, size, quantity):
	assert to_medusa(Decimal(units), Decimal(size)) == Decimal(quantity)
	assert from_medusa(Decimal(quantity), Decimal(size)) == Decimal(units)


def test_units_of_a_row():
	assert in_unit(from_medusa(Decimal(6), Decimal("0.083333333")), 0.083333333) == 6  # half a box
	assert in_unit(Decimal(24), 12) == 2
	assert in_unit(Decimal(24), None) == 24
	assert in_unit(Decimal("0.999999996"), 0.083333333) == 12


def moved(**units: int) -> list[Moved]:
	return [Moved(name, f"row {name}", "line", "", Decimal(units)) for name, units in units.items()]


def known(**quantities: int) -> list[Fulfillment]:
	return [
		Fulfillment(name, "", (LineQuantity("line", Decimal(quantity)),), reference=name)
		for name, quantity in quantities.items()
	]


@pytest.mark.parametrize(
	("own", "goods", "there", "tells"),
	[
		("0.5", {"a": 6}, {}, 0),
		("0.5", {"a": 6, "b": 6}, {}, 1),
		("0.5", {"a": 6, "b": 6}, {"a": 1}, 0),
		("0.5", {"a": 6, "b": 12}, {}, 0),  # a whole box is told by its own document
		("0.5", {"a": 6, "b": 12, "c": 6}, {"by hand": 1}, 1),
		("1.5", {"a": 18}, {}, 1),
		("1.5", {"a": 18, "b": 18}, {}, 2),
		("1.5", {"a": 18, "b": 18}, {"a": 2}, 1),
		("0.5", {"a": 6, "b": 6}, {"a": 3}, 0),
	],
)
def test_a_part_of_a_unit_is_told_with_the_document_that_completes_it(own, goods, there, tells):
	assert to_tell(Decimal(own), "line", Decimal(12), moved(**goods), known(**there)) == tells
