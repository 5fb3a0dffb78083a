"""Medusa v2: returns. Source: docs/reference.md, "Medusa v2: orders coming in".

A return takes three calls to request and three to receive. The order has an open change between them, which no second
one can join; a call that is repeated there would add the same items again. So each step looks how far the last try came.
"""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from medusa_integration.medusa.orders import Part
from medusa_integration.medusa.v2.order_writing import items_of
from medusa_integration.medusa.v2.shop import Shop

OPEN = "open"
RETURN_FIELDS = "id,status,order_id,metadata,canceled_at,items.item_id,items.quantity,items.received_quantity"
CHANGE_FIELDS = "id,status,return_id,actions.action"
UNDER_WAY = ("pending", "requested")


class ReturnWriting(Shop):
	def request_return(self, order_id: str, parts: Sequence[Part], location_id: str, reference: str) -> str:
		found = self._return_with(order_id, reference) or self._new_return(order_id, location_id, reference)
		if found["status"] == OPEN:
			path = _path(found["id"])
			if "RETURN_ITEM" not in self._actions(order_id, found["id"]):
				items = items_of(parts)
				self.client.post(f"{path}/request-items", {"items": items}, {"fields": "id"})
			self.client.post(f"{path}/request", {}, {"fields": "id"})
		return found["id"]

	def receive_return(self, order_id: str, return_id: str, parts: Sequence[Part]) -> None:
		path = _path(return_id)
		row = self.client.get(path, {"fields": RETURN_FIELDS})["return"]
		missing = _missing(row["items"], parts)
		if not missing:
			return
		actions = self._actions(order_id, return_id)
		if actions is None:
			self.client.post(f"{path}/receive", {}, {"fields": "id"})
		if "RECEIVE_RETURN_ITEM" not in (actions or ()):
			items = items_of(missing)
			self.client.post(f"{path}/receive-items", {"items": items}, {"fields": "id"})
		self.client.post(f"{path}/receive/confirm", {}, {"fields": "id"})

	def _return_with(self, order_id: str, reference: str) -> dict | None:
		params = {"order_id": order_id, "fields": RETURN_FIELDS, "limit": 200}
		for row in self.client.get("/admin/returns", params)["returns"]:
			is_ours = (row["metadata"] or {}).get("reference") == reference
			if is_ours and row["order_id"] == order_id and row["status"] != "canceled":
				return row
		return None

	def _new_return(self, order_id: str, location_id: str, reference: str) -> dict:
		body = {"order_id": order_id, "metadata": {"reference": reference}, "no_notification": True}
		if location := location_id or self.chosen["stock_location"]:
			body["location_id"] = location
		return self.client.post("/admin/returns", body)["return"]

	def _actions(self, order_id: str, return_id: str) -> set[str] | None:
		"""What the order's open change has of a return; None without such a change."""
		path = f"/admin/orders/{quote(order_id, safe='')}/changes"
		changes = self.client.get(path, {"fields": CHANGE_FIELDS})["order_changes"]
		for change in changes:
			if change["return_id"] == return_id and change["status"] in UNDER_WAY:
				return {action["action"] for action in change["actions"] or ()}
		return None


def _missing(items: list[dict], parts: Sequence[Part]) -> list[Part]:
	"""Of what has come, what Medusa doesn't know yet."""
	received: dict[str, Decimal] = {}
	for item in items:
		quantity = Decimal(str(item["received_quantity"] or 0))
		received[item["item_id"]] = received.get(item["item_id"], Decimal(0)) + quantity
	left = [Part(part.line_id, part.quantity - received.get(part.line_id, Decimal(0))) for part in parts]
	return [part for part in left if part.quantity > 0]


def _path(return_id: str) -> str:
	return f"/admin/returns/{quote(return_id, safe='')}"
