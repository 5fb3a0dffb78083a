"""Medusa v1: prices. One price list for each item and validity window, with a row for each currency.

A variant's prices are read before they are written, so that repeating a call whose reply was lost makes no second list.
The app's price lists are recognised by their description, the ERPNext price list's name, or by their ids.

Source: docs/reference.md, "Prices" and "Medusa v1: price lists".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaError, MedusaNotFound, NotSendable
from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.medusa.matching import NO_VARIANT, day, moment, query_parts
from medusa_integration.medusa.price_keeper import PriceKeeper
from medusa_integration.medusa.price_operations import Slot, marked, slot_marked, slot_of, tier_of
from medusa_integration.medusa.v1 import foreign_prices
from medusa_integration.medusa.v1.amounts import major_units, minor_units
from medusa_integration.medusa.v1.shop import Shop, raised, record_of

BASE_ROW = ("id", "currency_code", "amount", "min_quantity", "max_quantity")


class PricesV1:
	"""The price lists of a server.

	:param client: a session
	"""

	def __init__(self, client: MedusaClient) -> None:
		self.client = client

	def write(self, source: str, items: list[dict]) -> list[dict]:
		"""See Dialect.write_prices. Returns results or MedusaErrors, in the items' order."""
		there = self._prices_of(item["product_id"] for item in items)

		def act(client: MedusaClient, item: dict) -> dict:
			if item["variant_id"] not in there:
				# v1 doesn't check variants: it would accept the row of an unknown one.
				raise NotSendable(NO_VARIANT)
			return _Item(client, source, item, there[item["variant_id"]]).write()

		return self.client.each(act, items, about=record_of)

	def remove_of(self, product_ids: Iterable[str]) -> list:
		"""Delete all prices of these products, and the price lists that have no others. Returns None or a MedusaError for each
		price list."""
		rows = defaultdict(set)
		for price in (price for prices in self._prices_of(product_ids).values() for price in prices):
			if price["price_list_id"]:
				rows[price["price_list_id"]].add(price["id"])
		return self.client.each(lambda client, id: _remove(client, id, rows[id]), sorted(rows))

	def remove_empty(self, ids: Iterable[str]) -> list:
		"""Delete those price lists that have no prices but of deleted variants. Returns None or a MedusaError for each."""
		return self.client.each(_remove_ownerless, sorted(ids))

	def of_products(
		self, source: str, product_ids: Iterable[str], time_zone: str
	) -> Iterator[tuple[Slot, list[dict]]]:
		"""Products' prices in the lists that belong to an ERPNext price list, as in Dialect.prices_in_pages. They are read with
		their products, because a price list's reply doesn't name the products."""
		by_slot = defaultdict(list)
		for variant_id, prices in self._prices_of(product_ids).items():
			for price in prices:
				price_list = price.get("price_list")
				if price_list and (slot := slot_marked(source, price_list["description"])) is not None:
					start, end = (day(price_list[at], time_zone) for at in ("starts_at", "ends_at"))
					slot = slot._replace(start=start, end=end)
					by_slot[slot].append(_price(price, variant_id, slot))
		yield from by_slot.items()

	def base_of(self, variants: Mapping[str, str]) -> dict[str, dict[str, float]]:
		"""See Dialect.base_prices."""
		found = self._prices_of(set(variants.values()))
		rows = {id: [price for price in found.get(id, ()) if not price["price_list_id"]] for id in variants}
		return {id: _own(prices) for id, prices in rows.items() if prices}

	def _prices_of(self, product_ids: Iterable[str]) -> dict[str, list[dict]]:
		"""`{variant id: its prices, each with its price_list}`, of variants that exist.

		`variants.prices` alone and /admin/variants leave out the prices that don't hold today; expanding their price lists
		returns all.
		"""
		found = {}
		for part in query_parts("id", product_ids):
			expand = "variants.prices.price_list.customer_groups"
			params = {"id[]": part, "fields": "id", "expand": expand, "limit": len(part)}
			for product in self.client.get("/admin/products", params)["products"]:
				found.update({variant["id"]: variant["prices"] for variant in product["variants"]})
		return found


