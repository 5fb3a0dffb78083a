"""Medusa v2: the reservations of an order's lines, put right before a fulfillment at a chosen location.

Medusa refuses a fulfillment where a part of a kit has no level at the location, but has lowered the stock of the other parts by then.
And a part of a line that ships from another location than the reserved one leaves the rest reserved there for ever.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaRejected, NotSendable
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.medusa.v2.shop import Shop

FIELDS = (
	"id,line_item_id,inventory_item_id,location_id,quantity,inventory_item.sku,"
	"inventory_item.location_levels.location_id"
)
NO_LEVEL = (
	"{0} has no quantity at the stock location {1} in Medusa: choose the location for it there (Inventory, {0}, Manage"
	" locations), then retry."
)


class OrderReservations(Shop):
	def make_ready(self, parts: Sequence[LineQuantity], location: str) -> None:
		"""Let a fulfillment of these parts at this location change nothing but what it ships.

		:raises NotSendable: where an inventory item has no level there
		"""
		lines = {part.line_id: part.quantity for part in parts}
		params = {"line_item_id[]": list(lines), "fields": FIELDS, "limit": 500}
		rows = self.client.get("/admin/reservations", params)["reservations"]
		for row in rows:
			item = row["inventory_item"]
			if location not in {level["location_id"] for level in item["location_levels"]}:
				raise NotSendable(NO_LEVEL, item["sku"], self._name_of(location))
		for row in rows:
			if row["location_id"] != location and row["quantity"] > lines[row["line_item_id"]]:
				self._move(row, rows, location)

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
