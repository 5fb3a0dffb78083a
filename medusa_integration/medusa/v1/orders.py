"""Medusa v1: the status of orders and the prices of quotations, by two routes of the storefront's extension.

Source: docs/reference.md, "Orders" and "Quotations".
"""

from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaNotFound, MedusaRejected, NotSendable
from medusa_integration.medusa.v1.shop import Shop


class Orders(Shop):
	def update_order(self, order: dict) -> None:
		body = {key: value for key, value in order.items() if key != "order_id"}
		try:
			self.client.post("/store/order-update", body, {"order_id": order["order_id"]})
		except MedusaNotFound:
			raise
		except MedusaRejected:
			# Like v2, v1 refuses every update of a cancelled order.
			if order["order_status"] != "Cancelled" or not self._is_cancelled(order["order_id"]):
				raise

	def _is_cancelled(self, order_id: str) -> bool:
		order = self.client.get(f"/admin/orders/{quote(order_id, safe='')}", {"fields": "id,status"})["order"]
		return order["status"] == "canceled"

	def update_quotation(self, quotation: dict) -> None:
		if not quotation["quotation_id"]:
			raise NotSendable("The Quotation has no Medusa Quotation Id, by which Medusa v1 would find it.")
		body = {key: value for key, value in quotation.items() if key != "quotation_id"}
		self.client.post("/store/quotation-update", body, {"quot_id": quotation["quotation_id"]})
