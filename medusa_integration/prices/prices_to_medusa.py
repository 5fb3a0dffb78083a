"""Item Prices → Medusa's price lists, whose layout is the dialects' concern.

All prices of a Website Item are sent together, so an outbox row is about the item, not about an Item Price.
The Website Item's `medusa_prices` keeps the state that a dialect needs for the next sending.

Source: docs/reference.md, "Prices".
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration import settings, sold_units
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.plain_text import as_typed
from medusa_integration.prices import price_state
from medusa_integration.prices.item_prices import amounts, by_currency, item_prices, moments
from medusa_integration.prices.price_state import PriceStore
from medusa_integration.sold_units import SoldUnit
from medusa_integration.stock.stock_to_medusa import STOCK

DOCTYPE = "Website Item"
# In the field `medusa_hash` of a product that was linked or imported: nothing is sent until a user sends it.
WAITS = "linked"
WATCHED_FIELDS = (
	"item_code", "price_list", "customer", "currency", "price_list_rate", "valid_from", "valid_upto", "uom", "batch_no",
	"supplier", "packing_unit",
)  # fmt: skip
READ_FIELDS = (
	"name", "web_item_name", "item_code", "medusa_id", "medusa_variant_id", "medusa_prices",
	"medusa_synced_on",
)  # fmt: skip


class PriceKind(Kind):
	"""The kind of price lists' rows, about Website Items."""

	name = "Price"
	doctype = DOCTYPE
	overlaps = True  # a new product's prices are queued again when it is settled
	ids = {"Item Price": ("medusa_id", "medusa_price_id")}
	shared_ids = {"Item Price": ("medusa_id",)}
	state = {DOCTYPE: ("medusa_prices",), "Item": (sold_units.FIELD,)}
	state_field = "medusa_prices"
	product: Kind  # the kind of the items' products, which are sent first; set where that is defined

	def unsettled(self, name: str, kept: str | None) -> str:
		"""As in Kind. An unreadable state stays, because `prepare` has to know that there was one."""
		known = price_state.read(name, kept)
		return price_state.dumped({**known, "unsure": True}) if known else kept or ""

	def prepare(self, run: Run, rows: list[Row]) -> "PriceTask":
		price_list = settings.current().price_list
		# A product that this app has never sent is sent first, but for one that waits for its first sending by a user.
		items = {item.name: item for item in _in_shop([row.reference_name for row in rows])}
		prices = item_prices(price_list, {item.item_code for item in items.values()})
		of_items = (price for of_item in prices.values() for price in of_item)
		wanted = {price.currency.upper() for price in of_items if price.is_for_one}
		again = any(row.again or _is_new(items.get(row.reference_name)) for row in rows)
		sold_in = _sold_in(run.medusa, wanted, again)
		task = PriceTask(price_list)
		currency = frappe.db.get_value("Price List", price_list, "currency") or ""
		units = sold_units.following(item.item_code for item in items.values())
		others = [row.reference_name for row in rows if row.reference_name not in items]
		filters = {"name": ("in", others or [""])}
		found = frappe.get_all(DOCTYPE, filters, ["name", "medusa_id", "medusa_hash"], order_by=None)
		there = {item.name: bool(item.medusa_id) and item.medusa_hash != WAITS for item in found}
		for row in rows:
			item = items.get(row.reference_name)
			if item:
				unit = units.get(item.item_code)
				task.add(_PricedItem(row, item, prices[item.item_code], currency, sold_in, run.medusa, unit))
			elif row.reference_name not in there:
				task.gone.append(row)
			else:
				# Sending its product queues the prices. A product that isn't in the shop is sent once it belongs there.
				then = [Intent(self.product, row.reference_name)] if there[row.reference_name] else []
				task.settled.append(Result.done(row, then=then))
		return task


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


def _is_new(item: frappe._dict | None) -> bool:
	"""Whether an item's prices are sent for the first time, or again on request."""
	return bool(item) and (not item.medusa_prices or '"unsure"' in item.medusa_prices)


