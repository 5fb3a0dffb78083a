"""Rounding and splitting of amounts."""

from decimal import Decimal
from random import Random

import pytest

from medusa_integration.money import apportion, decimal, decimals_of, half_up, split


@pytest.mark.parametrize(
	("currency", "decimals"), [("OMR", 3), ("usd", 2), ("JPY", 0), ("KWD", 3), ("EUR", 2)]
)
def test_decimals_of_a_currency(currency: str, decimals: int):
	assert decimals_of(currency) == decimals


@pytest.mark.parametrize(
	("amount", "decimals", "rounded"),
	[
		("12.3449999999999", 3, "12.345"),  # a double that means 12.345
		("12.3450000000001", 3, "12.345"),
		("12.3444999999999999", 3, "12.345"),
		("12.3444", 3, "12.344"),
		("0.5", 0, "1"),  # not to the even one
		("1.005", 2, "1.01"),
		("2.675", 2, "2.68"),
	],
)
def test_rounds_half_up(amount: str, decimals: int, rounded: str):
	assert str(half_up(Decimal(amount), decimals)) == rounded


@pytest.mark.parametrize(
	("number", "expected"),
	[(None, "0"), ("", "0"), (0.1, "0.1"), ("1.10", "1.10"), (12.345, "12.345"), (7, "7")],
)
def test_a_number_is_what_is_written(number, expected):
	assert str(decimal(number)) == expected


def test_apportioned_amounts_add_up():
	"""None is off by more than a unit, and what is nothing stays so."""
	for seed in range(1000):
		chance = Random(seed)
		amounts = [Decimal(chance.randint(0, 10**6)).scaleb(-5) for _ in range(chance.randint(1, 50))]
		amounts += [Decimal(0)] * 3
		total = half_up(sum(amounts), 2)
		parts = apportion(amounts, total, 2)
		assert sum(parts) == total
		for part, amount in zip(parts, amounts, strict=True):
			assert abs(part - amount) < Decimal("0.01")
			assert amount or not part


def test_split_amounts_add_up():
	for seed in range(1000):
		chance, decimals = Random(seed), seed % 4
		weights = [Decimal(chance.randint(0, 500)) for _ in range(chance.randint(1, 20))]
		total = Decimal(chance.randint(-(10**6), 10**6)).scaleb(-decimals)
		parts = split(total, weights, decimals)
		assert sum(parts) == total
		assert all(part == half_up(part, decimals) and part * total >= 0 for part in parts)
		assert split(-total, weights, decimals) == [-part for part in parts]  # as a return


def test_equal_parts_favour_the_first():
	assert split(Decimal("0.02"), [Decimal(1)] * 3, 2) == [Decimal("0.01"), Decimal("0.01"), 0]
	assert split(Decimal("-0.02"), [Decimal(1)] * 3, 2) == [Decimal("-0.01"), Decimal("-0.01"), 0]


def test_weights_of_nothing_count_alike():
	assert split(Decimal("0.10"), [Decimal(0)] * 4, 2) == list(map(Decimal, ("0.03", "0.03", "0.02", "0.02")))
	assert split(Decimal("0.10"), [], 2) == []


def test_a_total_with_more_decimals_keeps_them():
	assert split(Decimal("0.105"), [Decimal(1), Decimal(1)], 2) == [Decimal("0.055"), Decimal("0.05")]


def test_a_total_that_the_amounts_do_not_make_is_shared_at_once():
	parts = apportion([Decimal(0)] * 3, Decimal(10**9), 3)
	assert sum(parts) == 10**9
	assert max(parts) - min(parts) <= Decimal("0.001")


def test_a_total_a_unit_below_takes_from_those_that_lost_least():
	assert apportion([Decimal("1.00"), Decimal("1.004")], Decimal("1.99"), 2) == [
		Decimal("0.99"),
		Decimal("1.00"),
	]
