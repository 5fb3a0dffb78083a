"""Medusa v2: inventory levels at the stock locations.

A level's quantity for sale is its `stocked_quantity` less its `reserved_quantity`. An order reserves, its
fulfillment takes as much off both, its cancellation releases. So the quantity for sale plus the present
reservations is written as stocked. Reservations of orders that ERPNext doesn't know yet aren't added: they
subtract a quantity that ERPNext can't.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	NoStockLocation,
	NotSendable,
)
from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.v2.shop import Shop

INVENTORY_FIELDS = (
	"id,inventory_items.inventory_item_id,inventory_items.inventory.sku,"
	"inventory_items.inventory.location_levels.location_id,inventory_items.inventory.location_levels.stocked_quantity"
)
HELD = (
	"location_levels.location_id", "location_levels.stocked_quantity", "location_levels.reserved_quantity",
	"reservation_items.line_item_id", "reservation_items.quantity", "reservation_items.location_id",
)  # fmt: skip
HELD_FIELDS = ",".join(("id", *HELD))
HELD_OF_VARIANT = ",".join(("id", *(f"inventory_items.inventory.{each}" for each in HELD)))
NO_STOCK_LOCATION = (
	"The stock location to write to isn't settled. Choose one in the Medusa Configuration: it has to be in the shop,"
	" and may be left blank only where the shop has exactly one."
)
NO_INVENTORY_ITEM = (
	"The variant in Medusa hasn't got exactly one inventory item of its own. In Medusa's admin, see to its"
	" Manage inventory and Inventory kit."
)


@dataclass
class _Held:
	"""An inventory item's levels and reservations.

	:param stocked: by location
	:param reserved: by location; Medusa's own sum
	:param lines: the reservations, as (location, line id or "", quantity)
	"""

	stocked: dict[str, int]
	reserved: dict[str, int]
	lines: list[tuple[str, str, int]] = field(default_factory=list)

	def on_top(self, location: str, known: set[str]) -> int:
		"""The quantity reserved at a location, without lines that aren't `known`."""
		others = sum(number for place, line, number in self.lines if place == location and line not in known)
		return self.reserved.get(location, 0) - others


