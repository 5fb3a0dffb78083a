"""Medusa v1: the test of its events. Source: docs/reference.md, "The test event"."""

from urllib.parse import quote

from medusa_integration.medusa.v1.shop import Shop


class Events(Shop):
	def newest_order(self) -> tuple[str, str]:
		params = {"fields": "id,display_id", "expand": "", "order": "-created_at", "limit": 1}
		rows = self.client.get("/admin/orders", params)["orders"]
		return (rows[0]["id"], str(rows[0]["display_id"])) if rows else ("", "")

	def touch_order(self, id: str) -> None:
		self.client.post(f"/admin/orders/{quote(id, safe='')}", {})