class _Item:
	"""One item's price lists: those that it has and those that it should have. Used in one of several threads."""

	def __init__(self, client: MedusaClient, source: str, item: dict, prices: list[dict]) -> None:
		self.client = client
		self.source = source
		self.item = item
		self.known = item["known"].get("lists", [])
		self.spare: dict[str, dict] = {}  # {id: price list} of the app's lists that aren't used yet
		self.rows = defaultdict(list)  # {price list id: our variant's rows in it}
		self.base = [price for price in prices if not price["price_list_id"]]
		for price in prices:
			price_list = price.get("price_list")
			if not price_list or not self._is_ours(price_list):
				continue
			self.spare[price_list["id"]] = price_list
			self.rows[price_list["id"]].append(price)

		for id in set(self.known) - self.spare.keys():
			self._look_for(id)

	def _look_for(self, id: str) -> None:
		"""Use a price list of ours again whose rows were deleted in Medusa."""
		try:
			self.spare[id] = self.client.get(f"/admin/price-lists/{id}")["price_list"]
		except MedusaNotFound:
			pass

	def _is_ours(self, price_list: dict) -> bool:
		is_marked = slot_marked(self.source, price_list["description"]) is not None
		return is_marked or price_list["id"] in self.known

	def write(self) -> dict:
		by_place = defaultdict(list)
		for price in self.item["prices"]:
			by_place[_place_of(price)].append(price)
		exact = {place: self._take(place) for place in by_place}
		lists = {
			place: self._write_list(place, prices, exact[place] or self._take_known())
			for place, prices in by_place.items()
		}
		for id in self.spare:
			_remove(self.client, id, {row["id"] for row in self.rows[id]})
		self._clear_base_prices()
		ids = [(lists[_place_of(price)], _key_of(price)) for price in self.item["prices"]]
		known = {"lists": [each["id"] for each in lists.values()]} if lists else {}
		own = _own(self.base)
		return {
			"known": {**known, "own": own} if own else known,
			"ids": [(each["id"], each["rows"][key]) for each, key in ids],
		}

	def _clear_base_prices(self) -> None:
		"""Delete the variant's base prices in the currencies in which ERPNext has the price, or had it."""
		if not (self.item["prices"] or self.known):
			return
		owned = {self.item["currency"], *(price["currency"].lower() for price in self.item["prices"])}
		kept = [row for row in self.base if row["currency_code"] not in owned]
		if len(kept) < len(self.base):
			path = f"/admin/products/{self.item['product_id']}/variants/{self.item['variant_id']}"
			rows = [{key: row[key] for key in BASE_ROW if row.get(key) is not None} for row in kept]
			self.client.post(path, {"prices": rows})
		self.base = kept

	def _take(self, place: _Place) -> dict | None:
		"""The item's existing price list for a place."""
		moments = (moment(place.starts_at), moment(place.ends_at))
		for id, row in self.spare.items():
			slot = slot_marked(self.source, row["description"]) or Slot()
			if (moment(row["starts_at"]), moment(row["ends_at"])) == moments and place.is_of(slot):
				return self.spare.pop(id)
		return None

	def _take_known(self) -> dict | None:
		"""An existing price list of ours whose window is no longer needed; it gets another window."""
		id = next((id for id in self.known if id in self.spare), None)
		return self.spare.pop(id) if id else None

	def _write_list(self, place: _Place, prices: list[dict], there: dict | None) -> dict:
		"""Create or update a price list. Returns `{"id", "rows": {key: row id}}`, see `_key_of`."""
		if not there:
			body = {
				"name": self.item["title"],
				"description": place.description(self.source),
				"type": place.type,
				"customer_groups": place.groups,
				"status": "active",
				"starts_at": place.starts_at,
				"ends_at": place.ends_at,
				"prices": [self._row(price) for price in prices],
			}
			return self._written(self.client.post("/admin/price-lists", body)["price_list"])
		rows = {_row_key(row): row for row in self.rows[there["id"]]}
		surplus = [row["id"] for row in self.rows[there["id"]] if row["id"] != rows[_row_key(row)]["id"]]
		wanted = {_key_of(price) for price in prices}
		surplus += [row["id"] for key, row in rows.items() if key not in wanted]
		body = self._changes(there, place)
		changed = [self._row(price, rows) for price in prices if self._is_new(price, rows)]
		if changed:
			body["prices"] = changed
		reply = self.client.post(f"/admin/price-lists/{there['id']}", body)["price_list"] if body else None
		if surplus:
			_delete_rows(self.client, there["id"], surplus)
		return self._written(reply) if reply else {"id": there["id"], "rows": _ids(rows.values())}

	def _changes(self, there: dict, place: _Place) -> dict:
		wanted: dict[str, Any] = {
			"starts_at": place.starts_at,
			"ends_at": place.ends_at,
			"status": "active",
			"type": place.type,
		}
		if there["id"] in self.known:
			wanted |= {"name": self.item["title"], "description": place.description(self.source)}
		if {each["id"] for each in there.get("customer_groups") or ()} != {
			each["id"] for each in place.groups
		}:
			wanted["customer_groups"] = place.groups
		return {
			key: value
			for key, value in wanted.items()
			if key == "customer_groups" or _comparable(key, there[key]) != _comparable(key, value)
		}

	def _is_new(self, price: dict, rows: dict[tuple, dict]) -> bool:
		row = rows.get(_key_of(price))
		return not row or row["amount"] != minor_units(price["amount"], price["currency"])

	def _row(self, price: dict, rows: dict[tuple, dict] | None = None) -> dict:
		currency = price["currency"].lower()
		amount = minor_units(price["amount"], currency)
		row = {"amount": amount, "variant_id": self.item["variant_id"], "currency_code": currency}
		first, last = tier_of(price)
		row |= {key: value for key, value in (("min_quantity", first), ("max_quantity", last)) if value}
		there = (rows or {}).get(_key_of(price))
		return {"id": there["id"], **row} if there else row  # v1 adds a row that has no id.

	def _written(self, price_list: dict) -> dict:
		own = [
			row
			for row in price_list["prices"]
			if (row.get("variant") or {}).get("id") == self.item["variant_id"]
		]
		return {"id": price_list["id"], "rows": _ids(own)}


