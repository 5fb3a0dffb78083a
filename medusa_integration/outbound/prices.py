"""Item Prices → Medusa's price lists. How they lie there is the dialects' business: see v2_prices.py, v1_prices.py.

What is sent is always all prices of a Website Item, so its outbox row stands for the item, not for an Item Price.
What a dialect needs to know of what it made is kept in the Website Item's `medusa_prices`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import frappe
from babel.numbers import get_currency_precision
from frappe import _
from frappe.utils import getdate

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue.plain_text import as_typed
from medusa_integration.delivery import kept, outbox, writes
from medusa_integration.delivery.outbox import Result
from medusa_integration.medusa import v1_prices, v2_prices
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.v2.dialect import MedusaV2

KIND = "Price"
DOCTYPE = "Website Item"
WATCHED_FIELDS = (
	"item_code", "price_list", "customer", "currency", "price_list_rate", "valid_from", "valid_upto", "uom", "batch_no",
)  # fmt: skip


# --- ERPNext's side: which change matters


def create_medusa_price_list(doc, method: str | None = None) -> None:
	"""Item Price, validate (contract section 2): note that the prices of its Website Item changed."""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_value_changed(field) for field in WATCHED_FIELDS):
		return
	_note_items({price.item_code for price in (doc, before) if price and _is_shop_price(price)})


def delete_medusa_price(doc, method: str | None = None) -> None:
	"""Item Price, on_trash: note that the prices of its Website Item changed."""
	if _is_shop_price(doc):
		_note_items({doc.item_code})


def _is_shop_price(price) -> bool:
	return price.price_list == shop.settings().price_list and not price.customer


def _note_items(item_codes: set[str]) -> None:
	if not item_codes or not shop.enabled():
		return
	items = frappe.get_all(
		DOCTYPE,
		filters={"item_code": ("in", list(item_codes))},
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
	)
	for name in items:
		outbox.add(KIND, DOCTYPE, name)


def resend(name: str) -> None:
	"""Note that all prices of a Website Item are to be sent, changed or not."""
	known = unsettled(name, frappe.db.get_value(DOCTYPE, name, "medusa_prices"))
	frappe.db.set_value(DOCTYPE, name, "medusa_prices", known, update_modified=False)
	outbox.add(KIND, DOCTYPE, name)


def unsettled(name: str, medusa_prices: str | None) -> str:
	"""What a Website Item keeps of its prices, so that they are sent again, changed or not, under the same ids. What
	can't be read stays: `push` has to know that there was something."""
	return readable_unsettled(name, medusa_prices) or medusa_prices or ""


def readable_unsettled(name: str, medusa_prices: str | None) -> str:
	"""The same, but "" of what can't be read."""
	known = state(name, medusa_prices)
	return _dumped({**known, "unsure": True} if known else {})


def state(name: str, medusa_prices: str | None) -> dict:
	"""What the dialect keeps of a Website Item's prices."""
	return kept.read(DOCTYPE, name, "medusa_prices", medusa_prices, is_state)


def is_state(known: dict) -> bool:
	"""Whether it has the shape that both dialects can go on from; each ignores the other's keys."""
	return v2_prices.is_state(known) and v1_prices.is_state(known)


# --- which price holds when


@dataclass(frozen=True)
class Window:
	"""From the first to the last day of validity; None: no limit."""

	start: date | None = None
	end: date | None = None


def windows(prices: list[frappe._dict], today: date) -> list[tuple[Window, frappe._dict]]:
	"""Which of an item's prices in one price list and currency holds when, from today on.

	As in ERPNext, of several valid ones the one that became valid last wins; Medusa would take the lowest, so each
	gets only the time in which it wins. A price in force has its start only where it has an end of its own, so that
	not every day on which somebody entered a price makes a price list.
	"""
	ranked = sorted(prices, key=_rank, reverse=True)
	starts = {getdate(p.valid_from) for p in prices if p.valid_from}
	ends = {getdate(p.valid_upto) + timedelta(days=1) for p in prices if p.valid_upto}
	days = sorted({today, *(day for day in starts | ends if day > today)})
	found: list[tuple[Window, frappe._dict]] = []
	for day, following in zip(days, [*days[1:], None], strict=True):
		winner = next((price for price in ranked if _holds(price, day)), None)
		if not winner:
			continue
		end = following - timedelta(days=1) if following else None
		if found and found[-1][1] is winner and found[-1][0].end == day - timedelta(days=1):
			found[-1] = (Window(found[-1][0].start, end), winner)
		else:
			found.append((Window(None if day == today else day, end), winner))
	if found and found[0][1].valid_from and found[0][1].valid_upto:
		window, winner = found[0]
		found[0] = (Window(min(getdate(winner.valid_from), window.start or today), window.end), winner)
	return found


def _rank(price: frappe._dict) -> tuple:
	return (
		getdate(price.valid_from) if price.valid_from else date.min,
		bool(price.uom),
		price.creation,
		price.name,
	)


