"""The amounts of a Medusa order, in whole units of its currency: lines, shipping, taxes and their sum.

Medusa computes with unrounded amounts, and its totals shrink with returns and refunds. So each amount is
computed anew from quantities, prices, adjustments and rates, rounded once, and parts are apportioned so that
they add up.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import NamedTuple

from medusa_integration.medusa.order import Adjustment, Line, Order, Shipping, Tax
from medusa_integration.money import EXACT, NOTHING, apportion, decimals_of, half_up, unit


class Piece(NamedTuple):
	"""A quantity of a line at one rate."""

	quantity: Decimal
	rate: Decimal


@dataclass(frozen=True)
class LinePlan:
	"""A line's net amounts.

	:param listed: without promotions
	:param amount: with promotions; all lines add up to the plan's net
	:param decimals: of the currency
	"""

	line: Line
	listed: Decimal
	amount: Decimal
	decimals: int

	def pieces(self) -> list[Piece]:
		"""Pieces with rates in whole units, whose amounts add up to the line's: one, or two where no single
		rate gives the amount. A quantity that isn't whole has one more piece, of less than 1."""
		step, whole = unit(self.decimals), self.line.quantity // 1
		fraction, amount, pieces = self.line.quantity - whole, self.amount, []
		if fraction:
			part = half_up(amount * fraction / self.line.quantity, self.decimals) if whole else amount
			pieces.append(Piece(fraction, half_up(part / fraction, self.decimals)))
			amount -= part
		if whole:
			low = amount // (whole * step) * step
			dearer = (amount - low * whole) / step
			pieces = [Piece(whole - dearer, low), Piece(dearer, low + step), *pieces]
		return [piece for piece in pieces if piece.quantity]

	def list_rate(self, rate: Decimal) -> Decimal:
		"""The unit price before promotions, at least `rate`."""
		return max(half_up(self.listed / self.line.quantity, self.decimals), rate)


@dataclass(frozen=True)
class ShippingPlan:
	"""A shipping method's net amount; all of them add up to the plan's shipping."""

	method: Shipping
	amount: Decimal


@dataclass(frozen=True)
class TaxPlan:
	"""The taxes of one group.

	:param group: the value that `plan_of`'s `group` returned for them
	:param lines: `{line id: its share}`
	:param rates: `{line id: percent}`
	:param rest: the shipping's share; with the lines' shares it adds up to the amount
	"""

	group: Hashable
	taxes: tuple[Tax, ...]
	amount: Decimal
	lines: dict[str, Decimal]
	rates: dict[str, Decimal]
	rest: Decimal


@dataclass(frozen=True)
class Plan:
	"""An order's amounts, rounded to its currency: grand = net + shipping + tax + rounding − credit.

	:param rounding: at most one unit, since three rounded sums don't always add up to the rounded sum
	:param credit: gift cards and store credits; negative where Medusa's credit lines charge more
	"""

	currency: str
	decimals: int
	lines: tuple[LinePlan, ...]
	shipping_methods: tuple[ShippingPlan, ...]
	taxes: tuple[TaxPlan, ...]
	net: Decimal
	shipping: Decimal
	tax: Decimal
	grand: Decimal
	credit: Decimal = NOTHING
	credit_name: str = ""

	@property
	def rounding(self) -> Decimal:
		return self.grand + self.credit - self.net - self.shipping - self.tax


def code_of(tax: Tax) -> str:
	"""A tax's code, else its name or rate: Medusa's own rates may have no code."""
	return tax.code or tax.name or f"{tax.rate.normalize():f}%"


def plan_of(order: Order, group: Callable[[Tax], Hashable] = code_of) -> Plan:
	"""An order's amounts.

	:param order: one of Medusa's, or a part of it, whose total makes the parts add up to the order's
	:param group: returns a tax's group; taxes of one group are added up, as those of one account
	"""
	plan = _plan_of(order, group)
	if not order.part or not order.part.upto or not order.part.before:
		return plan
	return replace(
		plan, grand=_plan_of(order.part.upto, group).grand - _plan_of(order.part.before, group).grand
	)


