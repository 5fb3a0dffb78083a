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
				# an order that was cancelled in Medusa takes nothing more, and needs to hear nothing of a cancellation
				if order["order_status"] != "Cancelled" or not self._is_cancelled(order["order_id"]):
					raise

	def _is_cancelled(self, order_id: str) -> bool:
		path = f"/admin/orders/{quote(order_id, safe='')}"
		return self.client.get(path, {"fields": "id,status"})["order"]["status"] == "canceled"

	def update_quotation(self, quotation: dict) -> None:
		self._merge_metadata("draft-orders", quotation["draft_order_id"], quotation)

	def _merge_metadata(self, what: str, id: str, values: dict, without: tuple[str, ...] = ()) -> None:
		"""Medusa loses one of two merges that it gets at once: the outbox sends a record's one after the other."""
		# "" takes a key out of the metadata, where null would stay in it
		metadata = {
			key: "" if value is None else value for key, value in values.items() if key not in without
		}
		self.client.post(f"/admin/{what}/{quote(id, safe='')}", {"metadata": metadata}, {"fields": "id"})
