"""Medusa v2: inventory levels at the stock location."""

from collections.abc import Iterable

from medusa_integration.medusa.errors import MedusaError, MedusaRejected, NoStockLocation, NotSendable
from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.v2.shop import Shop

INVENTORY_FIELDS = (
	"id,inventory_items.inventory_item_id,inventory_items.inventory.sku,"
	"inventory_items.inventory.location_levels.location_id,inventory_items.inventory.location_levels.stocked_quantity"
)
NO_STOCK_LOCATION = (
	"The stock location to write to isn't settled. Choose one in the Medusa Configuration: it has to be in the shop,"
	" and may be left blank only where the shop has exactly one."
)
NO_INVENTORY_ITEM = (
	"The variant in Medusa hasn't got exactly one inventory item of its own. In Medusa's admin, see to its"
	" Manage inventory and Inventory kit."
)


class Stock(Shop):
	@property
	def stock_location(self) -> str:
		"""The chosen location, else the shop's only one; "" where that isn't to be had. Asked anew by each drain: Medusa
		would take any id."""
		if "stock locations" not in self.known:
			reply = self.client.get("/admin/stock-locations", {"fields": "id", "limit": 1000})
			self.known["stock locations"] = [row["id"] for row in reply["stock_locations"]]
		ids, chosen = self.known["stock locations"], self.chosen["stock_location"]
		if chosen:
			return chosen if chosen in ids else ""
		return ids[0] if len(ids) == 1 else ""

	def set_stock(self, levels: list[dict]) -> dict[str, dict | MedusaError]:
		if not self.stock_location:
			return {level["external_id"]: NoStockLocation(NO_STOCK_LOCATION) for level in levels}
		known = {level["external_id"]: level["known"] for level in levels if self._is_current(level)}
		if known:
			try:
				return self._set_stock(levels, known)
			except MedusaRejected:
				pass  # somebody deleted an item or a level: look them all up again
		return self._set_stock(levels, {})

	def stock_levels(self, variant_ids: Iterable[str]) -> dict[str, int]:
		found = {}
		for part in query_parts("id", variant_ids):
			params = {"id[]": part, "fields": INVENTORY_FIELDS, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				for row in variant["inventory_items"]:
					for level in row["inventory"]["location_levels"]:
						if level["location_id"] == self.stock_location:
							found[variant["id"]] = level["stocked_quantity"]
		return found

	def _is_current(self, level: dict) -> bool:
		known = level["known"]
		return bool(known) and (known["location"], known["sku"]) == (self.stock_location, level["sku"])

	def _set_stock(self, levels: list[dict], known: dict[str, dict]) -> dict[str, dict | MedusaError]:
		found = self._inventory([level for level in levels if level["external_id"] not in known])
		outcome, update, create = {}, [], []
		for level in levels:
			name = level["external_id"]
			entry = known.get(name) or found.get(level["variant_id"])
			if not entry:
				outcome[name] = NotSendable(NO_INVENTORY_ITEM)
				continue
			body = {
				"inventory_item_id": entry["item"],
				"location_id": self.stock_location,
				"stocked_quantity": level["quantity"],
			}
			(update if entry["location"] else create).append(body)
			outcome[name] = {**entry, "location": self.stock_location}
		if update or create:
			path = "/admin/inventory-items/location-levels/batch"
			self.client.post(path, {"create": create, "update": update})
		return outcome

	def _inventory(self, levels: list[dict]) -> dict[str, dict]:
		"""By variant id, its one inventory item: `item` (its id), `sku`, and `location` where it has a level there."""
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
		"""Its sku doesn't follow the variant's, and would keep it from being given to another one."""
		id, inventory = row["inventory_item_id"], row["inventory"]
		if inventory["sku"] != sku:
			self.client.post(f"/admin/inventory-items/{id}", {"sku": sku})
		there = {level["location_id"] for level in inventory["location_levels"]}
		return {
			"item": id,
			"sku": sku,
			"location": self.stock_location if self.stock_location in there else "",
		}
