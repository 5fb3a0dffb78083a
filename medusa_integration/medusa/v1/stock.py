"""Medusa v1: quantities of variants.

Source: docs/reference.md, "Stock" and "Medusa v1: inventory".
"""

from collections.abc import Iterable

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.v1.shop import Shop


class Stock(Shop):
	def set_stock(self, levels: list[dict]) -> dict[str, dict | MedusaError]:

		def act(client: MedusaClient, level: dict) -> dict:
			path = f"/admin/products/{level['product_id']}/variants/{level['variant_id']}"
			client.post(path, {"inventory_quantity": level["quantity"]})
			return {}

		return self._each(act, levels)

	def stock_levels(self, variant_ids: Iterable[str]) -> dict[str, int]:
		found = {}
		for part in query_parts("id", variant_ids):
			params = {
				"id[]": part,
				"fields": "id,inventory_quantity",
				"expand": "product",
				"limit": len(part),
			}
			rows = self.client.get("/admin/variants", params)["variants"]
			found.update({row["id"]: row["inventory_quantity"] for row in rows})
		return found
