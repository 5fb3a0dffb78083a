"""The prices that ERPNext asks for items, in Medusa's terms: for each audience, currency, span of days and quantity.

Medusa doesn't know ERPNext's order of price lists and Pricing Rules: of all prices that hold it takes the lowest, and those for a
customer group before all others. So what is sent are the results, and a group's prices are complete.

Source: docs/reference.md, "Several price lists".
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from medusa_integration import settings, sold_units
from medusa_integration.medusa.price_operations import OVERRIDE, SALE
from medusa_integration.money import decimals_of
from medusa_integration.prices import price_table
from medusa_integration.prices.item_prices import (
	Window,
	amount,
	amounts,
	by_currency,
	holds_for,
	is_converted,
	item_prices,
	rate_in,
	valid_price,
)
from medusa_integration.prices.price_table import EVERYONE, Audience, ShopPrices
from medusa_integration.prices.pricing_rules import Buyer, RulesOfItem, Sold, groups_above

ONE_DAY = timedelta(days=1)


class Step(NamedTuple):
	"""The price of one unit from a quantity to another one, both included; None: no limit."""

	first: int | None
	last: int | None
	regular: float
	final: float


class Offer(NamedTuple):
	"""A row of a price list in Medusa.

	:param item_price: that it comes from; "" where that isn't one alone
	"""

	audience: Audience
	window: Window
	currency: str
	type: str
	first: int | None
	last: int | None
	amount: float
	item_price: str


class Offers(NamedTuple):
	"""An item's offers.

	:param problems: with its prices, each with the step to take
	:param own: its own Item Prices, without those of its template
	"""

	offers: list[Offer]
	problems: list[str]
	own: list[frappe._dict]

	@property
	def audiences(self) -> set[Audience]:
		return {offer.audience for offer in self.offers} - {EVERYONE}


class _Span(NamedTuple):
	start: date
	end: date | None
	steps: tuple[Step, ...]
	item_price: str


def offers_of(codes: Iterable[str]) -> dict[str, Offers]:
	"""`{item code: its offers}` from today on, in a constant number of queries. Where the table *Prices in the shop* is empty they
	are those of the configuration's one price list.
	"""
	codes = set(codes)
	return _by_table(codes, ShopPrices()) if price_table.is_used() else _of_one_list(codes)


def _of_one_list(codes: set[str]) -> dict[str, Offers]:
	prices = item_prices(settings.current().price_list, codes)
	found = {}
	for code in codes:
		rows, problems = prices[code], []
		made: list[Offer] = []
		for currency, of_currency in by_currency([row for row in rows if row.is_for_one]):
			for window, price, value in amounts(of_currency):
				if value < 0 or math.isnan(value):
					problems.append(_unusable(price.name, value))
				if value > 0:  # A price of 0 counts as none: the shop would give the item away.
					made.append(Offer(EVERYONE, window, currency, OVERRIDE, None, None, value, price.name))
		found[code] = Offers(made, problems, [row for row in rows if not row.of_template])
	return found


def _unusable(item_price: str, rate: float) -> str:
	if math.isfinite(rate):
		words = _("Item Price {0} is negative. Change its rate or delete it, and its product is sent again.")
	else:
		words = _(
			"The rate of Item Price {0} is no number. Change its rate or delete it, and its product is sent again."
		)
	return words.format(item_price)


def _by_table(codes: set[str], shop: ShopPrices) -> dict[str, Offers]:
	items = _items(codes)
	prices = _prices(items)
	owners = {row.customer for rows in prices.values() for row in rows if row.customer}
	audiences = shop.audiences(owners)
	found = {}
	for code, of_item in _of_items(items, prices, shop):
		offers = of_item.offers(audiences)
		found[code] = Offers(offers, list(dict.fromkeys(of_item.problems)), list(prices[code]))
	return found


def asked_today(
	codes: Iterable[str], customer: str = "", currency: str = ""
) -> dict[str, tuple[float, float]]:
	"""`{item code: (everyone's price before discounts, the price that the shop asks the customer)}` of one piece today, by the table
	*Prices in the shop*, in a constant number of queries; (0, 0) of an item without a price.

	:param customer: a Customer's name; "" for a guest
	:param currency: "": that of the configuration's price list
	"""
	shop, items = ShopPrices(), _items(codes)
	prices = _prices(items)
	buyers = price_table.buyers([customer]) if customer else []
	own = (
		{code for code, rows in prices.items() if any(row.customer == customer for row in rows)}
		if buyers
		else set()
	)
	currency, found = currency or shop.currencies.get(shop.standard, ""), {}
	for code, of_item in _of_items(items, prices, shop):
		regular, final = of_item.asked(EVERYONE, currency)
		if buyers:
			_regular, final = of_item.asked(shop.audience_of(buyers[0], code in own), currency)
		found[code] = (regular, final)
	return found


def _of_items(
	items: dict[str, frappe._dict], prices: dict[str, list[frappe._dict]], shop: ShopPrices
) -> Iterator[tuple[str, "_OfItem"]]:
	groups = groups_above(item.item_group for item in items.values())
	for code, item in items.items():
		unit = sold_units.announced(item[sold_units.FIELD], item.stock_uom)
		above = groups.get(item.item_group, frozenset())
		sold = Sold(code, item.variant_of or "", item.brand or "", above, unit.uom, float(unit.size))
		own = () if item.has_variants else prices[code]
		of_template = prices[item.variant_of] if item.variant_of else ()
		rows = [_fact(row, code, item, unit) for row in (*own, *of_template)]
		yield code, _OfItem(sold, rows, shop, shop.rules.about(sold))


def _items(codes: Iterable[str]) -> dict[str, frappe._dict]:
	fields = ["name", "stock_uom", "variant_of", "has_variants", "item_group", "brand", sold_units.FIELD]
	rows = frappe.get_all("Item", {"name": ("in", [*codes, ""])}, fields, order_by=None)
	return {item.name: item for item in rows}


def _prices(items: dict[str, frappe._dict]) -> dict[str, list[frappe._dict]]:
	"""`{item code: its Item Prices of all the shop's price lists}`, of the shop's customers too."""
	codes = {*items, *(item.variant_of for item in items.values() if item.variant_of)}
	filters = {
		"price_list": ("in", [*price_table.price_lists()]),
		"selling": 1,
		"item_code": ("in", [*codes, ""]),
		"supplier": ("is", "not set"),
		"batch_no": ("is", "not set"),
	}
	fields = [
		"name", "creation", "item_code", "price_list", "currency", "price_list_rate", "uom", "packing_unit",
		"valid_from", "valid_upto", "customer", "medusa_id", "medusa_price_id",
	]  # fmt: skip
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for row in frappe.get_all("Item Price", filters, fields, order_by="item_code, name"):
		found[row.item_code].append(row)
	return found


