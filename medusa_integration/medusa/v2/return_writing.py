"""Medusa v2: returns. Source: docs/reference.md, "Medusa v2: orders coming in".

A return takes three calls to request and three to receive. Between them the order has an open change, and
can't have a second one. A call repeated there would add the same items again. So each step first reads how
far the last try got.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.medusa.v2.order_writing import items_of
from medusa_integration.medusa.v2.shop import Shop
from medusa_integration.money import decimal

OPEN = "open"
RETURN_FIELDS = "id,status,order_id,metadata,items.item_id,items.quantity"
CHANGE_FIELDS = "id,status,return_id,actions.action,actions.details"
UNDER_WAY = ("pending", "requested")
ASKED, RECEIVED = "RETURN_ITEM", "RECEIVE_RETURN_ITEM"


class ReturnWriting(Shop):
	def request_return(
		self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str
	) -> str:
		with self.reserving(order_id):
			found = self._return_with(order_id, reference) or self._new_return(
				order_id, location_id, reference
			)
			path = _path(found["id"])
			if found["status"] == OPEN:
				with self._dropped_on_refusal(f"{path}/request"):
					if not _has(self._changes(order_id, found["id"]), ASKED):
						self._post(f"{path}/request-items", {"items": items_of(parts)})
					self._post(f"{path}/request")
			return found["id"]

	def receive_return(self, order_id: str, return_id: str, parts: Sequence[LineQuantity]) -> None:
		with self.reserving(order_id):
			path = f"{_path(return_id)}/receive"
			changes = self._changes(order_id, return_id)
			missing = _missing(changes, parts)
			if not missing:
				return
			if not _open(changes):
				self._post(path)
			with self._dropped_on_refusal(path):
				self._locate(order_id, return_id)
				if not _has(changes, RECEIVED):
					self._post(f"{path}-items", {"items": items_of(missing)})
				self._post(f"{path}/confirm")

	def _post(self, path: str, body: dict | None = None) -> None:
		self.client.post(path, body or {}, {"fields": "id"})

	@contextmanager
	def _dropped_on_refusal(self, path: str) -> Iterator[None]:
		"""Delete the order's open change where Medusa refuses it, so that it doesn't block other changes."""
		try:
			yield
		except MedusaRejected:
			with suppress(MedusaError):
				self.client.delete(path)
			raise

	def _return_with(self, order_id: str, reference: str) -> dict | None:
		params = {"order_id": order_id, "fields": RETURN_FIELDS, "limit": 200}
		for row in self.client.get("/admin/returns", params)["returns"]:
			is_ours = (row["metadata"] or {}).get("reference") == reference
			if is_ours and row["order_id"] == order_id and row["status"] != "canceled":
				return row
		return None

	def _new_return(self, order_id: str, location_id: str, reference: str) -> dict:
		body = {"order_id": order_id, "metadata": {"reference": reference}, "no_notification": True}
		if location := location_id or self._location_of(order_id):
			body["location_id"] = location
		return self.client.post("/admin/returns", body)["return"]

	def _locate(self, order_id: str, return_id: str) -> None:
		"""Give a return of Medusa's own the stock location that it lacks: without one Medusa fails to receive
		it. Medusa accepts a location only while the return has an open change."""
		row = self.client.get(_path(return_id), {"fields": "id,location_id"})["return"]
		if not row["location_id"] and (location := self._location_of(order_id)):
			self._post(_path(return_id), {"location_id": location})

	def _location_of(self, order_id: str) -> str:
		"""The chosen stock location, else that of the order's last fulfillment; "" where there is none."""
		if chosen := self.chosen["stock_location"]:
			return chosen
		path = f"/admin/orders/{quote(order_id, safe='')}"
		rows = self.client.get(path, {"fields": "id,fulfillments.location_id"})["order"]["fulfillments"]
		return next((row["location_id"] for row in reversed(rows) if row["location_id"]), "")

	def _changes(self, order_id: str, return_id: str) -> list[dict]:
		"""The order's changes that are about a return."""
		path = f"/admin/orders/{quote(order_id, safe='')}/changes"
		changes = self.client.get(path, {"fields": CHANGE_FIELDS})["order_changes"]
		return [change for change in changes if change["return_id"] == return_id]


def _open(changes: list[dict]) -> list[dict]:
	return [change for change in changes if change["status"] in UNDER_WAY]


def _has(changes: list[dict], action: str) -> bool:
	"""Whether the open change has such an action."""
	return any(each["action"] == action for change in _open(changes) for each in change["actions"] or ())


def _missing(changes: list[dict], parts: Sequence[LineQuantity]) -> list[LineQuantity]:
	"""The received parts that Medusa doesn't know yet. A return's `received_quantity` has only the last
	receipt, so the confirmed changes are added up."""
	received: dict[str, Decimal] = {}
	for change in changes:
		for each in change["actions"] or () if change["status"] == "confirmed" else ():
			if each["action"] == RECEIVED:
				line, quantity = each["details"]["reference_id"], decimal(each["details"]["quantity"])
				received[line] = received.get(line, Decimal(0)) + quantity
	left = [
		LineQuantity(part.line_id, part.quantity - received.get(part.line_id, Decimal(0))) for part in parts
	]
	return [part for part in left if part.quantity > 0]


def _path(return_id: str) -> str:
	return f"/admin/returns/{quote(return_id, safe='')}"
