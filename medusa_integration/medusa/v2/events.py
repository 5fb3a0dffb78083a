"""Medusa v2: the test of its events. Source: docs/reference.md, "The test event"."""

from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaNotFound, MedusaUnavailable
from medusa_integration.medusa.event_operations import PluginAnswer
from medusa_integration.medusa.v2.shop import Shop

# A key that no order has: Medusa takes a key with "" out of the metadata, and emits the event all the same.
NOTHING = {"metadata": {"erp_test_event": ""}}
OF_PLUGIN = "erpnext_unavailable"  # type of the plugin's own errors


class Events(Shop):
	def newest_order(self) -> tuple[str, str]:
		params = {"fields": "id,display_id", "order": "-created_at", "limit": 1}
		rows = self.client.get("/admin/orders", params)["orders"]
		return (rows[0]["id"], str(rows[0]["display_id"])) if rows else ("", "")

	def touch_order(self, id: str) -> None:
		self.client.post(f"/admin/orders/{quote(id, safe='')}", NOTHING, {"fields": "id"})

	def ask_plugin(self, id: str) -> PluginAnswer | None:
		try:
			self.client.get(f"/admin/erp/orders/{quote(id, safe='')}")
		except MedusaNotFound:
			return PluginAnswer(True)  # The plugin's own: it knows no such order.
		except MedusaUnavailable as error:
			if error.type == OF_PLUGIN:
				return PluginAnswer(True, error.message)
			if error.status_code == 404:  # Medusa's page for an unknown path
				return PluginAnswer(False)
			raise
		return PluginAnswer(True)