def _holds(price: frappe._dict, day: date) -> bool:
	starts = not price.valid_from or getdate(price.valid_from) <= day
	return starts and (not price.valid_upto or day <= getdate(price.valid_upto))


def amount(rate: float, currency: str) -> float:
	"""`rate` in major units, rounded half up to the currency's own decimals (OMR 3, USD 2, JPY 0)."""
	unit = Decimal(1).scaleb(-get_currency_precision(currency))
	return float(Decimal(str(rate)).quantize(unit, ROUND_HALF_UP))


def wanted(names: list[str], currencies: set[str]) -> Iterator[tuple[frappe._dict, dict]]:
	"""What Medusa should have of Website Items' prices, for those that have a variant there.

	:param currencies: that the shop sells in, upper case
	:returns: pairs of a Website Item and `{((first day, last day), currency in lower case): amount}`
	"""
	items = [item for item in _website_items(names) if item.medusa_variant_id and item.medusa_synced_on]
	of_code = _item_prices(shop.settings().price_list, items)
	for item in items:
		amounts = {}
		for currency, of_currency in _by_currency(of_code[item.item_code]):
			for window, _price, value in _amounts(of_currency) if currency.upper() in currencies else ():
				amounts[(window.start, window.end), currency.lower()] = value
		yield item, {key: value for key, value in amounts.items() if value > 0}


def _by_currency(prices: list[frappe._dict]) -> Iterator[tuple[str, list[frappe._dict]]]:
	for currency in sorted({price.currency for price in prices}):
		yield currency, [price for price in prices if price.currency == currency]


def _amounts(prices: list[frappe._dict]) -> Iterator[tuple[Window, frappe._dict, float]]:
	"""Which of the prices, of one currency, holds when from today on, and what it asks for."""
	for window, price in windows(prices, getdate()):
		yield window, price, amount(price.price_list_rate, price.currency)


