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
	"id,items.id,items.variant.id,items.variant.manage_inventory,"
	"items.variant.inventory_items.inventory_item_id,items.variant.inventory_items.required_quantity,"
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

	def make_ready(self, order_id: str, parts: Sequence[LineQuantity], location: str) -> None:
		"""Let a fulfillment of these parts at this location change nothing but what it ships. Reserve lines that aren't
		reserved at all: Medusa reserves the new goods of an exchange or claim only with a shipping method, and fulfills no
		line without a reservation.

		:param location: "" where Medusa chooses it
		:raises NotSendable: where an inventory item has no level there
		"""
		lines = {part.line_id: part.quantity for part in parts}
		params = {"line_item_id[]": list(lines), "fields": FIELDS, "limit": 500}
		rows = self.client.get("/admin/reservations", params)["reservations"]
		for row in rows if location else ():
			item = row["inventory_item"]
			if location not in {level["location_id"] for level in item["location_levels"]}:
				raise NotSendable(NO_LEVEL, item["sku"], self._name_of(location))
		if missing := set(lines) - {row["line_item_id"] for row in rows}:
			self._reserve(order_id, {line: lines[line] for line in missing}, location)
		for row in rows if location else ():
			if row["location_id"] != location and row["quantity"] > lines[row["line_item_id"]]:
				self._move(row, rows, location)

	def _reserve(self, order_id: str, lines: dict[str, Decimal], location: str) -> None:
		"""Reserve lines at the location, else at one that has the goods. Where Medusa refuses, its answer to the
		fulfillment says why."""
		path = f"/admin/orders/{quote(order_id, safe='')}"
		for row in self.client.get(path, {"fields": KITS})["order"]["items"]:
			variant = row.get("variant") or {}
			kit = variant.get("inventory_items") or [] if variant.get("manage_inventory") else []
			for part in kit if row["id"] in lines else ():
				levels = [level["location_id"] for level in part["inventory"]["location_levels"]]
				if not levels:
					continue
				quantity = lines[row["id"]] * part["required_quantity"]
				body = {
					"line_item_id": row["id"],
					"inventory_item_id": part["inventory_item_id"],
					"location_id": location or min(levels),
					"quantity": float(quantity) if quantity % 1 else int(quantity),
				}
				with suppress(MedusaRejected):
					self.client.post("/admin/reservations", body, {"fields": "id"})

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
