"""Medusa v1: quantities of variants.

Source: docs/reference.md, "Stock" and "Medusa v1: inventory".
"""

from collections.abc import Callable, Iterable, Sequence

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.v1.shop import Shop


class Stock(Shop):
	def set_stock(
		self, levels: list[dict], known_lines: Callable[[set[str]], set[str]] | None = None
	) -> dict[str, dict | MedusaError]:
		"""As in Dialect. v1 has one quantity a variant and no reservations: each order reduces it."""

		def act(client: MedusaClient, level: dict) -> dict:
			path = f"/admin/products/{level['product_id']}/variants/{level['variant_id']}"
			client.post(path, {"inventory_quantity": max(0, sum(level["quantities"].values()))})
			return {}

		return self._each(act, levels)

	def stock_levels(
		self,
		variant_ids: Iterable[str],
		locations: Sequence[str] = ("",),
		known_lines: Callable[[set[str]], set[str]] | None = None,
	) -> dict[str, int]:
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