# --- Medusa's side: what is sent


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make the prices in Medusa agree with the Item Prices of the Website Items that the rows name.

	:raises MedusaError: on v2 for all rows together
	"""
	price_list = shop.settings().price_list
	names = [row.reference_name for row in rows]
	# a product that was only linked gets its prices once it is sent itself
	items = {
		item.name: item for item in _website_items(names) if item.medusa_variant_id and item.medusa_synced_on
	}
	prices = _item_prices(price_list, items.values())
	sold_in = _sold_in(medusa, {price.currency.upper() for of_item in prices.values() for price in of_item})
	work, results = [], []
	with request_log.about([(DOCTYPE, name) for name in names]):
		for row in rows:
			item = items.get(row.reference_name)
			if item:
				work.append(_Work(row, item, prices[item.item_code], sold_in))
			else:
				results.append(Result(row))  # its product's creation brings the prices along
		written = (
			medusa.write_prices(price_list, [each.as_sent(medusa) for each in work], Books(medusa))
			if work
			else {}
		)
	return results + [each.result(written[each.item.name]) for each in work]


def _sold_in(medusa: MedusaV2, wanted: set[str]) -> set[str]:
	"""Currencies in which the shop sells, upper case: those that it was selling in a while ago, if that is enough."""
	known = medusa.memory.recall("currencies") or set()
	if not wanted <= known:
		known = medusa.currencies
		medusa.memory.remember("currencies", known)
	return known


def forget(medusa: MedusaV2, known: list[dict]) -> None:
	"""Have price lists removed that have become empty because Website Items and their products are gone.

	:param known: those items' `medusa_prices`
	"""
	if known:
		medusa.forget_prices(shop.settings().price_list, known, Books(medusa))


class Books:
	"""What the dialects leave to ERPNext."""

	def __init__(self, medusa: MedusaV2) -> None:
		self.check_deadline = medusa.client.check_deadline

	def keep(self, known: dict[str, dict]) -> set[str]:
		"""Commit what Website Items will be called by in Medusa, before Medusa hears of it. Returns those that are there:
		for what was renamed or deleted since it was read there is nowhere to keep it, and its outbox row, if it needs
		one, has another name."""
		with self.alone():
			there = writes.lock(DOCTYPE, list(known))
			self.check_deadline()  # we may have waited for a save, and another worker have made ids of its own
			values = {name: {"medusa_prices": _dumped(known[name])} for name in there}
			writes.write(DOCTYPE, values)
			# committed at once: else a crash while sending would lose the ids, and a repetition double the rows
		return there

	@contextmanager
	def alone(self) -> Iterator[None]:
		"""One worker at a time, on all hosts."""
		frappe.db.commit()  # a new snapshot
		# a row that only migrations save: nobody waits for what is said to Medusa meanwhile
		frappe.db.get_value("DocType", outbox.DOCTYPE, "name", for_update=True)
		try:
			yield
		finally:
			frappe.db.commit()  # releases it

	def mentions(self, pattern: str) -> bool:
		"""Whether what is kept for any Website Item is LIKE `pattern`."""
		return bool(frappe.db.exists(DOCTYPE, {"medusa_prices": ("like", pattern)}))


class _Work:
	"""One Website Item: the prices it should have in Medusa, and what came of it."""

	def __init__(self, row, item, prices: list[frappe._dict], sold_in: set[str]) -> None:
		self.row = row
		self.item = item
		self.prices = prices
		self.problems: list[str] = []
		self.wanted: list[dict] = []
		for currency, of_currency in _by_currency(prices):
			if currency.upper() in sold_in:
				self._want(currency, of_currency)
			else:
				self._refuse(currency)

	def _refuse(self, currency: str) -> None:
		self.problems.append(
			_(
				"The shop doesn't sell in {0}: add the currency in Medusa's store settings, then retry."
			).format(currency)
		)

	def _want(self, currency: str, prices: list[frappe._dict]) -> None:
		for window, price, value in _amounts(prices):
			if value < 0:
				self.problems.append(_("Item Price {0} is negative.").format(price.name))
			if value <= 0:
				continue  # nothing is given away for want of a price
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

	def as_sent(self, medusa: MedusaV2) -> dict:
		"""As MedusaV2.write_prices takes it."""
		known = state(self.item.name, self.item.medusa_prices)
		if self.item.medusa_prices and not known:
			# the rows that it named would stay beside the new ones: the Item Prices know them too
			known = medusa.with_strays({}, self._rows_in_medusa())
		return {
			"external_id": self.item.name,
			"title": as_typed(self.item.web_item_name) or self.item.item_code,
			"product_id": self.item.medusa_id,
			"variant_id": self.item.medusa_variant_id,
			"known": {**known, "unsure": True} if known and self.row.again else known,
			"is_last_word": not self.row.unsure,
			"prices": self.wanted,
		}

	def _rows_in_medusa(self) -> list[str]:
		"""As MedusaV2.with_strays takes them."""
		prices = [price for price in self.prices if price.medusa_id and price.medusa_price_id]
		return [f"{price.medusa_id}/{price.medusa_price_id}" for price in prices]

	def result(self, written: dict | MedusaError | None) -> Result:
		if isinstance(written, MedusaError):
			return Result(self.row, error=written)
		if not written:
			return Result(self.row)
		changes = [(DOCTYPE, self.item.name, {"medusa_prices": _dumped(written["known"])})]
		ids: dict[str, dict] = {}
		for price, (list_id, row_id) in zip(self.wanted, written["ids"], strict=True):
			ids.setdefault(price["item_price"], {"medusa_id": list_id, "medusa_price_id": row_id})
		for price in self.prices:
			now = ids.get(price.name, {"medusa_id": None, "medusa_price_id": None})
			if (price.medusa_id or None, price.medusa_price_id or None) != (
				now["medusa_id"],
				now["medusa_price_id"],
			):
				changes.append(("Item Price", price.name, now))
		return Result(self.row, parked=" ".join(dict.fromkeys(self.problems)), writes=changes)


def _dumped(known: dict) -> str:
	return json.dumps(known) if known else ""


def moments(start: date | None, end: date | None) -> dict[str, str | None]:
	"""When a price list begins and ends that holds from the first to the last day, as Medusa takes it."""
	return {"starts_at": _moment(start, time.min), "ends_at": _moment(end, time(23, 59, 59, 999000))}


def _moment(day: date | None, at: time) -> str | None:
	"""A time of a day at the site, in ISO 8601 with its offset."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	return datetime.combine(day, at, zone).isoformat() if day else None


def _website_items(names: list[str]) -> list[frappe._dict]:
	return frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", names)},
		fields=[
			"name", "web_item_name", "item_code", "stock_uom", "medusa_id", "medusa_variant_id", "medusa_prices",
			"medusa_synced_on",
		],
		order_by="name",
	)  # fmt: skip


def _item_prices(price_list: str, items: Iterable[frappe._dict]) -> dict[str, list[frappe._dict]]:
	"""`{item code: its Item Prices for everybody, in its stock unit}`; of a disabled price list none."""
	units = {item.item_code: item.stock_uom for item in items}
	if not frappe.db.get_value("Price List", price_list, "enabled"):
		return defaultdict(list)
	rows = frappe.get_all(
		"Item Price",
		filters={
			"price_list": price_list,
			"selling": 1,
			"item_code": ("in", list(units) or [""]),
			"customer": ("is", "not set"),
			"batch_no": ("is", "not set"),
		},
		fields=[
			"name", "creation", "item_code", "currency", "price_list_rate", "uom", "valid_from", "valid_upto",
			"medusa_id", "medusa_price_id",
		],
		order_by="item_code, name",
	)  # fmt: skip
	grouped = defaultdict(list)
	for row in rows:
		if row.uom in (None, "", units[row.item_code]):
			grouped[row.item_code].append(row)
	return grouped