class Stock(Shop):
	@property
	def stock_location(self) -> str:
		"""The chosen location, else the shop's only one; "" where there is no such location."""
		ids, chosen = self._stock_locations, self.chosen["stock_location"]
		if chosen:
			return chosen if chosen in ids else ""
		return ids[0] if len(ids) == 1 else ""

	@property
	def _stock_locations(self) -> list[str]:
		"""The ids, read anew by each drain: Medusa would take any id."""
		if "stock locations" not in self.known:
			reply = self.client.get("/admin/stock-locations", {"fields": "id", "limit": 1000})
			self.known["stock locations"] = [row["id"] for row in reply["stock_locations"]]
		return self.known["stock locations"]

	def _place(self, location: str) -> str:
		"""The id of a location, where "" is the default one; "" where the shop doesn't have it."""
		return (location if location in self._stock_locations else "") if location else self.stock_location

	def set_stock(
		self, levels: list[dict], known_lines: Callable[[set[str]], set[str]] | None = None
	) -> dict[str, dict | MedusaError]:
		outcome, sendable = {}, []
		for level in levels:
			at = [(self._place(location), quantity) for location, quantity in level["quantities"].items()]
			if all(place for place, _quantity in at):
				sendable.append({**level, "at": _summed(at)})
			else:
				outcome[level["external_id"]] = NoStockLocation(NO_STOCK_LOCATION)
		known = {level["external_id"]: level["known"] for level in sendable if _is_current(level)}
		if known:
			try:
				return outcome | self._set_stock(sendable, known, known_lines)
			except MedusaRejected:
				pass  # an item or a level was deleted: look them all up again
		return outcome | self._set_stock(sendable, {}, known_lines)

	def stock_levels(
		self,
		variant_ids: Iterable[str],
		locations: Sequence[str] = ("",),
		known_lines: Callable[[set[str]], set[str]] | None = None,
	) -> dict[str, int]:
		places = {self._place(location) for location in locations} - {""}
		held = []
		for part in query_parts("id", variant_ids):
			params = {"id[]": part, "fields": HELD_OF_VARIANT, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				held += [(variant["id"], _read(row["inventory"])) for row in variant["inventory_items"]]
		known = _asked(known_lines, [each for _variant, each in held])
		found: dict[str, int] = {}
		for variant, each in held:
			for place in places & each.stocked.keys():
				for_sale = each.stocked[place] - each.on_top(place, known)
				found[variant] = found.get(variant, 0) + for_sale
		return found

	def _set_stock(
		self,
		levels: list[dict],
		known: dict[str, dict],
		known_lines: Callable[[set[str]], set[str]] | None,
	) -> dict[str, dict | MedusaError]:
		entries = self._entries(levels, known)
		held = self._held(
			entries[level["external_id"]]["item"]
			for level in levels
			if level.get("reserves") and level["external_id"] in entries
		)
		lines = _asked(known_lines, held.values())
		outcome: dict[str, dict | MedusaError] = {}
		update: list[dict] = []
		create: list[dict] = []
		for level in levels:
			entry = entries.get(level["external_id"])
			if not entry:
				outcome[level["external_id"]] = NotSendable(NO_INVENTORY_ITEM)
				continue
			each = held.get(entry["item"])
			there = set(each.stocked if each else entry["location"].split())
			for place, quantity in level["at"].items():
				stocked = max(0, quantity + (each.on_top(place, lines) if each else 0))
				if not each or each.stocked.get(place) != stocked:
					(update if place in there else create).append(_body(entry["item"], place, stocked))
			outcome[level["external_id"]] = {
				**entry,
				"location": " ".join(sorted(there | level["at"].keys())),
			}
		if update or create:
			path = "/admin/inventory-items/location-levels/batch"
			self.client.post(path, {"create": create, "update": update})
		return outcome

	def _entries(self, levels: list[dict], known: dict[str, dict]) -> dict[str, dict]:
		"""`{external_id: inventory item}`: `item` (its id), `sku`, `location` (those with a level)."""
		found = self._inventory([level for level in levels if level["external_id"] not in known])
		entries = {level["external_id"]: found.get(level["variant_id"]) for level in levels}
		return {name: entry for name, entry in (entries | known).items() if entry}

	def _held(self, items: Iterable[str]) -> dict[str, _Held]:
		"""The levels and reservations of inventory items, by id.

		:raises MedusaNotFound: where an item doesn't exist any more
		"""
		found = {}
		items = set(items)
		for part in query_parts("id", sorted(items)):
			params = {"id[]": part, "fields": HELD_FIELDS, "limit": len(part)}
			for row in self.client.get("/admin/inventory-items", params)["inventory_items"]:
				found[row["id"]] = _read(row)
		if items - found.keys():
			raise MedusaNotFound(f"no inventory item {min(items - found.keys())}")
		return found

	def _inventory(self, levels: list[dict]) -> dict[str, dict]:
		"""`{variant id: its one inventory item}`, as in `_entries`."""
		sku_of = {level["variant_id"]: level["sku"] for level in levels}
		found = {}
		for part in query_parts("id", sku_of):
			params = {"id[]": part, "fields": INVENTORY_FIELDS, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				if len(variant["inventory_items"]) == 1:
					(row,) = variant["inventory_items"]
					found[variant["id"]] = self._inventory_item(row, sku_of[variant["id"]])
		return found

	def _inventory_item(self, row: dict, sku: str) -> dict:
		"""An item as in `_entries`. It gets the variant's sku: its old sku would be taken for other
		variants."""
		id, inventory = row["inventory_item_id"], row["inventory"]
		if inventory["sku"] != sku:
			self.client.post(f"/admin/inventory-items/{id}", {"sku": sku})
		there = sorted(level["location_id"] for level in inventory["location_levels"])
		return {"item": id, "sku": sku, "location": " ".join(there)}


def _is_current(level: dict) -> bool:
	known = level["known"]
	return (
		bool(known) and known["sku"] == level["sku"] and level["at"].keys() <= set(known["location"].split())
	)


def _summed(at: list[tuple[str, int]]) -> dict[str, int]:
	"""The quantities by location. The default location may also be in the table by its id."""
	found: dict[str, int] = {}
	for place, quantity in at:
		found[place] = found.get(place, 0) + quantity
	return found


def _read(row: dict[str, Any]) -> _Held:
	levels = row["location_levels"]
	return _Held(
		stocked={level["location_id"]: level["stocked_quantity"] for level in levels},
		reserved={level["location_id"]: level["reserved_quantity"] for level in levels},
		lines=[
			(each["location_id"], each["line_item_id"] or "", each["quantity"])
			for each in row.get("reservation_items") or ()
		],
	)


def _asked(known_lines: Callable[[set[str]], set[str]] | None, held: Iterable[_Held]) -> set[str]:
	"""The reserved lines that ERPNext knows."""
	lines = {line for each in held for _place, line, _number in each.lines if line}
	return known_lines(lines) if lines and known_lines else set()


def _body(item: str, place: str, stocked: int) -> dict:
	return {"inventory_item_id": item, "location_id": place, "stocked_quantity": stocked}
