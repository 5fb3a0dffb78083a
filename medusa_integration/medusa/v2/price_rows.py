"""Medusa v2: the rows that an item has in price lists, and their stored state."""

import json
import secrets
from collections.abc import Iterable


class ItemRows:
	"""One item's rows: the wanted ones, and the changes to get them."""

	def __init__(self, item: dict, keys: list[str]) -> None:
		self.item = item
		self.name = item["external_id"]
		self.keys = keys
		self.wanted = {key: price["amount"] for key, price in zip(keys, item["prices"], strict=True)}
		self.state = State.read(item["known"])
		self.owned = self._owned()
		self.ids_changed = self.state.plan(self.wanted)

	def _owned(self) -> set[str]:
		"""The currencies, in lower case, in which ERPNext has or had a price: base prices in these go."""
		if not (self.wanted or self.state.live or self.state.leaving):
			return set()
		return {self.item["currency"], *(currency_of(key) for key in (*self.wanted, *self.state.live))}

	@property
	def asks_for_base_prices(self) -> bool:
		"""Whether the base prices have to be read: they never were, or one of ours may be among them."""
		return self.state.own is None or not self.owned.isdisjoint(self.state.own)

	@property
	def has_rows(self) -> bool:
		"""Whether the item has rows in Medusa, as far as it is known."""
		return bool(self.item["known"].get("live"))

	def gone_lists(self, there: Iterable[str]) -> set[str]:
		"""The ids of price lists that this item has rows in, and that aren't among those `there`."""
		return {key.split("/")[0] for key in self.item["known"].get("live", ())} - set(there)

	def remember(self) -> dict:
		"""Put the state into the item and return it, to be stored before sending."""
		self.item["known"] = self.state.dump()
		return self.item["known"]

	def collect(self, upserts: dict[str, list[dict]], deletes: dict[str, list[str]]) -> None:
		"""Add this item's changes to `{price list: rows}` and `{price list: ids}`."""
		for key, (id, amount) in self.state.unsent(self.wanted).items():
			list_id = key.split("/")[0]
			row = {"variant_id": self.item["variant_id"], "currency_code": currency_of(key), "amount": amount}
			upserts[list_id].append({"id": id, **row, **quantities_of(key)})
		for key in self.state.leaving:
			list_id, id = key.split("/")
			deletes[list_id].append(id)

	def written(self, replaced: dict[str, str]) -> dict:
		"""The operation's result for this item, once its changes are sent."""
		self.state.applied(self.wanted, replaced, self.item["is_last_word"])
		ids = [(key.split("/")[0], self.state.live[key][0]) for key in self.keys]
		return {"known": self.state.dump(), "ids": ids}


def row_key(list_id: str, currency: str, first: int | None, last: int | None) -> str:
	"""The key of a row in a State."""
	key = f"{list_id}/{currency}"
	return f"{key} {first or 1}-{last or ''}" if first or last else key


def currency_of(key: str) -> str:
	return key.split("/")[1].split(" ")[0]


def quantities_of(key: str) -> dict[str, int | None]:
	"""The quantities of a row with a key; {} for all quantities."""
	_list_and_currency, _space, tier = key.partition(" ")
	if not tier:
		return {}
	first, last = tier.split("-")
	return {"min_quantity": int(first), "max_quantity": int(last) if last else None}


class State:
	"""The price rows that an item has in Medusa.

	:param live: `{"price list id/currency": [row id, amount last applied]}`; of a price for some quantities the key is "price
		list id/currency first-last", without the last one where there is none
	:param leaving: `["price list id/row id"]` of rows to be deleted. Such an id is never used again: Medusa
		would accept the call and not bring the row back.
	:param own: `{currency: amount}` of the base prices that the product has of its own; None: not read
	"""

	def __init__(
		self, live: dict[str, list], leaving: list[str], own: dict[str, float] | None = None
	) -> None:
		self.live = live
		self.leaving = leaving
		self.own = own

	@classmethod
	def read(cls, known: dict) -> "State":
		"""Read a stored state. Of an `unsure` one only the row ids count, not the amounts applied."""
		known = json.loads(json.dumps(known))  # a copy all through
		live = {
			key: [id, None if known.get("unsure") else applied]
			for key, (id, applied) in known.get("live", {}).items()
		}
		return cls(live, known.get("leaving", []), None if known.get("unsure") else known.get("own"))

	def dump(self) -> dict:
		if not (self.live or self.leaving or self.own):
			return {}
		own = {} if self.own is None else {"own": self.own}
		return {"live": self.live, "leaving": self.leaving, **own}

	def list_ids(self) -> set[str]:
		return {key.split("/")[0] for key in (*self.live, *self.leaving)}

	def _leave(self, key: str) -> None:
		id, _applied = self.live.pop(key)
		self.leaving.append(f"{key.split('/')[0]}/{id}")

	def plan(self, wanted: dict[str, float]) -> bool:
		"""Add ids of new rows, move those of unwanted rows to `leaving`. Returns whether ids changed: they
		must be stored before sending."""
		gone = [key for key in self.live if key not in wanted]
		new = [key for key in wanted if key not in self.live]
		for key in gone:
			self._leave(key)
		self.live.update({key: [f"price_{secrets.token_hex(13)}", None] for key in new})
		return bool(gone or new)

	def unsent(self, wanted: dict[str, float]) -> dict[str, tuple[str, float]]:
		"""`{key: (row id, amount)}` of the amounts that differ from those last applied."""
		return {
			key: (self.live[key][0], value) for key, value in wanted.items() if self.live[key][1] != value
		}

	def applied(self, wanted: dict[str, float], replaced: dict[str, str], is_last_word: bool) -> None:
		"""Note that Medusa has all as wanted, the rows in `replaced` with another id than ours. Unless that
		`is_last_word`, an earlier call may yet bring back rows in `leaving`."""
		ids = {key: self.live[key][0] for key in wanted}
		self.live = {key: [replaced.get(id, id), wanted[key]] for key, id in ids.items()}
		if is_last_word:
			self.leaving = []


def is_state(known: dict) -> bool:
	"""Whether `State.read` can read a state."""
	live, leaving = known.get("live", {}), known.get("leaving", [])
	return (
		isinstance(known.get("own", {}), dict)
		and isinstance(live, dict)
		and all(key.count("/") == 1 and _is_pair(pair) for key, pair in live.items())
		and isinstance(leaving, list)
		and all(isinstance(each, str) and each.count("/") == 1 for each in leaving)
	)


def _is_pair(pair: object) -> bool:
	return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
