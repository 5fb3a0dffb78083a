"""The shares of an order's fixed charges, such as shipping and taxes, for a part of the order. Arithmetic
only.

Source: docs/reference.md, "Parts of an order".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from medusa_integration.money import NOTHING, half_up

WHOLE = Decimal(1)
CLOSE = Decimal("0.000001")  # a quantity that ERPNext computes from amounts isn't off by more


class Done(NamedTuple):
	"""The part of an order's row that documents cover: a quantity in the stock unit, and an amount, net of
	returns."""

	qty: Decimal = NOTHING
	amount: Decimal = NOTHING

	def plus(self, other: "Done") -> "Done":
		return Done(self.qty + other.qty, self.amount + other.amount)


@dataclass(frozen=True)
class OrderRow:
	"""A row of a Sales Order. Rows that split one line of Medusa's have the same `line`. `returned` is the quantity that
	came back."""

	name: str
	line: str
	qty: Decimal
	amount: Decimal
	net_amount: Decimal
	returned: Decimal = NOTHING

	def part(self, fraction: Decimal) -> "OrderRow":
		amounts = (each * fraction for each in (self.qty, self.amount, self.net_amount))
		return OrderRow(self.name, self.line, *amounts)


class Returned(NamedTuple):
	"""The stock units of an order's row that came back, that credit notes credit, and that invoices bill."""

	line: str
	qty: Decimal
	returned: Decimal
	credited: Decimal
	billed: Decimal


def never_billed(rows: Mapping[str, Returned]) -> dict[str, Decimal]:
	"""`{row: the stock units that came back and weren't billed before}`. Rows that split one line count together: goods come back
	by the rows of Delivery Notes, and credit notes credit those of invoices."""
	left: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows.values():
		left[row.line] += row.returned - row.credited
	gone: dict[str, Decimal] = defaultdict(Decimal)
	for is_own in (True, False):  # the row's own pieces first
		for name, row in rows.items():
			most = min(left[row.line], row.qty - row.billed - gone[name])
			units = max(min(most, row.returned - row.credited) if is_own else most, NOTHING)
			gone[name] += units
			left[row.line] -= units
	return gone


class Progress:
	"""The progress of an order's delivery or billing, as fractions between 0 and 1.

	A row billed at another rate than the order's counts by its amount where that gives the larger fraction:
	ERPNext bills no more of a row than its amount.
	"""

	def __init__(self, rows: Iterable[OrderRow], done: Mapping[str, Done]) -> None:
		rows = list(rows)
		lines: dict[str, list[OrderRow]] = defaultdict(list)
		for row in rows:
			lines[row.line].append(row)
		self._lines = {line: _fraction(of_line, done) for line, of_line in lines.items()}
		fractions = {row.name: _fraction([row], done) for row in rows}
		self.is_complete = all(fractions[row.name] == WHOLE for row in rows if row.qty)
		self.is_nothing = not any(fractions.values())
		by_amount = any(row.net_amount for row in rows)
		weights = {row.name: row.net_amount if by_amount else row.qty for row in rows}
		total = sum(weights.values(), NOTHING)
		part = sum((weights[row.name] * fractions[row.name] for row in rows), NOTHING)
		self.net = part / total if total else NOTHING

	def of_line(self, line: str) -> Decimal:
		return self._lines.get(line, NOTHING)


def _fraction(rows: list[OrderRow], done: Mapping[str, Done]) -> Decimal:
	has = [done.get(row.name, Done()) for row in rows]
	by_qty = _ratio(sum(each.qty for each in has), sum(row.qty for row in rows), CLOSE)
	by_amount = _ratio(sum(each.amount for each in has), sum(row.amount for row in rows), NOTHING)
	return max(by_qty, by_amount)


def _ratio(part: Decimal, whole: Decimal, close: Decimal) -> Decimal:
	if whole <= 0 or part <= close:
		return NOTHING
	return WHOLE if part >= whole - close else part / whole


@dataclass(frozen=True)
class Charge:
	"""A fixed charge of an order.

	`lines` is the part of `amount` that belongs to each line; the rest is shared by net amounts. `rates` are the percentages
	of a tax, by line. `decimals` are those of the shares. `is_known`: the order came from Medusa, which says the lines' parts.
	"""

	key: str
	amount: Decimal
	decimals: int
	lines: Mapping[str, Decimal] = field(default_factory=dict)
	rates: Mapping[str, Decimal] = field(default_factory=dict)
	is_known: bool = False

	def reduced(self, kept: Mapping[str, Decimal]) -> "Charge":
		"""The charge of an order of which only parts of the lines are left. The rest, as of shipping, stays whole where
		Medusa says the lines' parts.

		:param kept: `{line: the fraction that stays}`
		"""
		if not self.is_known:
			return self
		lines = {line: amount * kept.get(line, WHOLE) for line, amount in self.lines.items()}
		less = sum(self.lines.values(), NOTHING) - sum(lines.values(), NOTHING)
		return replace(self, amount=half_up(self.amount - less, self.decimals), lines=lines)

	def of_goods(self, before: Progress, after: Progress, carried: Decimal) -> Decimal:
		"""The amount, 0 or less, that a return of goods gives back: the lines' parts and nothing of the rest. Medusa gives
		back the goods with their taxes, and shipping only by a refund of its own."""
		has, had = (
			sum((part * at.of_line(line) for line, part in self.lines.items()), NOTHING)
			for at in (after, before)
		)
		share = half_up(has, self.decimals) - half_up(had, self.decimals)
		return max(share, -carried) if self.amount > 0 else NOTHING

	def until(self, progress: Progress) -> Decimal:
		"""The charge's amount for the done part of the order, not rounded."""
		rest = self.amount - sum(self.lines.values(), NOTHING)
		of_lines = (amount * progress.of_line(line) for line, amount in self.lines.items())
		return sum(of_lines, NOTHING) + rest * progress.net

	def share(self, before: Progress, after: Progress, carried: Decimal, *, is_return: bool) -> Decimal:
		"""The amount that a document has to carry.

		:param before: without the document
		:param after: with it
		:param carried: the amount that the other documents carry at present
		"""
		if self.amount < 0:
			return -self._mirrored().share(before, after, -carried, is_return=is_return)
		due = self._due(before, after, carried, is_return) - carried
		if is_return:
			return min(max(due, -carried), NOTHING)
		return max(min(due, self.amount - carried), NOTHING)

	def _due(self, before: Progress, after: Progress, carried: Decimal, is_return: bool) -> Decimal:
		"""The amount that all documents together have to carry. Each document corrects a part of the present
		deviation, and the last document all of it."""
		if after.is_complete and not is_return:
			return self.amount
		if after.is_nothing and is_return:
			return NOTHING
		had, has = self.until(before), self.until(after)
		deviation = carried - half_up(had, self.decimals)
		if has == had:
			return carried
		if is_return:
			kept = has / had if had else NOTHING
		else:
			kept = (self.amount - has) / (self.amount - had) if self.amount != had else NOTHING
		return half_up(has + deviation * kept, self.decimals)

	def _mirrored(self) -> "Charge":
		lines = {line: -amount for line, amount in self.lines.items()}
		return replace(self, amount=-self.amount, lines=lines)
