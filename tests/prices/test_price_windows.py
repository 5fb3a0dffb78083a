"""Which of several prices holds when: as ERPNext decides it, cut so that Medusa decides alike."""

from datetime import date

import frappe
import pytest

from medusa_integration.medusa.v2.price_rows import State
from medusa_integration.prices.item_prices import Window, amount, windows

TODAY = date(2026, 6, 15)


def price(name, valid_from=None, valid_upto=None, uom=None):
	return frappe._dict(name=name, valid_from=valid_from, valid_upto=valid_upto, uom=uom, creation=name)


def held(*prices):
	return [(window, each.name) for window, each in windows(list(prices), TODAY)]


def test_a_price_in_force_has_no_limits():
	assert held(price("a")) == [(Window(), "a")]
	assert held(price("a", "2026-01-01")) == [(Window(), "a")]
	assert held(price("a", "2026-06-15")) == [(Window(), "a")]


def test_past_and_future():
	assert held(price("a", "2020-01-01", "2020-12-31")) == []
	assert held(price("a", "2026-07-01")) == [(Window(date(2026, 7, 1), None), "a")]
	assert held(price("a", "2020-01-01", "2026-06-15")) == [
		(Window(date(2020, 1, 1), date(2026, 6, 15)), "a")
	]


def test_the_newest_valid_one_wins_even_where_it_is_dearer():
	assert held(price("old"), price("new", "2026-06-01")) == [(Window(), "new")]
	assert held(price("old"), price("new", "2026-07-01")) == [
		(Window(None, date(2026, 6, 30)), "old"),
		(Window(date(2026, 7, 1), None), "new"),
	]


def test_a_campaign_interrupts_the_price_around_it():
	assert held(price("base"), price("campaign", "2026-07-01", "2026-07-31")) == [
		(Window(None, date(2026, 6, 30)), "base"),
		(Window(date(2026, 7, 1), date(2026, 7, 31)), "campaign"),
		(Window(date(2026, 8, 1), None), "base"),
	]


def test_the_day_of_entry_makes_no_window():
	assert held(price("old", "2026-05-03"), price("new", "2026-07-01")) == [
		(Window(None, date(2026, 6, 30)), "old"),
		(Window(date(2026, 7, 1), None), "new"),
	]


def test_the_price_in_the_stock_unit_goes_before_one_in_none():
	assert held(price("a"), price("b", uom="Nos")) == [(Window(), "b")]


@pytest.mark.parametrize(
	("rate", "currency", "expected"),
	[
		(1.2345, "OMR", "1.235"),
		(0.1 + 0.2, "OMR", "0.3"),
		(1.005, "USD", "1.01"),
		(2.675, "USD", "2.68"),
		(149.5, "JPY", "150.0"),
		(1250.5, "OMR", "1250.5"),
	],
)
def test_amounts_are_rounded_half_up_to_the_currency(rate, currency, expected):
	assert str(amount(rate, currency)) == expected


def test_an_id_that_left_is_never_used_again():
	state = State.read({})
	assert state.plan({"list/omr": 1.0})
	first = state.live["list/omr"][0]
	state.applied({"list/omr": 1.0}, {}, True)
	assert not state.plan({"list/omr": 2.0})
	assert state.unsent({"list/omr": 2.0}) == {"list/omr": (first, 2.0)}
	assert state.plan({})
	assert State.read(state.dump()).leaving == [f"list/{first}"]
	assert state.plan({"list/omr": 1.0})
	assert state.live["list/omr"][0] != first
