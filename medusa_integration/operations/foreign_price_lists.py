"""Price lists in Medusa that the app didn't make and whose prices are asked instead of ERPNext's. The app only reads them.

Medusa asks the lowest price of all lists that hold for everybody, and before these the prices of a list for a group of
customers or a region, lower or not.

Source: docs/reference.md, "Prices".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from medusa_integration import settings
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.money import decimal, decimals_of, half_up
from medusa_integration.prices import in_shop, prices_to_medusa

OK, WARNING = "ok", "warning"  # as in connection.py
PAGES = 20  # of prices that Test Connection reads: a user waits
SHOWN = 5  # lists in its line


@dataclass
class Effect:
	"""The products whose prices a price list replaces, or will replace.

	:param items: Website Items, and item codes of variants that their product sells
	:param example: one of the prices, in words
	:param restricted: whether it replaces them for some customers or regions only
	"""

	list: ForeignList
	items: set[str] = field(default_factory=set)
	example: str = ""
	restricted: bool = True

	@property
	def is_for_all(self) -> bool:
		"""Whether everybody is asked these prices now."""
		return self.list.is_in_force and not self.restricted

	def add(self, item: str, ours: float | None, price: ForeignPrice, restricted: bool) -> None:
		if not self.example or (self.restricted and not restricted):
			self.example = _example(item, ours, price)
		self.items.add(item)
		self.restricted = self.restricted and restricted

	def words(self) -> str:
		"""The list's line, without its title."""
		count, idle = len(self.items), _idle(self.list)
		if self.restricted:
			words = _("For some customers or regions, other prices than ERPNext's for {0} products: {1}.")
		elif idle:
			words = _("Lower prices than ERPNext's for {0} products: {1}.")
		else:
			words = _("The shop asks less than ERPNext for {0} products: {1}.")
		text = words.format(count, self.example)
		return f"{idle} {text}" if idle else text


def effects(
	medusa: Dialect,
	*,
	in_force: bool = False,
	pages: int | None = None,
	after_page: Callable[[], object] = lambda: None,
) -> list[Effect]:
	"""The price lists that replace prices of ERPNext's, those that do it for everybody first. A constant number of calls and
	queries for each page of a list's prices.

	:param in_force: leave out the lists that Medusa ignores today: drafts, future and past ones
	:param pages: of prices to read at most
	:param after_page: called after each page
	:raises MedusaError: where Medusa can't be asked
	"""
	price_list = settings.current().price_list
	own = (frappe.db.get_value("Price List", price_list, "currency") or "").lower()
	found: dict[str, Effect] = {}
	for each, prices in islice(medusa.foreign_prices(price_list, in_force=in_force), pages):
		effect = found.setdefault(each.id, Effect(each))
		_compare(effect, prices, own, medusa.currencies)
		after_page()
	rank = sorted(found.values(), key=lambda each: (not each.is_for_all, not each.list.is_in_force))
	return [effect for effect in rank if effect.items]


def _compare(effect: Effect, prices: list[ForeignPrice], own: str, currencies: set[str]) -> None:
	names = in_shop.pages_of(price.variant_id for price in prices)
	today, asked, name_of = getdate(), {}, {}
	for item, wanted in prices_to_medusa.wanted(names, currencies):
		label = item.item_code if in_shop.is_variant(item) else item.name
		name_of[item.medusa_variant_id] = label
		for place, amount in wanted.items():
			if place.is_usual and (not place.window[0] or place.window[0] <= today):
				asked[label, place.currency] = amount
	for price in prices:
		name = name_of.get(price.variant_id)
		ours = asked.get((name, price.currency))
		restricted = effect.list.restricted or price.restricted
		if not name or (ours is None and price.currency != own):
			continue  # A currency that ERPNext has no prices in is the shop's own.
		if ours is None or price.amount < ours or (restricted and price.amount != ours):
			effect.add(name, ours, price, restricted)


def _example(item: str, ours: float | None, price: ForeignPrice) -> str:
	theirs = _money(price.amount, price.currency)
	if price.pieces > 1:
		theirs = _("{0} from {1} pieces on").format(theirs, price.pieces)
	if ours is None:
		return _("{0} for {1}, which has no price in ERPNext").format(theirs, item)
	return _("{0} instead of {1} for {2}").format(theirs, _money(ours, price.currency), item)


def _money(amount: float, currency: str) -> str:
	return f"{half_up(decimal(amount), decimals_of(currency))} {currency.upper()}"


def _idle(each: ForeignList) -> str:
	"""Why Medusa ignores a list today; "" where it doesn't."""
	if each.is_draft:
		return _("Not in force (a draft).")
	if each.is_over:
		return _("Not in force (ended on {0}).").format(formatdate(each.ends_at))
	return _("Not in force (from {0} on).").format(formatdate(each.starts_at)) if each.is_upcoming else ""


def line(medusa: Dialect) -> tuple[str, str]:
	"""Status and message of Test Connection.

	:raises MedusaError: where Medusa doesn't answer
	"""
	found = effects(medusa, in_force=True, pages=PAGES)
	texts = [f"{each.list.title}: {each.words()}" for each in found[:SHOWN]]
	if len(found) > SHOWN:
		texts.append(_("And {0} more price lists.").format(len(found) - SHOWN))
	if any(each.is_for_all for each in found):
		return WARNING, " ".join([*texts, advice()])
	if texts:
		return OK, " ".join(texts)
	words = _("No other price list in Medusa has lower prices than the Price List {0}.")
	return OK, words.format(settings.current().price_list)


def advice() -> str:
	return _(
		"To sell at ERPNext's prices, delete these price lists or their prices in Medusa's admin, under Price Lists. The app doesn't change price lists that it didn't make."
	)
