"""Item Prices → Medusa's price lists, whose layout is the dialects' concern.

All prices of a Website Item are sent together, so an outbox row is about the item, not about an Item Price.
The Website Item's `medusa_prices` keeps the state that a dialect needs for the next sending.

Source: docs/reference.md, "Prices".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration import settings, sold_units, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.medusa.price_operations import OVERRIDE
from medusa_integration.prices import customer_groups, in_shop, price_state
from medusa_integration.prices.offers import Offers, offers_of
from medusa_integration.prices.price_state import PriceStore
from medusa_integration.prices.price_table import EVERYONE, Audience
from medusa_integration.prices.priced_item import PricedItem, ShopFacts, summed_up

DOCTYPE = "Website Item"
# In the field `medusa_hash` of a product that was linked or imported: nothing is sent until a user sends it.
WAITS = "linked"


class PriceKind(Kind):
	"""The kind of price lists' rows, about Website Items."""

	name = "Price"
	doctype = DOCTYPE
	overlaps = True  # a new product's prices are queued again when it is settled
	ids = {"Item Price": ("medusa_id", "medusa_price_id")}
	shared_ids = {"Item Price": ("medusa_id",)}
	state = {DOCTYPE: ("medusa_prices",), "Item": (sold_units.FIELD, "medusa_prices")}
	state_field = "medusa_prices"
	product: Kind  # the kind of the items' products, which are sent first; set where that is defined

	def unsettled(self, name: str, kept: str | None) -> str:
		"""As in Kind. An unreadable state stays, because `prepare` has to know that there was one."""
		known = price_state.read(name, kept)
		return price_state.dumped({**known, "unsure": True}) if known else kept or ""

	def prepare(self, run: Run, rows: list[Row]) -> "PriceTask":
		price_list = settings.current().price_list
		names = [row.reference_name for row in rows]
		items = defaultdict(list)
		for item in in_shop.in_shop(names):
			items[item.name].append(item)
		found = offers_of({item.item_code for of_one in items.values() for item in of_one})
		groups = customer_groups.made(audience for each in found.values() for audience in each.audiences)
		again = any(row.again or any(map(_is_new, items[row.reference_name])) for row in rows)
		currencies = {offer.currency.upper() for each in found.values() for offer in each.offers}
		currency = frappe.db.get_value("Price List", price_list, "currency") or ""
		shop = ShopFacts(run.medusa, currency, _sold_in(run.medusa, currencies, again), groups)
		task = PriceTask(price_list)
		units = sold_units.following(found)
		others = _Others([name for name in names if not items[name]], self.product)
		for row in rows:
			of_row = [
				PricedItem(row, item, found[item.item_code], shop, units.get(item.item_code))
				for item in items[row.reference_name]
			]
			missing = _without_id(of_row, found, groups)
			if missing:
				task.settled.append(_waiting(run, row, missing))
			elif of_row:
				task.add(row, of_row)
			elif row.reference_name not in others.there:
				task.gone.append(row)
			else:
				task.settled.append(others.result(row))
		return task


def _without_id(
	of_row: list[PricedItem], found: dict[str, Offers], groups: dict[Audience, frappe._dict]
) -> list[frappe._dict]:
	"""The customer groups that aren't in Medusa yet."""
	audiences = {audience for item in of_row for audience in found[item.code].audiences}
	return [groups[audience] for audience in sorted(audiences) if not groups[audience].medusa_id]


def _waiting(run: Run, row: Row, groups: list[frappe._dict]) -> Result:
	"""Customer groups that prices are for are made first."""
	intents = [Intent(customer_groups.GROUP, group.name) for group in groups]
	if not all(map(run.has_waited_for, intents)):
		why = _("The customer group {0} is made first.").format(groups[0].title)
		return Result.waiting(row, why, then=intents)
	for intent, group in zip(intents, groups, strict=True):
		status, error = run.standing(intent)
		if status == "Parked":
			return Result.parked(
				row, _("The customer group {0} isn't accepted: {1}").format(group.title, error)
			)
	return Result.retry(
		row, _("The customer group {0} isn't made yet.").format(groups[0].title), counts=False
	)


class _Others:
	"""The Website Items that have nothing in the shop yet whose prices could be sent."""

	def __init__(self, names: list[str], product: Kind) -> None:
		self.product = product
		fields = ["name", "item_code", "medusa_id", "medusa_hash"]
		found = frappe.get_all(DOCTYPE, {"name": ("in", names or [""])}, fields, order_by=None)
		self.there = {item.name: item for item in found}
		self.products = sold_variants.products_of(item.item_code for item in found)
		self.templates = sold_variants.variants_of(self.there)

	def result(self, row: Row) -> Result:
		"""A product that this app has never sent is sent first, and that queues the prices; but for one that waits for its first
		sending by a user, and one that isn't in the shop. The prices of a template's variant go with the template's."""
		item = self.there[row.reference_name]
		product = self.products.get(item.item_code, item.name)
		if product != item.name:
			return Result.done(row, then=[Intent(PRICE, product)])
		is_sent = bool(item.medusa_id) and item.medusa_hash != WAITS
		if is_sent and not self.templates.get(item.name, True):
			return Result.done(row)  # a template without a variant for sale
		return Result.done(row, then=[Intent(self.product, item.name)] if is_sent else [])


