"""The last unit of orders of which goods came back: random orders, billed and sent back in any sequence, without documents.

What Medusa charges is worked out here with fractions, from prices, discounts and rates alone.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from medusa_integration.medusa import order_parts
from medusa_integration.medusa.order import (
	Adjustment,
	Exchange,
	Line,
	LineQuantity,
	Order,
	Return,
	Shipping,
	Tax,
)
from medusa_integration.medusa.totals import due_of, fees_of, plan_of
from medusa_integration.medusa.unrounded import unrounded_of
from medusa_integration.money import NOTHING, decimals_of, unit
from medusa_integration.orders.charges.last_unit import Booked, lacking
from medusa_integration.orders.charges.order_charges import ShopOrder
from medusa_integration.orders.charges.parts import Charge, Done, OrderRow, never_billed
from tests.support.arriving import order as order_of

TAXES = (
	Tax("VAT5", Decimal(5)),
	Tax("VAT15", Decimal(15)),
	Tax("VAT19", Decimal("19")),
	Tax("GST", Decimal("9.975")),
)
CURRENCIES = ("JPY", "EUR", "OMR")
KINDS = {
	"before all is billed": ("bill", "return", "return", "bill all", "return", "return"),
	"billed at once": ("bill all", "return", "return", "return", "return"),
	"billed last": ("return", "return", "bill all"),
	"billed in parts": ("bill", "bill", "return", "bill", "return", "bill all", "return"),
}


# --- what Medusa charges


def gross(source, listed) -> Fraction:
	factor = 1 + sum(Fraction(tax.rate) for tax in source.taxes) / 100
	net = Fraction(listed) / (factor if source.is_tax_inclusive else 1)
	for each in source.adjustments:
		net -= Fraction(each.amount) / (factor if each.is_tax_inclusive else 1)
	return net * factor


def charged(order: Order) -> Decimal:
	total = -Fraction(order.credit)
	for line in order.lines:
		kept = Fraction(line.quantity - line.received_quantity) / Fraction(line.quantity)
		total += gross(line, line.unit_price * line.quantity) * kept
	methods = (*order.shipping, *(fee for each in order.returns for fee in each.fees))
	total += sum(gross(each, each.amount) for each in methods)
	digits = decimals_of(order.currency)
	scaled = total * 10**digits
	sign = -1 if scaled < 0 else 1
	return Decimal(sign * int(abs(scaled) + Fraction(1, 2))).scaleb(-digits)


# --- an order, and its documents in ERPNext


def random_order(random: Random, currency: str) -> Order:
	digits, inclusive = decimals_of(currency), random.random() < 0.5

	def amount(most: int) -> Decimal:
		return Decimal(random.randint(1, most)).scaleb(-digits)

	def taxes() -> tuple[Tax, ...]:
		return tuple(random.sample(TAXES, random.choice((0, 1, 1, 1, 2))))

	def line(number: int) -> Line:
		quantity, price = Decimal(random.randint(1, 12)), amount(3000)
		off = random.choice((0, 0, round(price * quantity / 3, 6)))
		return Line(
			f"l{number}",
			f"l{number}",
			quantity,
			price,
			is_tax_inclusive=inclusive,
			taxes=taxes(),
			adjustments=(Adjustment(off, random.random() < 0.5 and inclusive),) if off else (),
		)

	lines = [line(number) for number in range(random.randint(1, 4))]
	methods = [Shipping("sm", "Post", amount(999), is_tax_inclusive=inclusive, taxes=taxes())]
	credit = random.choice((NOTHING, NOTHING, amount(20), round(amount(20) / 3, 6)))
	made = order_of(*lines, currency=currency, methods=methods, total=Decimal(1))
	return replace(made, credit=credit, refund_credit=NOTHING)


@dataclass
class Books:
	"""What the app makes of an order in ERPNext."""

	order: Order
	random: Random
	documents: list[Booked] = field(default_factory=list)
	others: Decimal = NOTHING  # what isn't counted: the part of credits
	back: dict[str, Decimal] = field(default_factory=dict)

	def __post_init__(self) -> None:
		self.plan, self.digits = plan_of(self.order), decimals_of(self.order.currency)
		rows = [
			OrderRow(
				f"{each.line.id} {number}",
				each.line.id,
				piece.quantity,
				piece.quantity * piece.rate,
				piece.quantity * piece.rate,
			)
			for each in self.plan.lines
			for number, piece in enumerate(each.pieces())
		]
		charges = [Charge("shipping", self.plan.shipping, self.digits, is_known=True)]
		charges.append(Charge("rounding", self.plan.rounding, self.digits, is_known=True))
		charges += [
			Charge(f"tax:{tax.group}", tax.amount, self.digits, tax.lines, tax.rates, is_known=True)
			for tax in self.plan.taxes
		]
		self.made = ShopOrder(
			"SO", self.order.currency, rows, {each.key: each for each in charges}, {}, Charge("discount", NOTHING, self.digits), rows, self.digits
		)  # fmt: skip
		self.credit = Charge("credit", -self.plan.credit, self.digits, is_known=True)

	def fresh(self) -> ShopOrder:
		"""The order as a new document reads it."""
		rows = [replace(row, returned=self.back.get(row.name, NOTHING)) for row in self.made.sold]
		return replace(
			self.made, rows=rows, sold=rows, unrounded=unrounded_of(self.order), carried=self.made.carried
		)

	def bill(self, pieces: dict[str, Decimal], fees=()) -> None:
		made = self.fresh()
		gone = never_billed(made.returned({name: Done(qty) for name, qty in pieces.items()}, is_return=False))
		kept = {row.name: (row.qty - gone[row.name]) / row.qty for row in made.rows if gone[row.name]}
		made.shrink(kept)
		self._book(made, pieces, fees, is_return=False)

	def credit_note(self, pieces: dict[str, Decimal], fees=()) -> None:
		self._book(self.fresh(), {name: -qty for name, qty in pieces.items()}, fees, is_return=True)

	def _book(self, made: ShopOrder, pieces, fees, *, is_return: bool) -> None:
		rates = {row.name: row.amount / row.qty for row in made.sold}
		here = {name: Done(qty, qty * rates[name]) for name, qty in pieces.items() if qty}
		before, after = (
			(made.progress(), made.progress(here)) if is_return else (made.billed(), made.billed(here))
		)
		amounts = [each.amount for each in here.values()]
		for key, charge in (*made.charges.items(), ("credit", self.credit)):
			carried = made.carried.charges[key]
			share = (
				charge.of_goods(before, after, carried)
				if is_return
				else charge.share(before, after, carried + made.carried.given_back[key], is_return=False)
			)
			made.carried.given_back[key] -= share if is_return else NOTHING
			made.carried.charges[key] += share
			if key == "credit":
				self.others += share
			else:
				amounts.append(share)
		amounts += [self.fee(each) for each in fees]
		own = Booked(sum(amounts, NOTHING), fees=frozenset(each.id for each in fees))
		last = lacking(made, here, own, self.documents, is_return=is_return)
		assert abs(last) <= unit(self.digits) * 40
		self.documents.append(own._replace(amount=own.amount + last, last_unit=last))
		for name, each in here.items():
			made.carried.done[name] = made.carried.done[name].plus(each)
			made.carried.returned[name] -= min(each.qty, NOTHING)
			if is_return:
				made.carried.back[name] = made.carried.back[name].plus(Done(-each.qty, -each.amount))

	def fee(self, each: Return) -> Decimal:
		plan = fees_of(self.order, each.fees)
		return sum((part.amount for part in plan.methods), NOTHING) + sum(
			(tax for _group, tax in plan.taxes), NOTHING
		)

	@property
	def total(self) -> Decimal:
		return sum((each.amount for each in self.documents), self.others)


def journey(seed: int, currency: str, steps: tuple[str, ...]) -> None:
	random = Random(seed)
	books = Books(random_order(random, currency), random)
	waiting: list[Return] = []
	for step in steps:
		if step.startswith("bill"):
			left = {
				row.name: row.qty
				- books.made.carried.done[row.name].qty
				- books.made.carried.returned[row.name]
				- max(books.back.get(row.name, NOTHING) - books.made.carried.returned[row.name], NOTHING)
				for row in books.made.sold
			}
			pieces = (
				left
				if step == "bill all"
				else {name: Decimal(random.randint(0, int(qty))) for name, qty in left.items()}
			)
			if any(pieces.values()):
				books.bill(pieces, waiting)
				waiting = []
		else:
			was_billed, before = is_billed(books), charged(books.order)
			unbilled, documents = not_billed(books), len(books.documents)
			waiting += send_back(books, random)
			if len(books.documents) > documents and not waiting and not_billed(books) == unbilled:
				note = books.documents[-1].amount
				assert note == charged(books.order) - before
			if is_billed(books) and not was_billed and books.documents:
				return  # nothing is left to bill the shipping with: the row is parked
		check(books, is_billed=is_billed(books) and not waiting)


def send_back(books: Books, random: Random) -> list[Return]:
	"""Some pieces come back: those that aren't billed first. Returns it where its fee waits for an invoice."""
	order, carried = books.order, books.made.carried
	lines, credited, moved = [], {}, []
	for line in order.lines:
		count = Decimal(random.randint(0, int(line.quantity - line.received_quantity)))
		lines.append(replace(line, received_quantity=line.received_quantity + count))
		moved.append(LineQuantity(line.id, count))
		rows = [row for row in books.made.sold if row.line == line.id]
		for is_billed in (False, True):
			for row in rows:
				billed = carried.done[row.name].qty + carried.returned[row.name]
				gone = max(books.back.get(row.name, NOTHING) - carried.returned[row.name], NOTHING)
				# Of each row, what isn't billed comes back first.
				has = carried.done[row.name].qty if is_billed else row.qty - billed - gone
				taken = min(count, has)
				if taken > 0:
					count -= taken
					books.back[row.name] = books.back.get(row.name, NOTHING) + taken
					if is_billed:
						credited[row.name] = taken
	digits = decimals_of(order.currency)
	fee = Shipping(
		"back",
		"Back",
		Decimal(random.randint(1, 300)).scaleb(-digits) / random.choice((1, 4)),
		taxes=(random.choice(TAXES),),
	)
	each = Return(
		f"return_{len(order.returns)}",
		"received",
		tuple(moved),
		tuple(moved),
		fees=(fee,) if random.random() < 0.5 else (),
	)
	books.order = replace(order, lines=tuple(lines), returns=(*order.returns, each))
	if credited:
		books.credit_note(credited, [each] if each.fees else [])
		return []
	return [each] if each.fees else []


