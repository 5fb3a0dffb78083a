"""The amounts of Medusa's orders: known ones, and what holds for any."""

import random
from datetime import datetime, timezone
from decimal import Decimal

from medusa_integration.medusa.order import Adjustment, Line, Order, Shipping, Tax
from medusa_integration.medusa.totals import plan_of
from medusa_integration.money import decimals_of, half_up

VAT5, VAT15 = Tax("VAT5", Decimal(5)), Tax("VAT15", Decimal(15))
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def line(
	id: str, price, quantity=1, *taxes: Tax, off=(), inclusive: bool = False, off_inclusive: bool = False
) -> Line:
	return Line(
		id=id,
		title=id,
		quantity=Decimal(str(quantity)),
		unit_price=Decimal(str(price)),
		is_tax_inclusive=inclusive,
		taxes=taxes,
		adjustments=tuple(Adjustment(Decimal(str(each)), off_inclusive) for each in off),
	)


def shipping(amount, *taxes: Tax, inclusive: bool = False) -> Shipping:
	return Shipping("sm", "Post", Decimal(str(amount)), is_tax_inclusive=inclusive, taxes=taxes)


def order(*lines: Line, currency: str = "OMR", methods=()) -> Order:
	return Order(
		id="order_1", display_id="1", status="pending", currency=currency, email="a@example.com", created_at=NOW,
		updated_at=NOW, total=Decimal(0), lines=lines, shipping=tuple(methods),
	)  # fmt: skip


def figures(plan) -> tuple[str, ...]:
	return tuple(str(each) for each in (plan.net, plan.shipping, plan.tax, plan.grand, plan.rounding))


def test_prices_without_tax():
	plan = plan_of(
		order(line("a", "1.500", 3, VAT5), line("b", "0.333", 1, VAT15), methods=[shipping(2, VAT5)])
	)
	assert figures(plan) == ("4.833", "2.000", "0.375", "7.208", "0.000")
	assert {tax.group: str(tax.amount) for tax in plan.taxes} == {"VAT5": "0.325", "VAT15": "0.050"}
	(vat5, vat15) = plan.taxes
	assert vat5.lines == {"a": Decimal("0.225")} and vat5.rest == Decimal("0.100")
	assert vat15.rates == {"b": Decimal(15)} and not vat15.rest


def test_prices_with_tax():
	plan = plan_of(order(line("a", "10.00", 3, VAT15, inclusive=True), currency="USD", methods=[]))
	assert figures(plan) == ("26.09", "0.00", "3.91", "30.00", "0.00")


def test_promotions_with_and_without_tax():
	exclusive = plan_of(order(line("a", "100", 1, VAT15, off=["10"]), currency="USD"))
	assert figures(exclusive)[:4] == ("90.00", "0.00", "13.50", "103.50")
	inclusive = plan_of(
		order(line("a", "115", 1, VAT15, off=["11.50"], inclusive=True, off_inclusive=True), currency="USD")
	)
	assert figures(inclusive)[:4] == ("90.00", "0.00", "13.50", "103.50")
	assert str(inclusive.lines[0].listed) == "100.00"


def test_two_rates_on_one_line_are_added():
	gst, pst = Tax("GST", Decimal(5)), Tax("PST", Decimal("7"))
	plan = plan_of(order(line("a", "9.99", 2, gst, pst), currency="USD"), group=lambda tax: "one account")
	(tax,) = plan.taxes
	assert (str(tax.amount), tax.rates, tax.taxes) == ("2.40", {"a": Decimal(12)}, (gst, pst))


def test_three_roundings_leave_a_unit():
	"""0.5 + 0.5 + 0.0 of a yen: 1 + 1 against 1."""
	tax = Tax("T", Decimal(100))
	plan = plan_of(order(line("a", "0.5", 1, tax), currency="JPY"))
	assert figures(plan) == ("1", "0", "1", "1", "-1")


def test_a_currency_without_decimals():
	plan = plan_of(order(line("a", 999, 7, Tax("JCT", Decimal(10))), currency="JPY", methods=[shipping(555)]))
	assert figures(plan) == ("6993", "555", "699", "8247", "0")


def test_a_discount_of_all_of_it_leaves_nothing():
	plan = plan_of(order(line("a", "9.99", 3, VAT5, off=["29.97"]), currency="USD"))
	assert figures(plan) == ("0.00", "0.00", "0.00", "0.00", "0.00")
	(piece,) = plan.lines[0].pieces()
	assert (piece.quantity, piece.rate, plan.lines[0].list_rate(piece.rate)) == (3, 0, Decimal("9.99"))