PRICE = PriceKind()
customer_groups.GROUP.prices = PRICE


def _sold_in(medusa: Dialect, wanted: set[str], again: bool) -> set[str]:
	"""Currencies in which the shop sells, upper case: the remembered ones where they include all `wanted` ones.

	:param again: whether prices are sent for the first time or again on request. Then Medusa is asked, once in a drain: it
		takes prices in any currency, also in one that was removed from the store.
	"""
	asked = medusa.known.get("currencies")
	if not asked and (again or not wanted <= medusa.currencies):
		medusa.ask_again()
		medusa.known["currencies"] = True
	return medusa.currencies


def _is_new(item: frappe._dict) -> bool:
	"""Whether an item's prices are sent for the first time, or again on request."""
	return not item.medusa_prices or '"unsure"' in item.medusa_prices


class PriceTask(Task):
	"""The prices of Website Items, and price rows that late calls made for deleted ones."""

	def __init__(self, price_list: str) -> None:
		super().__init__()
		self.price_list = price_list
		self.items: list[tuple[Row, list[PricedItem]]] = []
		self.gone: list[Row] = []  # of deleted Website Items

	@property
	def rows(self) -> list[Row]:
		return [*(row for row, _of_row in self.items), *self.gone]

	def add(self, row: Row, of_row: list[PricedItem]) -> None:
		self.items.append((row, of_row))
		self.vouchers.append((DOCTYPE, row.reference_name))

	def send(self, medusa: Dialect, database: Database) -> Mapping[str, Any]:
		keeper = PriceStore(database, medusa, _queue)
		if self.gone:
			medusa.remove_ownerless_prices(self.price_list, keeper)
		payloads = [item.payload for _row, of_row in self.items for item in of_row]
		try:
			return medusa.write_prices(self.price_list, payloads, keeper) if payloads else {}
		except MedusaRejected:
			if len(self.items) > 1 or len(payloads) == 1:
				raise  # The drain sends the rows in halves.
			return self._one_by_one(medusa, keeper, payloads)

	def _one_by_one(self, medusa: Dialect, keeper: PriceStore, payloads: list[dict]) -> dict[str, Any]:
		"""The variants of one product, so that a refused one doesn't keep the others back."""
		reply: dict[str, Any] = {}
		for payload in payloads:
			try:
				reply.update(medusa.write_prices(self.price_list, [payload], keeper))
			except MedusaRejected as error:
				reply[payload["external_id"]] = error
		return reply

	def conclude(self, reply: Mapping[str, Any]) -> list[Result]:
		items = [item for _row, of_row in self.items for item in of_row]
		there = price_state.existing(item.key for item in items)
		results = [Result.done(row) for row in self.gone]
		sold = sold_units.priced({item.code: item.unit for item in items if item.unit}, now_datetime())
		for row, of_row in self.items:
			if all(item.key in there for item in of_row):
				settled = [(item, item.result(reply[item.key], sold.get(item.code))) for item in of_row]
				results.append(summed_up(row, settled))
			else:
				results.append(Result.retry(row, _("It was deleted meanwhile."), counts=False))
		return results


def _queue(names: list[str]) -> None:
	outbox.add_many((PRICE, name) for name in names)


# --- prices that Medusa should have


class Wanted(NamedTuple):
	"""The place of a price in Medusa.

	:param window: the first and the last day
	:param currency: in lower case
	:param group: the id of the customer group, "" for everybody
	:param type: of the price list
	"""

	window: tuple[date | None, date | None]
	currency: str
	group: str = ""
	type: str = OVERRIDE
	first: int | None = None
	last: int | None = None

	@property
	def is_usual(self) -> bool:
		"""Whether everybody is asked this price for one piece, but for sales."""
		return not self.group and self.type == OVERRIDE and (self.first or 1) <= 1


def wanted(names: list[str], currencies: set[str]) -> Iterator[tuple[frappe._dict, dict[Wanted, float]]]:
	"""The prices that Medusa should have of what Website Items sell there.

	:param names: of Website Items
	:param currencies: that the shop sells in, upper case
	:returns: pairs of an Item of `in_shop` and `{place: amount}`
	"""
	items = in_shop.in_shop(names)
	found = offers_of({item.item_code for item in items})
	groups = customer_groups.known({one for each in found.values() for one in each.audiences})
	for item in items:
		prices = {}
		for offer in found[item.item_code].offers:
			group = groups.get(offer.audience)
			if offer.currency.upper() not in currencies:
				continue
			id = group.medusa_id or "?" if group else "" if offer.audience == EVERYONE else "?"
			window, currency = (offer.window.start, offer.window.end), offer.currency.lower()
			prices[Wanted(window, currency, id, offer.type, offer.first, offer.last)] = offer.amount
		yield item, prices
