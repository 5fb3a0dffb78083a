"""Medusa v2: the reservations of an order's lines, put right before a fulfillment at a chosen location.

Medusa refuses a fulfillment where a part of a kit has no level at the location, but has lowered the stock of the other parts by then.
And a part of a line that ships from another location than the reserved one leaves the rest reserved there for ever.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaRejected, NotSendable
from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.medusa.v2.stock_locations import StockLocations

FIELDS = (
	"id,line_item_id,inventory_item_id,location_id,quantity,inventory_item.sku,"
	"inventory_item.location_levels.location_id"
)
KITS = (
	"*items,*items.detail,items.variant.id,items.variant.manage_inventory,"
	"items.variant.inventory_items.inventory_item_id,items.variant.inventory_items.required_quantity,"
	"items.variant.inventory_items.inventory.sku,"
	"items.variant.inventory_items.inventory.location_levels.location_id"
)
NO_LEVEL = (
	"{0} has no quantity at the stock location {1} in Medusa: choose the location for it there (Inventory, {0}, Manage"
	" locations), then retry."
)


class OrderReservations(StockLocations):
	def reserved_at(self, line_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
		found: dict[str, set[str]] = {}
		for part in query_parts("line_item_id", line_ids):
			params = {"line_item_id[]": part, "fields": "id,line_item_id,location_id", "limit": 1000}
			for row in self.client.get("/admin/reservations", params)["reservations"]:
				found.setdefault(row["line_item_id"], set()).add(row["location_id"])
		return {line: tuple(sorted(places)) for line, places in found.items()}

	def make_ready(self, order: dict, parts: Sequence[LineQuantity], location: str) -> None:
		"""Let a fulfillment of these parts at this location change nothing but what it ships. Reserve lines that aren't
		reserved at all: Medusa reserves the new goods of an exchange or claim only with a shipping method, and fulfills no
		line without a reservation. Reserve those anew whose variant consists of other parts than when they were ordered.

		:param order: with the fields KITS
		:param location: "" where Medusa chooses it
		:raises NotSendable: where an inventory item has no level there
		"""
		lines = {part.line_id: part.quantity for part in parts}
		rows = self._reserved(lines)
		kits = {row["id"]: _kit(row) for row in order["items"] if row["id"] in lines}
		for row in rows if location else ():
			item = row["inventory_item"]
			self._must_have_level(item["sku"], item["location_levels"], location)
		for part in (part for kit in kits.values() for part in kit) if location else ():
			self._must_have_level(part["inventory"]["sku"], part["inventory"]["location_levels"], location)
		if changed := [row for row in order["items"] if _is_changed(row, kits, rows, lines)]:
			for row in changed:
				self._reserve_anew(row, kits[row["id"]], rows, location)
			rows = self._reserved(lines)
		for row in rows if location else ():
			if row["location_id"] != location and row["quantity"] > lines[row["line_item_id"]]:
				self._move(row, rows, location)

	def without_rest(self, order: dict, parts: Sequence[LineQuantity]) -> list[dict]:
		"""Reserve of lines only what is about to be fulfilled: Medusa refuses to fulfill a part of a line where less than that part
		is free beside the reservation. Returns the rest, for `reserve_rest`.

		:param order: with the fields KITS
		"""
		lines = {part.line_id: part.quantity for part in parts}
		number = {
			(row["id"], part["inventory_item_id"]): part["required_quantity"]
			for row in order["items"]
			for part in _kit(row)
		}
		rest = []
		for row in self._reserved(lines):
			key = (row["line_item_id"], row["inventory_item_id"])
			needed = float(lines[key[0]]) * number.get(key, 1)
			if row["quantity"] > needed:
				path = f"/admin/reservations/{quote(row['id'], safe='')}"
				self.client.post(path, {"quantity": _plain(needed)}, {"fields": "id"})
				of_line = {"line_item_id": key[0], "inventory_item_id": key[1]}
				quantity = _plain(row["quantity"] - needed)
				rest.append({**of_line, "location_id": row["location_id"], "quantity": quantity})
		return rest

	def reserve_rest(self, rest: list[dict]) -> None:
		"""Where the process dies before, or Medusa refuses, the next fulfillment of the line reserves it."""
		for body in rest:
			with suppress(MedusaRejected):
				self.client.post("/admin/reservations", body, {"fields": "id"})

	def _reserved(self, lines: dict[str, Decimal]) -> list[dict]:
		params = {"line_item_id[]": list(lines), "fields": FIELDS, "limit": 500}
		return self.client.get("/admin/reservations", params)["reservations"]

	def _must_have_level(self, sku: str, levels: list[dict], location: str) -> None:
		if location not in {level["location_id"] for level in levels}:
			raise NotSendable(NO_LEVEL, sku, self._name_of(location))

	def _reserve_anew(self, row: dict, kit: list[dict], rows: list[dict], location: str) -> None:
		"""Reserve what is open of a line by the present parts of its variant, at the location, else at one that has the goods.
		Where Medusa refuses, its answer to the fulfillment says why."""
		held = {each["inventory_item_id"]: each for each in rows if each["line_item_id"] == row["id"]}
		left = row["detail"]["quantity"] - row["detail"]["fulfilled_quantity"]
		for part in kit:
			levels = [level["location_id"] for level in part["inventory"]["location_levels"]]
			quantity = left * part["required_quantity"]
			with suppress(MedusaRejected):
				if former := held.pop(part["inventory_item_id"], None):
					path = f"/admin/reservations/{quote(former['id'], safe='')}"
					self.client.post(path, {"quantity": quantity}, {"fields": "id"})
				elif levels:
					body = {
						"line_item_id": row["id"],
						"inventory_item_id": part["inventory_item_id"],
						"location_id": location or min(levels),
						"quantity": quantity,
					}
					self.client.post("/admin/reservations", body, {"fields": "id"})
		for former in held.values():
			self.client.delete(f"/admin/reservations/{quote(former['id'], safe='')}")

	def _move(self, row: dict, rows: list[dict], location: str) -> None:
		"""Reserve at the location, then free the other one: a process that dies between both is repeated. Without enough stock
		there the reservation stays."""
		key = (row["line_item_id"], row["inventory_item_id"])
		is_there = any(
			(each["line_item_id"], each["inventory_item_id"], each["location_id"]) == (*key, location)
			for each in rows
		)
		new = {"line_item_id": key[0], "inventory_item_id": key[1], "location_id": location}
		with suppress(MedusaRejected):
			if not is_there:
				self.client.post(
					"/admin/reservations", {**new, "quantity": row["quantity"]}, {"fields": "id"}
				)
			self.client.delete(f"/admin/reservations/{quote(row['id'], safe='')}")

	def _name_of(self, location: str) -> str:
		path = f"/admin/stock-locations/{quote(location, safe='')}"
		return self.client.get(path, {"fields": "id,name"})["stock_location"]["name"]


def _plain(quantity: float) -> int | float:
	return int(quantity) if quantity == int(quantity) else quantity


def _kit(row: dict) -> list[dict]:
	"""The inventory items of which a line's variant consists now; none where Medusa keeps no stock of it."""
	variant = row.get("variant") or {}
	return variant.get("inventory_items") or [] if variant.get("manage_inventory") else []


def _is_changed(row: dict, kits: dict[str, list[dict]], rows: list[dict], lines: dict[str, Decimal]) -> bool:
	"""Whether a line that is to be fulfilled isn't reserved, or by other parts or smaller quantities than its variant has now."""
	kit = kits.get(row["id"])
	if not kit:
		return False
	held: dict[str, float] = {}
	for each in rows:
		if each["line_item_id"] == row["id"]:
			held[each["inventory_item_id"]] = held.get(each["inventory_item_id"], 0) + each["quantity"]
	wanted = {part["inventory_item_id"]: part["required_quantity"] for part in kit}
	if held.keys() != wanted.keys():
		return True
	is_kit = len(wanted) > 1 or set(wanted.values()) != {1}
	return is_kit and any(held[item] < lines[row["id"]] * number for item, number in wanted.items())