def test_a_line_that_no_rate_hits_is_split():
	plan = plan_of(order(line("a", "10", 7, off=["0.01"]), currency="USD"))
	assert [tuple(map(str, piece)) for piece in plan.lines[0].pieces()] == [("1", "9.99"), ("6", "10.00")]


def test_a_line_that_was_edited_away_counts_nothing():
	plan = plan_of(order(line("a", 1), line("b", 2, 0)))
	assert [each.line.id for each in plan.lines] == ["a"]


def test_codes_fall_back_to_names_and_rates():
	plan = plan_of(
		order(line("a", 1, 1, Tax("", Decimal(5), "Oman"), Tax("", Decimal("7.50"))), line("b", 1, 1, VAT5))
	)
	assert [tax.group for tax in plan.taxes] == ["Oman", "7.5%", "VAT5"]


def test_quantities_that_are_huge():
	plan = plan_of(order(line("a", "1.234", 10**9, VAT5, off=["0.001"])))
	assert (
		sum(each.quantity * each.rate for each in plan.lines[0].pieces())
		== plan.net
		== Decimal("1233999999.999")
	)


def test_parts_of_any_order_add_up():
	"""No part is a unit or more beside its own amount."""
	for seed in range(1000):
		_adds_up(plan_of(_random_order(random.Random(seed))))


def _adds_up(plan) -> None:
	unit = Decimal(1).scaleb(-plan.decimals)
	assert sum(each.amount for each in plan.lines) == plan.net
	assert sum(each.amount for each in plan.shipping_methods) == plan.shipping
	assert sum(tax.amount for tax in plan.taxes) == plan.tax
	assert abs(plan.rounding) <= unit
	for tax in plan.taxes:
		assert sum(tax.lines.values()) + tax.rest == tax.amount
	for each in plan.lines:
		_is_exact(each, unit)
		assert abs(each.amount - _net(each.line)) < unit
		for tax in plan.taxes:
			exact = sum(_net(each.line) * own.rate / 100 for own in each.line.taxes if own.code == tax.group)
			assert abs(tax.lines.get(each.line.id, 0) - exact) < unit


def _is_exact(each, unit: Decimal) -> None:
	pieces = each.pieces()
	assert sum(piece.quantity for piece in pieces) == each.line.quantity
	assert sum(half_up(piece.quantity * piece.rate, each.decimals) for piece in pieces) == each.amount
	for piece in pieces:
		assert piece.rate == piece.rate.quantize(unit)
		# Not at the edge, where Frappe's ways of rounding differ.
		assert (piece.quantity * piece.rate / unit) % 1 != Decimal("0.5")
		assert each.list_rate(piece.rate) >= piece.rate


def _net(given: Line) -> Decimal:
	factor = 1 + sum((tax.rate for tax in given.taxes), Decimal(0)) / 100
	listed = given.unit_price * given.quantity / (factor if given.is_tax_inclusive else 1)
	return listed - sum(each.amount / (factor if each.is_tax_inclusive else 1) for each in given.adjustments)


def _random_order(chance: random.Random) -> Order:
	currency = chance.choice(["OMR", "USD", "JPY"])
	inclusive = chance.random() < 0.5
	rates = [
		Tax("A", Decimal(5)),
		Tax("B", Decimal("9.975")),
		Tax("C", Decimal(15)),
		Tax("D", Decimal("7.7")),
	]
	lines = []
	for n in range(chance.randint(1, 20)):
		price = Decimal(chance.randint(1, 99999)).scaleb(-decimals_of(currency))
		quantity = Decimal(chance.choice([1, 2, 3, 7, 12, 144, Decimal("0.5"), Decimal("2.75")]))
		off = price * quantity * chance.choice([0, 0, Decimal("0.1"), Decimal("0.333"), Decimal(1)])
		lines.append(
			Line(
				f"line_{n}", f"Line {n}", quantity, price, is_tax_inclusive=inclusive,
				taxes=tuple(chance.sample(rates, chance.randint(0, 2))),
				adjustments=(Adjustment(off, inclusive),) if off else (),
			)
		)  # fmt: skip
	methods = [
		shipping(chance.randint(0, 999), *chance.sample(rates, chance.randint(0, 2)), inclusive=inclusive)
	]
	return order(*lines, currency=currency, methods=methods)