def _plan_of(order: Order, group: Callable[[Tax], Hashable]) -> Plan:
	decimals = decimals_of(order.currency)
	tax_decimals = decimals if order.rounds_each_tax else None
	with localcontext(EXACT):
		lines = [
			(line, _Amounts.of(line, line.unit_price * line.quantity, tax_decimals))
			for line in order.lines
			if line.quantity
		]
		methods = [(method, _Amounts.of(method, method.amount, tax_decimals)) for method in order.shipping]
		both = [amounts for _source, amounts in (*lines, *methods)]
		net = half_up(sum((amounts.net for _line, amounts in lines), NOTHING), decimals)
		shipping = half_up(sum((amounts.net for _method, amounts in methods), NOTHING), decimals)
		tax = half_up(sum((amounts.tax for amounts in both), NOTHING), decimals)
		gross = sum((amounts.gross for amounts in both), NOTHING)
		grand = half_up(gross - order.store_credit, decimals)
		return Plan(
			currency=order.currency,
			decimals=decimals,
			lines=_line_plans(lines, net, decimals),
			shipping_methods=_shipping_plans(methods, shipping, decimals),
			taxes=_tax_plans(lines, methods, group, tax, decimals),
			net=net,
			shipping=shipping,
			tax=tax,
			grand=grand,
			credit=half_up(gross, decimals) - grand,
			credit_name=order.credit_name,
		)


def due_of(order: Order) -> Decimal:
	"""The sum that Medusa charges for an order now, rounded: what the customer keeps, shipping and the fees of
	returns, less gift cards and credits. Those of an order's parts add up to the order's."""
	if order.part and order.part.upto and order.part.before:
		return _due_of(order.part.upto) - _due_of(order.part.before)
	return _due_of(order)


def _due_of(order: Order) -> Decimal:
	decimals = decimals_of(order.currency)
	tax_decimals = decimals if order.rounds_each_tax else None
	with localcontext(EXACT):
		due = -order.gift_card_total - order.credit
		for line in order.lines:
			if line.quantity:
				gross = _Amounts.of(line, line.unit_price * line.quantity, tax_decimals).gross
				kept = line.quantity - (line.received_quantity if order.counts_returns else 0)
				due += gross * kept / line.quantity
		fees = [fee for each in order.returns if not each.is_canceled for fee in each.fees]
		for method in (*order.shipping, *(fees if order.counts_returns else ())):
			due += _Amounts.of(method, method.amount, tax_decimals).gross
		return half_up(due, decimals)


def gross_of(order: Order, sources: Iterable[Line | Shipping]) -> Decimal:
	"""Lines as they were ordered, or shipping methods, with their taxes, not rounded."""
	tax_decimals = decimals_of(order.currency) if order.rounds_each_tax else None
	with localcontext(EXACT):
		return sum(
			(
				_Amounts.of(
					each,
					each.unit_price * each.quantity if isinstance(each, Line) else each.amount,
					tax_decimals,
				).gross
				for each in sources
			),
			NOTHING,
		)


def is_met(order: Order) -> bool:
	"""Whether the order's lines, shipping, fees and credits come to the total that Medusa itself has."""
	decimals, due = decimals_of(order.currency), due_of(order)
	totals = [order.total] if order.current_total is None else [order.current_total, order.total]
	return any(half_up(total, decimals) == due for total in totals)


def is_steady(order: Order) -> bool:
	"""Whether the order's parts come to the total of Medusa's summary. It isn't, while Medusa writes a change."""
	total = order.total if order.current_total is None else order.current_total
	return order.status == "canceled" or half_up(total, decimals_of(order.currency)) == due_of(order)


@dataclass(frozen=True)
class FeePlan:
	"""A return's fees: their net amounts, and their taxes by group."""

	name: str
	methods: tuple[ShippingPlan, ...]
	taxes: tuple[tuple[Hashable, Decimal], ...]


