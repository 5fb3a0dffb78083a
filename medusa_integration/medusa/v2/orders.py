"""Medusa v2: the status of orders and the prices of quotations, in their metadata."""

from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaNotFound, MedusaRejected
from medusa_integration.medusa.v2.shop import Shop


class Orders(Shop):
	def update_order(self, order: dict) -> None:
		with self.alone(order["order_id"]):
			try:
				self._merge_metadata("orders", order["order_id"], order, without=("order_id",))
			except MedusaNotFound:
				raise
			except MedusaRejected:
				# Medusa refuses all updates of a cancelled order, which needs none about its end
				if order["order_status"] not in ("Cancelled", "Closed") or not self._is_cancelled(
					order["order_id"]
				):
					raise

	def _is_cancelled(self, order_id: str) -> bool:
		path = f"/admin/orders/{quote(order_id, safe='')}"
		return self.client.get(path, {"fields": "id,status"})["order"]["status"] == "canceled"

	def update_quotation(self, quotation: dict) -> None:
		self._merge_metadata("draft-orders", quotation["draft_order_id"], quotation)

	def _merge_metadata(self, what: str, id: str, values: dict, without: tuple[str, ...] = ()) -> None:
		"""Medusa loses one of two merges at once, so the outbox sends a record's merges one by one."""
		# "" removes a key from the metadata; null would stay in it
		metadata = {
			key: "" if value is None else value for key, value in values.items() if key not in without
		}
		self.client.post(f"/admin/{what}/{quote(id, safe='')}", {"metadata": metadata}, {"fields": "id"})