class PriceTask(Task):
	"""The prices of Website Items, and price rows that late calls made for deleted ones."""

	def __init__(self, price_list: str) -> None:
		super().__init__()
		self.price_list = price_list
		self.items: list[_PricedItem] = []
		self.gone: list[Row] = []  # of deleted Website Items

	@property
	def rows(self) -> list[Row]:
		return [*(item.row for item in self.items), *self.gone]

	def add(self, item: "_PricedItem") -> None:
		self.items.append(item)
		self.vouchers.append((DOCTYPE, item.row.reference_name))

	def send(self, medusa: Dialect, database: Database) -> Mapping[str, Any]:
		keeper = PriceStore(database, medusa, _queue)
		if self.gone:
			medusa.remove_ownerless_prices(self.price_list, keeper)
		payloads = [item.payload for item in self.items]
		return medusa.write_prices(self.price_list, payloads, keeper) if payloads else {}

	def conclude(self, reply: Mapping[str, Any]) -> list[Result]:
		there = _existing(item.name for item in self.items)
		results = [Result.done(row) for row in self.gone]
		sold = sold_units.priced({item.code: item.unit for item in self.items if item.unit}, now_datetime())
		for item in self.items:
			if item.name in there:
				results.append(item.result(reply[item.name], sold.get(item.code)))
			else:
				results.append(Result.retry(item.row, _("It was deleted meanwhile."), counts=False))
		return results


class _PricedItem:
	"""One Website Item: the prices that it should have in Medusa, and the result of sending them.

	:param unit: that the shop sells from these prices on; None: as before
	"""

	def __init__(
		self,
		row: Row,
		item: frappe._dict,
		prices: list,
		currency: str,
		sold_in: set[str],
		medusa: Dialect,
		unit: SoldUnit | None,
	) -> None:
		self.row = row
		self.name, self.code, self.unit = item.name, item.item_code, unit
		self.prices = prices
		self.currency = currency  # of the price list
		self.problems: list[str] = []
		self.wanted: list[dict] = []
		for currency, of_currency in by_currency([price for price in prices if price.is_for_one]):
			if currency.upper() in sold_in:
				self._want(currency, of_currency)
			else:
				self._refuse(currency)
		self.payload = self._payload(item, medusa)

	def _refuse(self, currency: str) -> None:
		words = _("The shop doesn't sell in {0}: add the currency in Medusa's store settings, then retry.")
		self.problems.append(words.format(currency))

	def _want(self, currency: str, prices: list[frappe._dict]) -> None:
		for window, price, value in amounts(prices):
			if value < 0:
				words = _(
					"Item Price {0} is negative. Change its rate or delete it, and its product is sent again."
				)
				self.problems.append(words.format(price.name))
			if value <= 0:
				continue  # A price of 0 counts as none: the shop would give the item away.
			self.wanted.append(
				{
					"item_price": price.name,
					"start": window.start,
					"end": window.end,
					**moments(window.start, window.end),
					"currency": currency,
					"amount": value,
				}
			)

	def _payload(self, item: frappe._dict, medusa: Dialect) -> dict:
		"""As Dialect.write_prices takes it."""
		known = price_state.read(item.name, item.medusa_prices)
		if not known and (rows := self._rows_in_medusa()):
			# The state can't be read, or the predecessor sent the prices. Their rows are found by the Item Prices' ids; else they
			# would stay beside new ones.
			known = medusa.with_strays({}, rows)
		return {
			"external_id": item.name,
			"title": as_typed(item.web_item_name) or item.item_code,
			"product_id": item.medusa_id,
			"variant_id": item.medusa_variant_id,
			"currency": self.currency.lower(),
			"known": {**known, "unsure": True} if known and self.row.again else known,
			"is_last_word": not self.row.unsure,
			"prices": self.wanted,
		}

	def _rows_in_medusa(self) -> list[str]:
		"""As Dialect.with_strays takes them."""
		own = [price for price in self.prices if not price.of_template]
		prices = [price for price in own if price.medusa_id and price.medusa_price_id]
		return [f"{price.medusa_id}/{price.medusa_price_id}" for price in prices]

	def result(self, written: dict | MedusaError | None, sold: str | None) -> Result:
		"""
		:param sold: the Item's field with the unit of these prices; None where that stays
		"""
		if isinstance(written, MedusaError):
			return Result.failed(self.row, written)
		result = self._settled(written)
		if sold:
			result.writes.append(Write("Item", self.code, {sold_units.FIELD: sold}))
			result.then.append(Intent(STOCK, self.name))
		return result

	def _settled(self, written: dict | None) -> Result:
		if not written:
			return Result.done(self.row)
		writes = [Write(DOCTYPE, self.name, {"medusa_prices": price_state.dumped(written["known"])})]
		writes += self._ids(written["ids"])
		if self.problems:
			return Result.parked(self.row, " ".join(dict.fromkeys(self.problems)), writes=writes)
		return Result.done(self.row, writes)

	def _ids(self, written: list[tuple[str, str]]) -> list[Write]:
		"""Writes of the Item Prices' ids in Medusa, where they have changed."""
		ids: dict[str, dict] = {}
		for price, (list_id, row_id) in zip(self.wanted, written, strict=True):
			ids.setdefault(price["item_price"], {"medusa_id": list_id, "medusa_price_id": row_id})
		writes = []
		for price in (price for price in self.prices if not price.of_template):
			now = ids.get(price.name, {"medusa_id": None, "medusa_price_id": None})
			before = {field: price[field] or None for field in now}
			if before != now:
				writes.append(Write("Item Price", price.name, now))
		return writes


