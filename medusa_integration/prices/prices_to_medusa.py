"""Item Prices → Medusa's price lists, whose layout is the dialects' concern.

All prices of a Website Item are sent together, so an outbox row is about the item, not about an Item Price.
The Website Item's `medusa_prices` keeps the state that a dialect needs for the next sending.

Source: docs/reference.md, "Prices".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration import settings, sold_units, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.prices import in_shop, price_state
from medusa_integration.prices.item_prices import amounts, by_currency, item_prices
from medusa_integration.prices.price_state import PriceStore
from medusa_integration.prices.priced_item import PricedItem, summed_up

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
		codes = {item.item_code for of_one in items.values() for item in of_one}
		prices = item_prices(price_list, codes)
		of_items = (price for of_item in prices.values() for price in of_item)
		wanted = {price.currency.upper() for price in of_items if price.is_for_one}
		again = any(row.again or any(map(_is_new, items[row.reference_name])) for row in rows)
		sold_in = _sold_in(run.medusa, wanted, again)
		task = PriceTask(price_list)
		currency = frappe.db.get_value("Price List", price_list, "currency") or ""
		units = sold_units.following(codes)
		others = _Others([name for name in names if not items[name]], self.product)
		for row in rows:
			of_row = [
				PricedItem(
					row,
					item,
					prices[item.item_code],
					currency,
					sold_in,
					run.medusa,
					units.get(item.item_code),
				)
				for item in items[row.reference_name]
			]
			if of_row:
				task.add(row, of_row)
			elif row.reference_name not in others.there:
				task.gone.append(row)
			else:
				task.settled.append(others.result(row))
		return task


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


def wanted(names: list[str], currencies: set[str]) -> Iterator[tuple[frappe._dict, dict]]:
	"""The prices that Medusa should have of what Website Items sell there.

	:param names: of Website Items
	:param currencies: that the shop sells in, upper case
	:returns: pairs of an Item of `in_shop` and `{((first day, last day), currency in lower case): amount}`
	"""
	items = in_shop.in_shop(names)
	of_code = item_prices(settings.current().price_list, {item.item_code for item in items})
	for item in items:
		found = {}
		of_item = [price for price in of_code[item.item_code] if price.is_for_one]
		for currency, of_currency in by_currency(of_item):
			for window, _price, value in amounts(of_currency) if currency.upper() in currencies else ():
				found[(window.start, window.end), currency.lower()] = value
		yield item, {key: value for key, value in found.items() if value > 0}
