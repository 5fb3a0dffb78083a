"""A person in Medusa's admin who deletes what the app made there."""

import random

import requests

from tests.medusa.server import Medusa

NOTHING = "person found nothing"
LEVELS = "id,location_levels.id,location_levels.location_id,location_levels.reserved_quantity"


class Person:
	"""Deletes a variant, a product, a collection, a price list, a stock level or an inventory item at a time."""

	def __init__(self, medusa: Medusa, seed: int) -> None:
		self.medusa = medusa
		self.token = medusa.token()
		self.random = random.Random(f"person {seed}")

	def delete(self) -> str:
		"""Delete a record, and return the kind as a word for the figures. Medusa may be away, or refuse it."""
		acts = [self._variant, self._variant, self._collection, self._product, self._price_list]
		if self.medusa.version == "v2":
			acts += [self._level, self._level, self._inventory_item]
		act = self.random.choice(acts)
		try:
			return f"deleted {act.__name__[1:]}" if act() else NOTHING
		except requests.RequestException:
			return f"refused to delete {act.__name__[1:]}"

	def _admin(self, method: str, path: str, json: dict | None = None, params: dict | None = None) -> dict:
		"""A call that doesn't wait for long: Medusa may be frozen."""
		headers = {"Authorization": f"Bearer {self.token}"}
		url = self.medusa.url + path
		reply = requests.request(method, url, headers=headers, json=json, params=params, timeout=3)
		reply.raise_for_status()
		return reply.json()

	def _pick(self, what: str, **params) -> dict | None:
		rows = self._admin("GET", f"/admin/{what}", params={"limit": 200, **params})
		found = rows[what.replace("-", "_")]
		return self.random.choice(found) if found else None

	def _variant(self) -> bool:
		product = self._pick("products", **({"expand": "variants"} if self.medusa.version == "v1" else {}))
		if not product or not product["variants"]:
			return False
		variant = product["variants"][0]["id"]
		self._admin("DELETE", f"/admin/products/{product['id']}/variants/{variant}")
		return True

	def _delete(self, what: str) -> bool:
		row = self._pick(what)
		if row:
			self._admin("DELETE", f"/admin/{what}/{row['id']}")
		return bool(row)

	def _product(self) -> bool:
		return self._delete("products")

	def _collection(self) -> bool:
		return self._delete("collections")

	def _price_list(self) -> bool:
		return self._delete("price-lists")

	def _inventory_item(self) -> bool:
		return self._delete("inventory-items")

	def _level(self) -> bool:
		item = self._pick("inventory-items", fields=LEVELS)
		if not item or not item["location_levels"]:
			return False
		place = item["location_levels"][0]["location_id"]
		path = f"/admin/inventory-items/{item['id']}/location-levels/{place}"
		self._admin("POST", path, {"stocked_quantity": 0})  # Medusa deletes no level with stock.
		self._admin("DELETE", path)
		return True
