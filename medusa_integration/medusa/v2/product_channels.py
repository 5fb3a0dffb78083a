"""Medusa v2: the sales channels of products. They have a call of their own: an update that names a product's channels drops and
remakes the links, and takes the product out of the shop for a moment.
"""

from collections import defaultdict
from collections.abc import Iterable

from medusa_integration.medusa import sold_in
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.v2.shop import Shop


class ProductChannels(Shop):
	def write_channels(
		self, products: list[dict], existing: dict[str, dict], written: dict[str, dict]
	) -> dict[str, list[str]]:
		"""Add products to the sales channels in which they are to be sold, and remove them from others.

		:returns: `{external_id: the channels to which the app has added the product}`
		"""
		changes: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"add": [], "remove": []})
		added = {}
		for product in products:
			name = product["external_id"]
			if name not in existing:
				added[name] = sorted(sold_in.wanted(product, self.sales_channel))
				continue
			found = {channel["id"] for channel in existing[name].get("sales_channels") or () if channel}
			add, remove = sold_in.changes(product, found, self.sales_channel)
			for id in add:
				changes[id]["add"].append(written[name]["id"])
			for id in remove:
				changes[id]["remove"].append(written[name]["id"])
			added[name] = sold_in.added(product, add, remove)
		for id, change in changes.items():
			self.client.post(f"/admin/sales-channels/{id}/products", change, {"fields": "id"})
		return added

	def place_products(self, products: list[dict]) -> dict[str, list[str] | MedusaError]:
		if problem := self.dead_choice():
			return {product["external_id"]: problem for product in products}
		known = {product["id"]: product for product in products}
		rows = {
			known[row["id"]]["external_id"]: row
			for row in self._rows("products", "id", known, "id,sales_channels.id")
		}
		there = [product for product in products if product["external_id"] in rows]
		return {**self.write_channels(there, rows, rows)}

	def channels_without_location(self, ids: Iterable[str]) -> set[str]:
		rows = self.client.get("/admin/stock-locations", {"fields": "id,sales_channels.id", "limit": 1000})
		linked = {
			channel["id"]
			for row in rows["stock_locations"]
			for channel in row["sales_channels"] or ()
			if channel
		}
		return {*ids} - linked

	def channels_there(self) -> dict[str, bool]:
		rows = self.client.get("/admin/sales-channels", {"fields": "id,is_disabled", "limit": 1000})
		return {row["id"]: not row["is_disabled"] for row in rows["sales_channels"]}
