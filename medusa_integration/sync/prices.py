"""Item Prices → Medusa's price lists: one for each ERPNext price list and validity window.

What is sent is always all prices of a Website Item, so its outbox row stands for the item, not for an Item Price.
Each price row in Medusa has an id of our making, which `medusa_prices` of the Website Item holds from before the
row is sent until after it is deleted: sending it again, whatever was applied before, never makes a second one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import frappe
from babel.numbers import get_currency_precision
from frappe import _
from frappe.utils import getdate

from medusa_integration.medusa.v2 import MedusaV2
from medusa_integration.sync import outbox, request_log, shop, writes
from medusa_integration.sync.outbox import Result

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
	known = frappe.db.get_value(DOCTYPE, name, "medusa_prices")
	frappe.db.set_value(DOCTYPE, name, "medusa_prices", unsettled(known), update_modified=False)
	outbox.add(KIND, DOCTYPE, name)


def unsettled(medusa_prices: str | None) -> str:
	"""What a Website Item keeps of its prices, without what was applied: it is sent again, under the same ids.

	:raises ValueError: where it can't be read
	"""
	state = State.read(medusa_prices)
	state.unsettle()
	return state.dump()


def with_strays(medusa_prices: str | None, rows: list[str]) -> str:
	"""The same, with rows that Medusa has and that the Website Item doesn't know of, to be deleted.

	:param rows: all of its rows in Medusa, as "price list id/row id"
	"""
	state = State.read(medusa_prices)
	known = {id for id, _applied in state.live.values()}
	strays = [row for row in rows if row.split("/")[1] not in known]
	state.leaving = list(dict.fromkeys([*state.leaving, *strays]))
	return state.dump()


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
		for currency in {price.currency for price in of_code[item.item_code]} & currencies:
			of_currency = [price for price in of_code[item.item_code] if price.currency == currency]
			for window, price in windows(of_currency, getdate()):
				value = amount(price.price_list_rate, currency)
				if value > 0:
					amounts[(window.start, window.end), currency.lower()] = value
		yield item, amounts


# --- what we made in Medusa


class State:
	"""The price rows that a Website Item has in Medusa, as kept in `medusa_prices`.

	:param live: `{"price list id/currency": [row id, amount last applied]}`
	:param leaving: `["price list id/row id"]` of what is to be deleted. Such an id is never used again: Medusa would
		take the call and not bring the row back.
	"""

	def __init__(self, live: dict[str, list], leaving: list[str]) -> None:
		self.live = live
		self.leaving = leaving

	@classmethod
	def read(cls, text: str | None) -> "State":
		stored = json.loads(text or "{}")
		return cls(stored.get("live", {}), stored.get("leaving", []))

	def dump(self) -> str:
		return json.dumps({"live": self.live, "leaving": self.leaving}) if self.live or self.leaving else ""

	def unsettle(self) -> None:
		"""Forget what was applied, not what the rows are called."""
		self.live = {key: [id, None] for key, (id, _applied) in self.live.items()}

	def _leave(self, key: str) -> None:
		id, _applied = self.live.pop(key)
		self.leaving.append(f"{key.split('/')[0]}/{id}")

	def plan(self, wanted: dict[str, float]) -> bool:
		"""Make room for the wanted amounts. Returns whether ids came or went, which must be kept before sending."""
		gone = [key for key in self.live if key not in wanted]
		new = [key for key in wanted if key not in self.live]
		for key in gone:
			self._leave(key)
		self.live.update({key: [f"price_{frappe.generate_hash(length=26)}", None] for key in new})
		return bool(gone or new)

	def unsent(self, wanted: dict[str, float]) -> dict[str, tuple[str, float]]:
		"""`{key: (row id, amount)}` of what differs from what was last applied."""
		return {
			key: (self.live[key][0], value) for key, value in wanted.items() if self.live[key][1] != value
		}

	def applied(self, wanted: dict[str, float], replaced: dict[str, str]) -> None:
		"""All is in Medusa as wanted; `replaced` has the rows that have another id there than ours."""
		ids = {key: self.live[key][0] for key in wanted}
		self.live = {key: [replaced.get(id, id), wanted[key]] for key, id in ids.items()}
		self.leaving = []


# --- Medusa's side: what is sent


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make the price rows in Medusa agree with the Item Prices of the Website Items that the rows name.

	:raises MedusaError: for all rows together
	"""
	price_list = shop.settings().price_list
	names = [row.reference_name for row in rows]
	# a product that was only linked gets its prices once it is sent itself
	items = {
		item.name: item for item in _website_items(names) if item.medusa_variant_id and item.medusa_synced_on
	}
	prices = _item_prices(price_list, items.values())
	work, results = [], []
	with request_log.about([(DOCTYPE, name) for name in names]):
		for row in rows:
			item = items.get(row.reference_name)
			if item:
				work.append(_Work(medusa, price_list, row, item, prices[item.item_code]))
			else:
				results.append(Result(row))  # its product's creation brings the prices along
		work, passed = _keep_ids(work)
		results += passed
		replaced = _send(medusa, work)
	return results + [each.result(replaced) for each in work]