# --- document events


def create_medusa_price_list(doc, method: str | None = None) -> None:
	"""Item Price, validate: queue the prices of its Website Item where the Item Price changed and is, or was,
	one of the shop's price list, without a customer.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_value_changed(field) for field in WATCHED_FIELDS):
		return
	_queue_items({price.item_code for price in (doc, before) if price and _is_shop_price(price)})


def delete_medusa_price(doc, method: str | None = None) -> None:
	"""Item Price, on_trash: queue the prices of its Website Item where the Item Price is one of the shop's
	price list, without a customer.

	Source: docs/reference.md, "Document events".
	"""
	if _is_shop_price(doc):
		_queue_items({doc.item_code})


def _is_shop_price(price) -> bool:
	return price.price_list == settings.current().price_list and not price.customer


def _queue_items(item_codes: set[str]) -> None:
	if not item_codes or not settings.enabled():
		return
	variants = frappe.get_all("Item", {"variant_of": ("in", list(item_codes))}, pluck="name", order_by=None)
	names = frappe.get_all(
		DOCTYPE,
		filters={"item_code": ("in", [*item_codes, *variants])},
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)
	_queue(names)


def _queue(names: list[str]) -> None:
	outbox.add_many((PRICE, name) for name in names)


# --- prices that Medusa should have


def wanted(names: list[str], currencies: set[str]) -> Iterator[tuple[frappe._dict, dict]]:
	"""The prices that Medusa should have of Website Items that have a variant there.

	:param names: of Website Items
	:param currencies: that the shop sells in, upper case
	:returns: pairs of a Website Item and `{((first day, last day), currency in lower case): amount}`
	"""
	items = _in_shop(names)
	of_code = item_prices(settings.current().price_list, {item.item_code for item in items})
	for item in items:
		found = {}
		of_item = [price for price in of_code[item.item_code] if price.is_for_one]
		for currency, of_currency in by_currency(of_item):
			for window, _price, value in amounts(of_currency) if currency.upper() in currencies else ():
				found[(window.start, window.end), currency.lower()] = value
		yield item, {key: value for key, value in found.items() if value > 0}


def _existing(names: Iterable[str]) -> set[str]:
	names = list(names)
	return set(frappe.get_all(DOCTYPE, {"name": ("in", names)}, pluck="name", order_by=None) if names else ())


def _in_shop(names: list[str]) -> list[frappe._dict]:
	items = frappe.get_all(DOCTYPE, {"name": ("in", names or [""])}, list(READ_FIELDS), order_by="name")
	return [item for item in items if item.medusa_variant_id and item.medusa_synced_on]