def fees_of(
	order: Order, methods: tuple[Shipping, ...], group: Callable[[Tax], Hashable] = code_of
) -> FeePlan:
	"""The fees of a return in whole units: their net amounts by method, and their taxes by group."""
	decimals = decimals_of(order.currency)
	tax_decimals = decimals if order.rounds_each_tax else None
	with localcontext(EXACT):
		amounts = [(method, _Amounts.of(method, method.amount, tax_decimals)) for method in methods]
		net = half_up(sum((each.net for _method, each in amounts), NOTHING), decimals)
		gross = half_up(sum((each.gross for _method, each in amounts), NOTHING), decimals)
		taxes = _tax_plans([], amounts, group, gross - net, decimals)
		return FeePlan(
			", ".join(dict.fromkeys(method.name for method in methods)),
			_shipping_plans(amounts, net, decimals),
			tuple((tax.group, tax.amount) for tax in taxes),
		)


class _Amounts(NamedTuple):
	"""The unrounded amounts of a line or a shipping method."""

	listed: Decimal
	net: Decimal
	taxes: list[tuple[Tax, Decimal]]

	@property
	def tax(self) -> Decimal:
		return sum((amount for _tax, amount in self.taxes), NOTHING)

	@property
	def gross(self) -> Decimal:
		return self.net + self.tax

	@classmethod
	def of(cls, source: Line | Shipping, listed: Decimal, tax_decimals: int | None = None) -> "_Amounts":
		"""Medusa v1 rounds each tax to `tax_decimals`."""
		factor = 1 + sum((tax.rate for tax in source.taxes), NOTHING) / 100
		if source.is_tax_inclusive:
			listed /= factor
		net = listed - sum((_without_tax(each, factor) for each in source.adjustments), NOTHING)
		taxes = [(tax, net * tax.rate / 100) for tax in source.taxes]
		if tax_decimals is not None:
			taxes = [(tax, half_up(amount, tax_decimals)) for tax, amount in taxes]
		return cls(listed, net, taxes)


def _without_tax(adjustment: Adjustment, factor: Decimal) -> Decimal:
	return adjustment.amount / factor if adjustment.is_tax_inclusive else adjustment.amount


def _line_plans(lines: list, net: Decimal, decimals: int) -> tuple[LinePlan, ...]:
	parts = apportion((amounts.net for _line, amounts in lines), net, decimals)
	return tuple(
		LinePlan(line, half_up(amounts.listed, decimals), part, decimals)
		for (line, amounts), part in zip(lines, parts, strict=True)
	)


def _shipping_plans(methods: list, shipping: Decimal, decimals: int) -> tuple[ShippingPlan, ...]:
	parts = apportion((amounts.net for _method, amounts in methods), shipping, decimals)
	return tuple(ShippingPlan(method, part) for (method, _amounts), part in zip(methods, parts, strict=True))


def _tax_plans(
	lines: list, methods: list, group: Callable, total: Decimal, decimals: int
) -> tuple[TaxPlan, ...]:
	groups: dict[Hashable, _TaxGroup] = defaultdict(_TaxGroup)
	for line, amounts in lines:
		for tax, amount in amounts.taxes:
			groups[group(tax)].add(tax, amount, line.id)
	for _method, amounts in methods:
		for tax, amount in amounts.taxes:
			groups[group(tax)].add(tax, amount)
	parts = apportion((each.amount for each in groups.values()), total, decimals)
	return tuple(
		each.plan(name, part, decimals) for (name, each), part in zip(groups.items(), parts, strict=True)
	)


class _TaxGroup:
	"""Taxes that are added up, not rounded."""

	def __init__(self) -> None:
		self._taxes: dict[Tax, None] = {}
		self._lines: dict[str, Decimal] = defaultdict(Decimal)
		self._rates: dict[str, Decimal] = defaultdict(Decimal)
		self._rest = NOTHING

	def add(self, tax: Tax, amount: Decimal, line: str = "") -> None:
		self._taxes[tax] = None
		if not line:
			self._rest += amount
			return
		self._lines[line] += amount
		self._rates[line] += tax.rate

	@property
	def amount(self) -> Decimal:
		return sum(self._lines.values(), self._rest)

	def plan(self, group: Hashable, total: Decimal, decimals: int) -> TaxPlan:
		rest, *parts = apportion([self._rest, *self._lines.values()], total, decimals)
		lines = dict(zip(self._lines, parts, strict=True))
		return TaxPlan(group, tuple(self._taxes), total, lines, dict(self._rates), rest)
