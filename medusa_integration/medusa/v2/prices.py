"""Prices on Medusa v2: one price list for each ERPNext price list and validity window, all items in it.

The app makes each price row's id. ERPNext stores the id from before the row is sent until after the row is
deleted, so sending a row again never makes a second one, even if an earlier call was applied.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.dialect import Memory
from medusa_integration.medusa.errors import MedusaNotFound, MedusaRejected, NotSendable
from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.medusa.matching import NO_VARIANT, day, moment
from medusa_integration.medusa.price_keeper import PriceKeeper
from medusa_integration.medusa.price_operations import Slot, slot_of, tier_of
from medusa_integration.medusa.v2 import base_prices, foreign_prices
from medusa_integration.medusa.v2.price_lists import (
	days_of,
	description,
	owned_slot,
	rules_for,
	rules_of,
	title,
)
from medusa_integration.medusa.v2.price_rows import ItemRows, State, row_key
from medusa_integration.medusa.v2.shop import Shop

LIST_FIELDS = "id,title,description,type,status,starts_at,ends_at,rules_count,*price_list_rules"
ROW_FIELDS = "id,amount,currency_code,min_quantity,max_quantity,price_set.variant.id"
NO_PRICE_SET = "No price set exist"  # Medusa's words about a variant that was deleted


class PricesV2:
	"""The price lists of a server, and the rows in them.

	:param client: a session
	:param memory: see Dialect
	:param time_zone: the one in which the days of prices' validity begin
	"""

	def __init__(self, client: MedusaClient, memory: Memory, time_zone: str) -> None:
		self.client = client
		self.memory = memory
		self.time_zone = time_zone
		self._lists: dict[str, dict[Slot, str]] = {}
		self._read_sources: set[str] = set()
		self._read_rows: dict[
			str, dict
		] = {}  # price lists of ours that were read and not checked since, by id

	def write(self, source: str, items: list[dict], keeper: PriceKeeper) -> dict[str, dict | None]:
		"""See Dialect.write_prices."""
		try:
			return self._write(source, items, keeper)
		except MedusaNotFound:  # a price list was deleted, perhaps because it had become empty
			self._forget(source)
			return self._write(source, items, keeper)

	def _write(self, source: str, items: list[dict], keeper: PriceKeeper) -> dict[str, dict | None]:
		if source not in self._read_sources and any(item["known"].get("unsure") for item in items):
			self._forget(source)  # the price lists themselves are sent again too
		self._make_lists(source, items, keeper)
		work = [ItemRows(item, [self._key(source, price) for price in item["prices"]]) for item in items]
		gone = {id for each in work if each.has_rows for id in each.gone_lists(self._of(source).values())}
		new = {each.name: each.remember() for each in work if each.ids_changed}
		there = keeper.keep(new) if new else set()
		passed = new.keys() - there
		work = [each for each in work if each.name not in passed]
		upserts: dict[str, list[dict]] = defaultdict(list)
		deletes: dict[str, list[str]] = defaultdict(list)
		for each in work:
			each.collect(upserts, deletes)
		replaced = self._send(upserts, deletes)
		self._clear_base_prices(work)
		if gone:
			keeper.queue_mentioning(gone)
		self._remove_empty(source, deletes, keeper)
		return {**dict.fromkeys(passed), **{each.name: each.written(replaced) for each in work}}

	def _clear_base_prices(self, work: list[ItemRows]) -> None:
		"""Delete the base prices in the currencies in which ERPNext has the price, or had it. Else Medusa would ask for them
		where no price list has one."""
		work = [each for each in work if each.asks_for_base_prices]
		variants = base_prices.read(self.client, [each.item["variant_id"] for each in work]) if work else {}
		for each in work:
			variant = variants.get(each.item["variant_id"])
			if variant and not each.owned.isdisjoint(base_prices.own(variant)):
				base_prices.clear(self.client, variant, each.owned)
			each.state.own = base_prices.own(variant)

	def forget(self, source: str, known: list[dict], keeper: PriceKeeper) -> None:
		"""See Dialect.forget_prices."""
		self._remove_empty(
			source, {list_id for each in known for list_id in State.read(each).list_ids()}, keeper
		)

	def in_pages(self, source: str, page: int) -> Iterator[tuple[Slot, list[dict]]]:
		"""See Dialect.prices_in_pages."""
		for slot, list_id in self._read(source).items():
			price_list = _facts(self._read_rows[list_id], source, slot)
			params: dict[str, Any] = {"fields": ROW_FIELDS, "limit": page, "offset": 0}
			while rows := self.client.get(f"/admin/price-lists/{list_id}/prices", params)["prices"]:
				yield slot, [_price(row, price_list) for row in rows]
				params["offset"] += page

	# --- price lists

	def _key(self, source: str, price: dict) -> str:
		slot = slot_of(price)
		list_id = self._of(source)[slot]
		self._restore(list_id, source, slot, price)
		return row_key(list_id, price["currency"].lower(), *tier_of(price))

	def _make_lists(self, source: str, items: list[dict], keeper: PriceKeeper) -> None:
		"""Create the price lists that items' prices need and that aren't there, unless another worker did meanwhile: only one
		does at a time."""
		there = self._of(source)
		wanted = {slot_of(price): price for item in items for price in item["prices"]}
		missing = {slot: price for slot, price in wanted.items() if slot not in there}
		if not missing:
			return
		with keeper.exclusive():
			lists = self._lists[source] = self._read(source)
			for slot, price in missing.items():
				if slot not in lists:
					lists[slot] = self._create(source, slot, price)
		self.memory.remember(_memory_of(source), lists)

	def _of(self, source: str) -> dict[Slot, str]:
		"""The remembered price lists for `source`. Writing to one deleted since raises MedusaNotFound."""
		if source not in self._lists:
			self._lists[source] = self.memory.recall(_memory_of(source)) or self._read(source)
			self.memory.remember(_memory_of(source), self._lists[source])
		return self._lists[source]

	def _forget(self, source: str) -> None:
		self._lists.pop(source, None)
		self.memory.remember(_memory_of(source), None)

	def _read(self, source: str) -> dict[Slot, str]:
		found: dict[Slot, str] = {}
		retitled: list[tuple[Slot, dict]] = []
		for row in self._all_lists():
			ours = owned_slot(row, source)
			if ours is None:
				continue
			self._read_rows[row["id"]] = row
			days = days_of(row, source, ours)
			if days is None:
				retitled.append((ours, row))
			else:
				found.setdefault(ours._replace(start=days[0], end=days[1]), row["id"])
		for slot, row in retitled:
			start, end = (day(row[at], self.time_zone) for at in ("starts_at", "ends_at"))
			found.setdefault(slot._replace(start=start, end=end), row["id"])
		self._read_sources.add(source)
		self._read_rows = {id: self._read_rows[id] for id in found.values()}
		return found

	def _all_lists(self) -> Iterator[dict]:
		params: dict[str, Any] = {"fields": LIST_FIELDS, "limit": 200, "offset": 0}
		while True:
			page = self.client.get("/admin/price-lists", params)
			yield from sorted(page["price_lists"], key=lambda row: row["id"])
			params["offset"] += params["limit"]
			if params["offset"] >= page["count"]:
				break

	def foreign_in_pages(
		self, source: str, page: int, in_force: bool
	) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
		"""See Dialect.foreign_prices."""
		rows = [row for row in self._all_lists() if owned_slot(row, source) is None]
		return foreign_prices.in_pages(self.client, rows, page, in_force)

	def _restore(self, id: str, source: str, slot: Slot, price: dict) -> None:
		"""Undo changes that were made in Medusa to a price list of ours, once after it was read."""
		row = self._read_rows.pop(id, None)
		wanted = _list_body(source, slot, price)
		rules = rules_for(slot)
		if row and (
			rules_of(row) != rules or any(_comparable(k, row[k]) != _comparable(k, wanted[k]) for k in wanted)
		):
			self.client.post(f"/admin/price-lists/{id}", {**wanted, "rules": rules})

	def _create(self, source: str, slot: Slot, price: dict) -> str:
		rules = rules_for(slot)
		body = {**_list_body(source, slot, price), **({"rules": rules} if rules else {})}
		return self.client.post("/admin/price-lists", body)["price_list"]["id"]

	def _remove_empty(self, source: str, ids: Iterable[str], keeper: PriceKeeper) -> None:
		"""Delete empty price lists. Safe beside other writers: they store a row's id under the same lock
		before sending it, or get a 404 and create a new list."""
		for id in ids:
			if not self._is_empty(id):
				continue
			with keeper.exclusive():
				is_wanted = any(keeper.mentions(f'"{id}/???{end}') for end in ('": [', " "))
				if not is_wanted and self._is_empty(id):
					self.client.delete(f"/admin/price-lists/{id}")
					if id in self._known_ids(source):
						self._forget(source)

	def _known_ids(self, source: str) -> set[str]:
		remembered = self.memory.recall(_memory_of(source)) or {}
		return {*self._lists.get(source, {}).values(), *remembered.values()}

	def _is_empty(self, id: str) -> bool:
		try:
			rows = self.client.get(f"/admin/price-lists/{id}/prices", {"fields": "id", "limit": 1})["prices"]
		except MedusaNotFound:
			return False
		return not rows

	# --- rows

	def _send(self, upserts: dict[str, list[dict]], deletes: dict[str, list[str]]) -> dict[str, str]:
		"""Write rows that may exist already, and delete rows that may be gone already.

		Where a row to be updated doesn't exist, Medusa creates it under the given id: so repeating is
		harmless.

		:returns: `{id: the id that its row has instead}`, for ids that Medusa won't use again because their
			rows were deleted there
		"""
		replaced: dict[str, str] = {}
		for list_id in {**upserts, **deletes}:
			rows = upserts.get(list_id, [])
			path = f"/admin/price-lists/{list_id}/prices/batch"
			try:
				reply = self.client.post(path, {"update": rows, "delete": deletes.get(list_id, [])})
			except MedusaRejected as error:
				if error.message.startswith(NO_PRICE_SET):
					raise NotSendable(NO_VARIANT) from error
				if rows or not isinstance(error, MedusaNotFound):
					raise
				continue  # the list is gone, and its rows with it
			written = {row["id"] for row in reply.get("updated", ())}
			replaced.update(self._create_rows(path, [row for row in rows if row["id"] not in written]))
		return replaced

	def _create_rows(self, path: str, rows: list[dict]) -> dict[str, str]:
		if not rows:
			return {}
		# with explicit nulls Medusa takes the row of the same variant and currency where there is one
		create = [
			{"min_quantity": None, "max_quantity": None, **{k: v for k, v in row.items() if k != "id"}}
			for row in rows
		]
		created = self.client.post(path, {"create": create})["created"]
		ids = {_kind_of(row["price_set"]["variant"]["id"], row): row["id"] for row in created}
		return {row["id"]: ids[_kind_of(row["variant_id"], row)] for row in rows}


def _kind_of(variant_id: str, row: dict) -> tuple:
	return (variant_id, row["currency_code"], *tier_of(row))


def _list_body(source: str, slot: Slot, price: dict) -> dict:
	return {
		"title": title(source, slot, price.get("group_title") or slot.group),
		"description": description(source, slot),
		"type": slot.type,
		"status": "active",
		"starts_at": price["starts_at"],
		"ends_at": price["ends_at"],
	}


def _comparable(key: str, value: Any) -> Any:
	return moment(value) if key in ("starts_at", "ends_at") else value


def _facts(row: dict, source: str, slot: Slot) -> dict:
	"""A price list as Dialect.prices_in_pages has it."""
	kept = {key: row[key] for key in ("id", "title", "status", "type", "starts_at", "ends_at")}
	kept["restricted"] = rules_of(row) != rules_for(slot)
	return kept if slot.group else {**kept, "own_title": title(source, slot)}


def _price(row: dict, price_list: dict) -> dict:
	"""A price row; without its variant where that is deleted."""
	variant = (row.get("price_set") or {}).get("variant") or {}
	kept = {key: row[key] for key in ("id", "amount", "currency_code", "min_quantity", "max_quantity")}
	where = {"price_list_id": price_list["id"], "price_list": price_list}
	return {**kept, **where, "variant_id": variant.get("id")}


def _memory_of(source: str) -> str:
	return f"price lists of {source}"


class Prices(Shop):
	_prices_of: PricesV2 | None = None

	def twin(self, client: MedusaClient | None = None) -> "Prices":
		twin = super().twin(client)
		twin._prices_of = None
		return twin

	@property
	def _prices(self) -> PricesV2:
		if not self._prices_of:
			self._prices_of = PricesV2(self.client, self.memory, self.choice.time_zone)
		return self._prices_of

	def write_prices(self, source: str, items: list[dict], keeper: PriceKeeper) -> dict[str, dict | None]:
		return self._prices.write(source, items, keeper)

	def forget_prices(self, source: str, known: list[dict], keeper: PriceKeeper) -> None:
		self._prices.forget(source, known, keeper)

	def remove_ownerless_prices(self, source: str, keeper: PriceKeeper) -> None:
		"""Do nothing: v2 refuses prices of a variant that doesn't exist."""

	def prices_in_pages(self, source: str, page: int = 2000) -> Iterator[tuple[Slot, list[dict]]]:
		return self._prices.in_pages(source, page)

	def foreign_prices(
		self, source: str, page: int = 2000, *, in_force: bool = False
	) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
		return self._prices.foreign_in_pages(source, page, in_force)

	def base_prices(self, variants: Mapping[str, str]) -> dict[str, dict[str, float]]:
		found = base_prices.read(self.client, variants)
		return {id: base_prices.own(variant) for id, variant in found.items()}

	def with_strays(self, known: dict, strays: list[str]) -> dict:
		state = State.read(known)
		ours = {id for id, _applied in state.live.values()}
		gone = [stray for stray in strays if stray.split("/")[1] not in ours]
		state.leaving = list(dict.fromkeys([*state.leaving, *gone]))
		return state.dump()