class _Work:
	"""One Website Item: the rows it should have in Medusa, and what is to be done for that."""

	def __init__(self, medusa: MedusaV2, price_list: str, row, item, prices: list[frappe._dict]) -> None:
		self.row = row
		self.item = item
		self.prices = prices
		self.problems: list[str] = []
		self.wanted: dict[str, float] = {}
		self.source: dict[str, str] = {}  # the Item Price that a key comes from
		for currency in sorted({price.currency for price in prices}):
			of_currency = [price for price in prices if price.currency == currency]
			if self._may_sell_in(medusa, currency):
				self._want(medusa, price_list, currency, of_currency)
		self.state = State.read(item.medusa_prices)
		self.new_ids = self.state.plan(self.wanted)

	def _may_sell_in(self, medusa: MedusaV2, currency: str) -> bool:
		if currency.upper() in medusa.currencies:
			return True
		self.problems.append(
			_(
				"The shop doesn't sell in {0}: add the currency in Medusa's store settings, then retry."
			).format(currency)
		)
		return False

	def _want(self, medusa, price_list: str, currency: str, prices: list[frappe._dict]) -> None:
		for window, price in windows(prices, getdate()):
			value = amount(price.price_list_rate, currency)
			if value < 0:
				self.problems.append(_("Item Price {0} is negative.").format(price.name))
			if value <= 0:
				continue  # nothing is given away for want of a price
			key = f"{_price_list_id(medusa, price_list, window)}/{currency.lower()}"
			self.wanted[key] = value
			self.source[key] = price.name

	def result(self, replaced: dict[str, str]) -> Result:
		self.state.applied(self.wanted, replaced)
		changes = [(DOCTYPE, self.item.name, {"medusa_prices": self.state.dump()})]
		ids: dict[str, dict] = {}
		for key, name in self.source.items():
			list_id = key.split("/")[0]
			ids.setdefault(name, {"medusa_id": list_id, "medusa_price_id": self.state.live[key][0]})
		for price in self.prices:
			now = ids.get(price.name, {"medusa_id": "", "medusa_price_id": ""})
			if (price.medusa_id or "", price.medusa_price_id or "") != (
				now["medusa_id"],
				now["medusa_price_id"],
			):
				changes.append(("Item Price", price.name, now))
		return Result(self.row, parked=" ".join(dict.fromkeys(self.problems)), writes=changes)


def _keep_ids(work: list[_Work]) -> tuple[list[_Work], list[Result]]:
	"""Commit the new rows' ids before Medusa hears of them. What was renamed or deleted since it was read is passed
	over: there is nowhere to keep its ids, and its outbox row, if it needs one, has another name."""
	new = {each.item.name: {"medusa_prices": each.state.dump()} for each in work if each.new_ids}
	there = writes.lock(DOCTYPE, list(new))
	writes.write(DOCTYPE, {name: values for name, values in new.items() if name in there})
	frappe.db.commit()  # else a crash while sending would lose the ids, and a repetition double the rows
	passed = [each for each in work if each.item.name in new and each.item.name not in there]
	return [each for each in work if each not in passed], [Result(each.row) for each in passed]


def _send(medusa: MedusaV2, work: list[_Work]) -> dict[str, str]:
	upserts, deletes = defaultdict(list), defaultdict(list)
	for each in work:
		for key, (id, value) in each.state.unsent(each.wanted).items():
			list_id, currency = key.split("/")
			upserts[list_id].append(
				{
					"id": id,
					"variant_id": each.item.medusa_variant_id,
					"currency_code": currency,
					"amount": value,
				}
			)
		for key in each.state.leaving:
			list_id, id = key.split("/")
			deletes[list_id].append(id)
	return medusa.write_prices(upserts, deletes)


def _price_list_id(medusa: MedusaV2, price_list: str, window: Window) -> str:
	"""The Medusa price list for a window, made where it is missing; by one worker at a time, on all hosts."""
	id = medusa.price_lists(price_list).get((window.start, window.end))
	if id:
		return id
	frappe.db.get_value("Price List", price_list, "name", for_update=True)
	try:
		return medusa.create_price_list(
			price_list,
			(window.start, window.end),
			_moment(window.start, time.min),
			_moment(window.end, time(23, 59, 59, 999000)),
		)
	finally:
		frappe.db.commit()  # releases the lock on the Price List: nothing was written


def _moment(day: date | None, at: time) -> str | None:
	"""A time of a day at the site, in ISO 8601 with its offset."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	return datetime.combine(day, at, zone).isoformat() if day else None


def _website_items(names: list[str]) -> list[frappe._dict]:
	return frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", names)},
		fields=["name", "item_code", "stock_uom", "medusa_variant_id", "medusa_prices", "medusa_synced_on"],
		order_by="name",
	)


def _item_prices(price_list: str, items: Iterable[frappe._dict]) -> dict[str, list[frappe._dict]]:
	"""`{item code: its Item Prices for everybody, in its stock unit}`."""
	units = {item.item_code: item.stock_uom for item in items}
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