def not_billed(books: Books) -> Decimal:
	"""How many pieces came back before they were billed."""
	returned = books.made.carried.returned
	return sum((qty - returned[name] for name, qty in books.back.items()), NOTHING)


def is_billed(books: Books) -> bool:
	carried = books.made.carried
	return all(
		row.qty
		<= carried.done[row.name].qty
		+ carried.returned[row.name]
		+ max(books.back.get(row.name, NOTHING) - carried.returned[row.name], NOTHING)
		for row in books.made.sold
	)


def check(books: Books, *, is_billed: bool) -> None:
	assert due_of(books.order) == charged(books.order)
	if is_billed and books.documents:
		assert books.total == charged(books.order)


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in KINDS.items()])
def test_the_books_come_to_what_medusa_charges(steps, currency: str):
	for seed in range(150):
		journey(seed, currency, steps)


def test_an_order_and_its_exchanges_add_up():
	"""The new goods of an exchange are a part of their own; what comes back is rounded with all parts."""
	for seed in range(100):
		random = Random(seed)
		order = replace(random_order(random, random.choice(CURRENCIES)), credit=NOTHING)
		new = tuple(replace(line, id=f"new_{line.id}") for line in random_order(random, order.currency).lines)
		exchange = Exchange("exc_1", "1", tuple(line.id for line in new), order.created_at)
		order = replace(order, lines=(*order.lines, *new), exchanges=(exchange,))
		came_back = replace(order.lines[0], received_quantity=Decimal(1))
		pieces = (LineQuantity(came_back.id, Decimal(1)),)
		returns = (Return("return_1", "received", pieces, pieces),)
		after = replace(order, lines=(came_back, *order.lines[1:]), returns=returns)
		first, (part,) = order_parts.first_of(after), order_parts.parts_of(after)
		kept = {came_back.id: (came_back.quantity - 1) / came_back.quantity}
		digits = decimals_of(order.currency)
		totals = (
			unrounded_of(first, [part]).total(kept, (), digits),
			unrounded_of(part).total({}, (), digits),
		)
		assert totals[1] == plan_of(part).grand
		assert sum(totals) == due_of(after) == charged(after)