class _Place(NamedTuple):
	"""The common facts of the prices of one of an item's price lists."""

	starts_at: str | None
	ends_at: str | None
	group: str
	type: str

	@property
	def groups(self) -> list[dict]:
		return [{"id": self.group}] if self.group else []

	def description(self, source: str) -> str:
		return marked(source, Slot(group=self.group, type=self.type))

	def is_of(self, slot: Slot) -> bool:
		return (self.group, self.type) == (slot.group, slot.type)


def _place_of(price: dict) -> _Place:
	slot = slot_of(price)
	return _Place(price["starts_at"], price["ends_at"], slot.group, slot.type)


def _key_of(price: dict) -> tuple:
	return (price["currency"].lower(), *tier_of(price))


def _row_key(row: dict) -> tuple:
	return (row["currency_code"], row.get("min_quantity") or None, row.get("max_quantity") or None)


def _own(rows: Iterable[dict]) -> dict[str, float]:
	"""`{currency: amount in major units}` of base prices."""
	return {
		row["currency_code"]: float(major_units(row["amount"], row["currency_code"]))
		for row in reversed(list(rows))
	}


def is_state(known: dict) -> bool:
	"""Whether `PricesV1.write` can use a state."""
	lists = known.get("lists", [])
	return isinstance(lists, list) and all(isinstance(id, str) for id in lists)


