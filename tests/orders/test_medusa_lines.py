"""Quantities as ERPNext has them and as Medusa counts them."""

from decimal import Decimal

import pytest

from medusa_integration.orders.goods.whole_units import to_tell
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
		("0.5", "0.083333333", "6"),
		("0.000000001", "1", "0.000000001"),
	],
)
def test_units_of_medusa(units, size, quantity):
	assert to_medusa(Decimal(units), Decimal(size)) == Decimal(quantity)
	assert from_medusa(Decimal(quantity), Decimal(size)) == Decimal(units)


def test_units_of_a_row():
	assert in_unit(Decimal(24), 12) == 2
	assert in_unit(Decimal(24), None) == 24
	assert in_unit(Decimal("0.999999996"), 0.083333333) == 12


@pytest.mark.parametrize(
	("own", "total", "told", "tells"),
	[
		("0.5", "0.5", 0, 0),
		("0.5", "1", 0, 1),
		("0.5", "1", 1, 0),
		("1.5", "1.5", 0, 1),
		("1.5", "3", 0, 2),
		("1.5", "3", 2, 1),
		("0.5", "2", 5, 0),
	],
)
def test_parts_of_units_are_told_with_the_document_that_completes_them(own, total, told, tells):
	assert to_tell(Decimal(own), Decimal(total), Decimal(told)) == tells
