"""Medusa v2: inventory levels at the stock locations.

A level's quantity for sale is its `stocked_quantity` less its `reserved_quantity`. An order reserves, its
fulfillment takes as much off both, its cancellation releases. So the quantity for sale plus the present
reservations is written as stocked. Reservations of orders that ERPNext doesn't know yet aren't added: they
subtract a quantity that ERPNext can't.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	NoStockLocation,
	NotSendable,
)
from medusa_integration.medusa.matching import NO_VARIANT, query_parts
from medusa_integration.medusa.stock_operations import LeftOver
from medusa_integration.medusa.v2.held_stock import (
	HELD_FIELDS,
	HELD_OF_ITEM,
	HELD_OF_VARIANT,
	Held,
	own_item,
	read,
	reserved_lines,
)
from medusa_integration.medusa.v2.inventory import InventoryItems, entry_of
from medusa_integration.medusa.v2.stock_locations import StockLocations

LOOKED_UP = (
	10  # levels whose inventory items are looked up each time: one call, against those of a mass of levels
)
LEVELS = 1000  # levels that are written in a call: a product's hundred variants may be at several locations
ITEMS = 500  # inventory items with their reservations in a call
INVENTORY_FIELDS = (
	"id,manage_inventory,inventory_items.inventory_item_id,inventory_items.required_quantity,inventory_items.inventory.sku,"
	"inventory_items.inventory.location_levels.location_id,inventory_items.inventory.location_levels.stocked_quantity"
)
LEVELS_OF_VARIANT = (
	"id,inventory_items.inventory.location_levels.location_id,"
	"inventory_items.inventory.location_levels.stocked_quantity,"
	"inventory_items.inventory.location_levels.reserved_quantity"
)
LOCATION_GONE = (
	"The stock location {0} of the table Stock Locations isn't in the shop any more: choose another one in the Medusa Configuration,"
	" or remove the row, and save. The quantities at the other locations were sent."
)
NO_STOCK_LOCATION = (
	"The stock location to write to isn't settled. Choose one in the Medusa Configuration: it has to be in the shop,"
	" and may be left blank only where the shop has exactly one."
)
UNMANAGED = (
	"The variant in Medusa has no stock: Manage inventory was switched off there. Choose Sync now on the Website Item,"
	" which switches it on again."
)
INVENTORY_KIT = (
	"The variant in Medusa is an Inventory kit: it has several inventory items, or more than one piece of one, so a"
	" quantity of it can't be set. In Medusa's admin, leave just its own inventory item with quantity 1 in the variant's"
	" Inventory kit, then Retry."
)
ITEM_TAKEN = (
	"The variant in Medusa has no inventory item, and another variant has the one with its SKU. In Medusa's admin, give"
	" the other variant's inventory item another SKU, then Retry."
)
SKU_KEPT = (
	"Another inventory item in Medusa has the SKU {0}. In Medusa's admin, open Inventory, delete that item or give it another"
	" SKU, then Retry."
)


class Stock(StockLocations):
	def set_stock(
		self, levels: list[dict], known_lines: Callable[[set[str]], set[str]] | None = None
	) -> dict[str, dict | MedusaError]:
		outcome, sendable = {}, []
		for level in levels:
			name = level["external_id"]
			at = [(self.place(location), location, units) for location, units in level["quantities"].items()]
			if missing := [
				location for place, location, units in at if not place and (units or not location)
			]:
				gone = next(filter(None, missing), "")
				words = (LOCATION_GONE, gone) if gone else (NO_STOCK_LOCATION,)
				outcome[name] = NoStockLocation(*words)
			if not any(location == "" for location in missing):
				there = [(place, units) for place, _location, units in at if place]
				sendable.append({**level, "at": _summed(there)})
		return self._send_levels(sendable, known_lines) | outcome

	def _send_levels(
		self, levels: list[dict], known_lines: Callable[[set[str]], set[str]] | None
	) -> dict[str, dict | MedusaError]:
		known = {level["external_id"]: level["known"] for level in levels if _is_current(level)}
		if known and len(levels) > LOOKED_UP:
			try:
				return self._set_stock(levels, known, known_lines)
			except MedusaRejected:
				pass  # an item or a level was deleted: look them all up again
		return self._set_stock(levels, {}, known_lines) if levels else {}

	def stock_levels(
		self,
		variant_ids: Iterable[str],
		locations: Sequence[str] = ("",),
		known_lines: Callable[[set[str]], set[str]] | None = None,
	) -> dict[str, int]:
		places = {self.place(location) for location in locations} - {""}
		held = []
		for part in query_parts("id", variant_ids):
			params = {"id[]": part, "fields": HELD_OF_VARIANT, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				if own_item(variant):
					(row,) = variant["inventory_items"]
					held.append((variant["id"], read(row["inventory"])))
		known = reserved_lines(known_lines, [each for _variant, each in held])
		found: dict[str, int] = {}
		for variant, each in held:
			for place in places & each.stocked.keys():
				for_sale = each.stocked[place] - each.on_top(place, known)
				found[variant] = found.get(variant, 0) + for_sale
		return found

	def stock_elsewhere(
		self, variant_ids: Iterable[str], locations: Sequence[str] = ("",)
	) -> dict[str, dict[str, int]]:
		ours = {self.place(location) for location in locations}
		others = {
			id: name
			for id, (name, channels) in self.linked_locations.items()
			if id not in ours and self.sales_channel in channels
		}
		found: dict[str, dict[str, int]] = {}
		for part in query_parts("id", variant_ids) if others else ():
			params = {"id[]": part, "fields": LEVELS_OF_VARIANT, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				for row in variant["inventory_items"]:
					for level in (row["inventory"] or {}).get("location_levels", ()):
						name = others.get(level["location_id"])
						units = level["stocked_quantity"] - level["reserved_quantity"]
						if name and units > 0:
							found.setdefault(variant["id"], {})[name] = units
		return found

	def left_over_reservations(self) -> list[LeftOver]:
		"""Read twice where there are some: an order may be placed between Medusa's two reads of one call."""
		doubtful = {row["id"]: left for row in self._inventory_items() if (left := read(row).left_over())}
		found = []
		for part in query_parts("id", doubtful):
			params = {"id[]": part, "fields": HELD_OF_ITEM, "limit": len(part)}
			for row in self.client.get("/admin/inventory-items", params)["inventory_items"]:
				left, before = read(row).left_over(), doubtful[row["id"]]
				for id in left.keys() & before.keys():
					place = self.linked_locations.get(id, (id,))[0]
					quantity = min(left[id], before[id])
					found.append(LeftOver(row["sku"] or "", row["id"], place, id, quantity))
		return sorted(found)

	def _inventory_items(self) -> Iterator[dict]:
		params: dict = {"fields": HELD_OF_ITEM, "order": "id", "limit": ITEMS, "offset": 0}
		while rows := self.client.get("/admin/inventory-items", params)["inventory_items"]:
			yield from rows
			params["offset"] += ITEMS

	def _set_stock(
		self,
		levels: list[dict],
		known: dict[str, dict],
		known_lines: Callable[[set[str]], set[str]] | None,
	) -> dict[str, dict | MedusaError]:
		entries = self._entries(levels, known)
		items = {name: entry["item"] for name, entry in entries.items() if isinstance(entry, dict)}
		sold = {level["external_id"]: level["variant_id"] for level in levels if level.get("reserves")}
		held = self._held({items[name]: variant for name, variant in sold.items() if name in items})
		lines = reserved_lines(known_lines, held.values())
		outcome: dict[str, dict | MedusaError] = {}
		update: list[dict] = []
		create: list[dict] = []
		for level in levels:
			entry = entries[level["external_id"]]
			if isinstance(entry, MedusaError):
				outcome[level["external_id"]] = entry
				continue
			each = held.get(entry["item"])
			there = set(each.stocked if each else entry["location"].split())
			left = [place for place in level.get("left", ()) if place in there and place in self.location_ids]
			for place, quantity in {**dict.fromkeys(left, 0), **level["at"]}.items():
				stocked = max(0, quantity + (each.on_top(place, lines) if each else 0))
				if not each or each.stocked.get(place) != stocked:
					(update if place in there else create).append(_body(entry["item"], place, stocked))
			outcome[level["external_id"]] = {
				**entry,
				"location": " ".join(sorted(there | level["at"].keys())),
			}
		self._write_levels(create, update)
		return outcome

	def _write_levels(self, create: list[dict], update: list[dict]) -> None:
		"""In one call for 1,000 of them."""
		rows = [("create", body) for body in create] + [("update", body) for body in update]
		for first in range(0, len(rows), LEVELS):
			bodies: dict[str, list[dict]] = {"create": [], "update": []}
			for what, body in rows[first : first + LEVELS]:
				bodies[what].append(body)
			self.client.post("/admin/inventory-items/location-levels/batch", bodies)

	def _entries(self, levels: list[dict], known: dict[str, dict]) -> dict[str, dict | MedusaError]:
		"""`{external_id: inventory item}`: `item` (its id), `sku`, `location` (those with a level); the MedusaError of a
		variant that can't have a level."""
		found = self._inventory([level for level in levels if level["external_id"] not in known])
		return {
			level["external_id"]: known.get(level["external_id"]) or found[level["variant_id"]]
			for level in levels
		}

	def _held(self, variant_of: dict[str, str]) -> dict[str, Held]:
		"""The levels and reservations of inventory items, by id.

		:param variant_of: `{inventory item: its variant}`
		:raises MedusaNotFound: where an item doesn't exist any more, or isn't the only one of its variant
		"""
		found = {}
		for part in query_parts("id", sorted(variant_of)):
			params = {"id[]": part, "fields": HELD_FIELDS, "limit": len(part)}
			for row in self.client.get("/admin/inventory-items", params)["inventory_items"]:
				found[row["id"]] = read(row)
		for item, variant in variant_of.items():
			if item not in found or variant not in found[item].variants:
				raise MedusaNotFound(f"no inventory item {item} of the variant {variant} alone")
		return found

	def _inventory(self, levels: list[dict]) -> dict[str, dict | MedusaError]:
		"""`{variant id: its one inventory item}`, as in `_entries`. A variant whose inventory item was deleted or unlinked in
		Medusa gets it again."""
		level_of = {level["variant_id"]: level for level in levels}
		found: dict[str, dict | MedusaError] = {}
		bare = {}
		renamed: dict[str, str] = {}  # `{inventory item: its variant}`
		for part in query_parts("id", level_of):
			params = {"id[]": part, "fields": INVENTORY_FIELDS, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				id = variant["id"]
				if own_item(variant):
					(row,) = variant["inventory_items"]
					item, sku = row["inventory_item_id"], level_of[id]["sku"]
					found[id] = entry_of(item, sku, row["inventory"]["location_levels"])
					if row["inventory"]["sku"] != sku:  # The former SKU would be taken for other variants.
						renamed[item] = id
				elif variant["inventory_items"]:
					found[id] = NotSendable(INVENTORY_KIT)
				elif variant["manage_inventory"]:
					bare[id] = level_of[id]
				else:
					found[id] = NotSendable(UNMANAGED)
		for id, restored in self._restored(bare).items():
			found[id] = restored or NotSendable(ITEM_TAKEN)
		skus = {item: level_of[id]["sku"] for item, id in renamed.items()}
		for item in InventoryItems(self.client).give_skus(skus) if skus else ():
			found[renamed[item]] = NotSendable(SKU_KEPT, skus[item])
		return {id: found.get(id) or NotSendable(NO_VARIANT) for id in level_of}

	def _restored(self, bare: dict[str, dict]) -> dict[str, dict | None]:
		"""Give variants an inventory item, as `_entries` has it; None where another variant has the one with the sku."""
		items = InventoryItems(self.client).restore(
			[(level["product_id"], variant, level["sku"]) for variant, level in bare.items()]
		)
		return {variant: items.get(level["sku"]) for variant, level in bare.items()}


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


def _body(item: str, place: str, stocked: int) -> dict:
	return {"inventory_item_id": item, "location_id": place, "stocked_quantity": stocked}
