"""The arithmetic of shares: parts, returns and cancellations at random, without documents."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest

from medusa_integration.orders.charges.parts import Charge, Done, OrderRow, Progress

D = Decimal


def rows(*quantities: int, net: str = "10") -> list[OrderRow]:
	return [OrderRow(f"r{n}", f"l{n}", D(qty), D(net), D(net)) for n, qty in enumerate(quantities)]


def done(**quantities) -> dict[str, Done]:
	return {name: Done(D(qty)) for name, qty in quantities.items()}


def progress(order: list[OrderRow], **quantities) -> Progress:
	return Progress(order, done(**quantities))


def share(charge: Charge, order: list[OrderRow], before: dict, after: dict, carried, **how) -> Decimal:
	return charge.share(
		Progress(order, done(**before)), Progress(order, done(**after)), D(carried), is_return=False, **how
	)


def test_what_others_carry_too_much_is_made_up_for_bit_by_bit():
	order, charge = rows(4), Charge("shipping", D("8"), 2)
	# A quarter is delivered and carries 5 instead of 2: 3 are left for three quarters.
	assert share(charge, order, {"r0": 1}, {"r0": 2}, "5") == 1
	assert share(charge, order, {"r0": 1}, {"r0": 4}, "5") == 3
	assert share(charge, order, {"r0": 1}, {"r0": 4}, "16") == 0


def test_a_line_that_is_split_counts_as_one():
	order = [OrderRow("a", "l", D(6), D(6), D(6)), OrderRow("b", "l", D(1), D(2), D(2))]
	assert progress(order, a=6).of_line("l") == D(6) / 7
	assert progress(order, a=6, b=1).is_complete


@pytest.mark.parametrize("qty", ["2.9999999", "3.0000001", "4"])
def test_a_quantity_worked_out_from_amounts_completes_its_row(qty):
	assert progress(rows(3), r0=qty).is_complete


def test_a_piece_of_very_many_counts():
	order = rows(10**9)
	assert not progress(order, r0=1).is_nothing
	assert not progress(order, r0=10**9 - 1).is_complete


def test_rates_above_the_orders_count_by_amount():
	order = rows(2)
	assert Progress(order, {"r0": Done(D(1), D(10))}).is_complete
	assert Progress(order, {"r0": Done(D(2), D(1))}).is_complete


def steps(random: Random, order: list[OrderRow]) -> Iterator[tuple[str, dict[str, int]]]:
	for _number in range(random.randint(1, 25)):
		kind = random.choice(["part", "part", "part", "return", "cancel"])
		yield kind, {row.name: random.randint(0, int(row.qty)) for row in order if random.random() < 0.6}
	yield "part", {row.name: int(row.qty) for row in order}


def test_every_sequence_adds_up():
	for seed in range(300):
		walk(Random(seed))


def walk(random: Random) -> None:
	order = rows(*(random.randint(1, 12) for _ in range(random.randint(1, 6))))
	decimals = random.choice([0, 2, 3])
	unit = D(1).scaleb(-decimals)
	amount = random.choice([1, -1]) * random.randint(0, 5000) * unit
	lines = {row.line: (amount / (len(order) + 1)).quantize(unit) for row in order if random.random() < 0.7}
	charge = Charge("c", amount, decimals, lines)
	documents: list[tuple[dict[str, int], Decimal]] = []
	for kind, wanted in steps(random, order):
		has = {row.name: sum(each.get(row.name, 0) for each, _ in documents) for row in order}
		if kind == "cancel":
			# Only what leaves no more returned than delivered.
			free = [each for each in documents if all(has[name] - qty >= 0 for name, qty in each[0].items())]
			free = [each for each in free if all(qty >= 0 for qty in each[0].values())]
			if free:
				documents.remove(random.choice(free))
			continue
		sign = -1 if kind == "return" else 1
		most = {row.name: has[row.name] if sign < 0 else int(row.qty) - has[row.name] for row in order}
		part = {name: sign * min(qty, most[name]) for name, qty in wanted.items()}
		after = {name: has[name] + part.get(name, 0) for name in has}
		carried = sum((each for _, each in documents), D(0))
		of_part = charge.share(progress(order, **has), progress(order, **after), carried, is_return=sign < 0)
		assert of_part * sign * (1 if amount >= 0 else -1) >= 0
		assert of_part == of_part.quantize(unit)
		documents.append((part, of_part))
		exact = charge.until(progress(order, **after))
		assert abs(carried + of_part - exact) <= unit * (len(documents) + 1)
	assert sum((each for _, each in documents), D(0)) == amount