def _remove(client: MedusaClient, id: str, rows: set[str]) -> None:
	"""Delete a price list, or only these rows of it where it has others too. One that is gone is no error."""
	with suppress(MedusaNotFound):
		there = {row["id"] for row in client.get(f"/admin/price-lists/{id}")["price_list"]["prices"]}
		if not there - rows:
			client.delete(f"/admin/price-lists/{id}")
		elif rows:
			_delete_rows(client, id, sorted(rows))


def _remove_ownerless(client: MedusaClient, id: str) -> None:
	with suppress(MedusaNotFound):
		path, expand = f"/admin/price-lists/{id}", {"expand": "prices,prices.variants"}
		rows = client.get(path, expand)["price_list"]["prices"]
		_remove(client, id, {row["id"] for row in rows if not row["variants"]})


def _delete_rows(client: MedusaClient, id: str, rows: list[str]) -> None:
	client.request("DELETE", f"/admin/price-lists/{id}/prices/batch", {"price_ids": rows})


def _price(row: dict, variant_id: str, slot: Slot) -> dict:
	"""A price as Dialect.prices_in_pages has it."""
	amount = float(major_units(row["amount"], row["currency_code"]))
	kept = {key: row[key] for key in ("id", "price_list_id", "currency_code")}
	kept |= {"min_quantity": row.get("min_quantity") or None, "max_quantity": row.get("max_quantity") or None}
	price_list = {key: row["price_list"][key] for key in ("status", "type", "starts_at", "ends_at")}
	groups = {each["id"] for each in row["price_list"].get("customer_groups") or ()}
	price_list["restricted"] = groups != ({slot.group} if slot.group else set())
	return {**kept, "variant_id": variant_id, "amount": amount, "price_list": price_list}


def _ids(rows: Iterable[dict]) -> dict[tuple, str]:
	return {_row_key(row): row["id"] for row in rows}


def _comparable(key: str, value: Any) -> Any:
	return moment(value) if key in ("starts_at", "ends_at") else value


class Prices(Shop):
	def write_prices(
		self, source: str, items: list[dict], keeper: PriceKeeper
	) -> dict[str, dict | MedusaError]:
		results = PricesV1(self.client).write(source, items)
		return {item["external_id"]: result for item, result in zip(items, results, strict=True)}

	def forget_prices(self, source: str, known: list[dict], keeper: PriceKeeper) -> None:
		"""As in Dialect. `delete_products` has deleted its products' price lists. Others are empty where the
		product or the prices had been deleted in Medusa before."""
		raised(PricesV1(self.client).remove_empty({id for each in known for id in each.get("lists", ())}))

	def remove_ownerless_prices(self, source: str, keeper: PriceKeeper) -> None:
		params = {"expand": "prices,prices.variants", "order": "created_at"}
		ownerless = [
			(row["id"], {price["id"] for price in row["prices"]})
			for row in self._pages("price-lists", 200, params)
			if slot_marked(source, row["description"]) is not None
			and not any(price["variants"] for price in row["prices"])
		]
		# A price list in a Website Item's stored state is filled again.
		ownerless = [(id, rows) for id, rows in ownerless if not keeper.mentions(f'"{id}"')]
		raised(self.client.each(lambda client, each: _remove(client, *each), ownerless))

	def prices_in_pages(self, source: str, page: int = 200) -> Iterator[tuple[Slot, list[dict]]]:
		for products in self.products_in_pages(page):
			ids = [product["id"] for product in products]
			yield from PricesV1(self.client).of_products(source, ids, self.choice.time_zone)

	def foreign_prices(
		self, source: str, page: int = 2000, *, in_force: bool = False
	) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
		lists = self._pages("price-lists", foreign_prices.PAGE, foreign_prices.EXPANDED)
		return foreign_prices.in_pages(
			(row for row in lists if slot_marked(source, row["description"]) is None), in_force
		)

	def base_prices(self, variants: Mapping[str, str]) -> dict[str, dict[str, float]]:
		return PricesV1(self.client).base_of(variants)

	def with_strays(self, known: dict, strays: list[str]) -> dict:
		return known  # `write_prices` reads all rows of the item, and deletes the superfluous ones.