def _fact(row: frappe._dict, code: str, item: frappe._dict, unit: sold_units.SoldUnit) -> frappe._dict:
	converted = not row.customer and is_converted(row, unit.uom, item.stock_uom)
	return frappe._dict(
		row,
		of_template=row.item_code != code,
		is_converted=converted,
		is_for_one=converted or holds_for(row, unit.uom),
		rate=float(rate_in(row, unit)),
	)


class _OfItem:
	"""The offers of one item."""

	def __init__(self, sold: Sold, rows: list[frappe._dict], shop: ShopPrices, rules: RulesOfItem) -> None:
		self.sold, self.shop, self.rules = sold, shop, rules
		self.problems: list[str] = []
		self.rows: dict[str, list[frappe._dict]] = defaultdict(list)  # by price list
		for row in rows:
			if row.is_for_one and shop.currencies.get(row.price_list) == row.currency:
				self.rows[row.price_list].append(row)

	def offers(self, audiences: list[Audience]) -> list[Offer]:
		found: list[Offer] = []
		for currency in sorted({*self.shop.currencies.values()}):
			everyones = self._spans(EVERYONE, currency)
			found += self._of(EVERYONE, currency, everyones)
			usual = [(span.start, span.end, span.steps) for span in everyones]
			for audience in audiences:
				spans = self._spans(audience, currency)
				if [(span.start, span.end, span.steps) for span in spans] != usual:
					found += self._of(audience, currency, spans)
		return found

	def asked(self, audience: Audience, currency: str) -> tuple[float, float]:
		"""The price before discounts, and the price that is asked, of one piece today; (0, 0) without a price."""
		steps, _name = self._steps(audience, currency, getdate())
		of_one = [step for step in steps if (step.first or 1) <= 1]
		return (of_one[0].regular, of_one[0].final) if of_one else (0.0, 0.0)

	def _of(self, audience: Audience, currency: str, spans: list[_Span]) -> Iterable[Offer]:
		for span in spans:
			window = Window(self._start(span), span.end)
			for type, steps in ((OVERRIDE, _merged(span.steps)), (SALE, _lowered(span.steps))):
				for step in steps:
					name = span.item_price if audience == EVERYONE and type == OVERRIDE else ""
					asked = step.regular if type == OVERRIDE else step.final
					yield Offer(audience, window, currency, type, step.first, step.last, asked, name)

	def _start(self, span: _Span) -> date | None:
		"""A span in force keeps a start only where it has an end: otherwise each day on which something was entered would need a
		price list of its own in Medusa."""
		if span.start > getdate():
			return span.start
		return max((day for day in self.days if day <= span.start), default=None) if span.end else None

	@property
	def days(self) -> set[date]:
		"""The days on which a price may change."""
		rows = [row for of_list in self.rows.values() for row in of_list]
		found = {getdate(row.valid_from) for row in rows if row.valid_from}
		found |= {getdate(row.valid_upto) + ONE_DAY for row in rows if row.valid_upto}
		found |= {row.start for row in self.shop.rows if row.start > price_table.NEVER}
		return found | self.rules.days

	def _spans(self, audience: Audience, currency: str) -> list[_Span]:
		"""From today on, without a gap but where there is no price."""
		today = getdate()
		days = sorted({today, *(day for day in self.days if day > today)})
		found: list[_Span] = []
		for day, following in zip(days, [*days[1:], None], strict=True):
			steps, name = self._steps(audience, currency, day)
			end = following - ONE_DAY if following else None
			last = found[-1] if found else None
			if last and last.end == day - ONE_DAY and (last.steps, last.item_price) == (steps, name):
				found[-1] = last._replace(end=end)
			elif steps:
				found.append(_Span(day, end, steps, name))
		return found

	def _steps(self, audience: Audience, currency: str, day: date) -> tuple[tuple[Step, ...], str]:
		lists = self.shop.lists_for(audience, currency, day)
		if not lists:
			return (), ""
		price = next(filter(None, (self._price(name, audience.customer, day) for name in lists)), None)
		sales = (
			self._price(name, audience.customer, day) for name in self.shop.sales_for(audience, currency, day)
		)
		lowest = min((sale.rate for sale in sales if sale and 0 < sale.rate < math.inf), default=None)
		groups = frozenset(self.shop.groups_of(audience))
		buyer = Buyer(audience.customer, groups, lists[0], currency, day)
		is_usable = bool(price) and 0 <= price.rate < math.inf
		base = price.rate if is_usable else 0.0
		if price and not is_usable:
			self.problems.append(_unusable(price.name, price.rate))
		starts = self.rules.steps(buyer, base) if self.rules else [1]
		steps: list[Step] = []
		for first, after in zip(starts, [*starts[1:], None], strict=True):
			step = self._step(buyer, base, first, lowest)._replace(last=after - 1 if after else None)
			if steps and steps[-1][2:] == step[2:]:
				steps[-1] = steps[-1]._replace(last=step.last)
			else:
				steps.append(step)
		if len(steps) == 1:
			steps = [steps[0]._replace(first=None, last=None)]
		return tuple(step for step in steps if step.final > 0), price.name if price else ""

	def _step(self, buyer: Buyer, base: float, quantity: int, sale: float | None) -> Step:
		digits = decimals_of(buyer.currency)
		regular, final = base, base
		if self.rules:
			charge = self.rules.charge(buyer, base, quantity)
			regular, final = charge.regular, charge.final
			if charge.clash:
				words = _(
					"ERPNext can't choose between the Pricing Rules {0}: set a Priority in them. Until then the shop asks the price without them."
				)
				self.problems.append(words.format(", ".join(sorted(set(charge.clash)))))
		if sale is not None and (sale < final or not base):
			regular, final = max(regular, sale), sale
		rounded = {rate: amount(rate, buyer.currency) for rate in (base, sale) if rate is not None}
		return Step(quantity, None, *(rounded.get(rate, flt(rate, digits)) for rate in (regular, final)))

	def _price(self, price_list: str, customer: str, day: date) -> frappe._dict | None:
		"""ERPNext's: the customer's before everybody's, but the item's own before its template's."""
		for of_template in (False, True):
			rows = [row for row in self.rows[price_list] if row.of_template == of_template]
			own = valid_price([row for row in rows if customer and row.customer == customer], day)
			found = own or valid_price([row for row in rows if not row.customer], day)
			if found:
				return found
		return None


def _merged(steps: tuple[Step, ...]) -> list[Step]:
	"""The steps of the prices before discounts."""
	found: list[Step] = []
	for step in steps:
		last = found[-1] if found else None
		if last and last.regular == step.regular and cint(last.last) + 1 == cint(step.first):
			found[-1] = last._replace(last=step.last)
		else:
			found.append(step)
	if len(found) == 1 and found[0].first == 1 and found[0].last is None:
		found = [found[0]._replace(first=None)]
	return found


def _lowered(steps: tuple[Step, ...]) -> list[Step]:
	return [step for step in steps if step.final < step.regular]
