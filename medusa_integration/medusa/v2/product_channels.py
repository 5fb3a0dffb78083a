"""Medusa v2: the sales channels of products. They have a call of their own: an update that names a product's channels drops and
remakes the links, and takes the product out of the shop for a moment.
"""

from collections import defaultdict

from medusa_integration.medusa.owners import channel_changes
from medusa_integration.medusa.v2.shop import Shop


class ProductChannels(Shop):
	def write_channels(
		self, products: list[dict], existing: dict[str, dict], written: dict[str, dict]
	) -> dict[str, str]:
		"""Add products to the shop's sales channel, and remove them from another one where the app had added them.

		:returns: `{external_id: the channel that the app added, "" for none}` of the products where that changed
		"""
		changes: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"add": [], "remove": []})
		added = {}
		for product in products:
			name, wanted = product["external_id"], self.sales_channel
			if name not in existing:
				added[name] = wanted
				continue
			found = {channel["id"] for channel in existing[name].get("sales_channels") or () if channel}
			former = product.get("former_channel") or ""
			add, remove = channel_changes(product["owners"]["sales_channel"], found, wanted, former)
			for id in add:
				changes[id]["add"].append(written[name]["id"])
			for id in remove:
				changes[id]["remove"].append(written[name]["id"])
			if add or former in remove:
				added[name] = wanted if add else ""
		for id, change in changes.items():
			self.client.post(f"/admin/sales-channels/{id}/products", change, {"fields": "id"})
		return added
