"""Medusa v2: fulfillments, captures, and cancelling.

Each operation first reads the present state: Medusa may have applied a call whose reply was lost.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaNotFound
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.medusa.v2.order_reservations import OrderReservations

FULFILLMENT_FIELDS = "id,*fulfillments,*fulfillments.items"


class OrderWriting(OrderReservations):
	def fulfill(self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str) -> str:
		with self.reserving(order_id):
			return self._fulfill(order_id, parts, location_id, reference)

	def _fulfill(self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str) -> str:
		order = self._order(order_id, f"{FULFILLMENT_FIELDS},items.id,items.requires_shipping")
		shipped = {row["id"]: row["requires_shipping"] for row in order["items"]}
		location = location_id or self.chosen["stock_location"] or self.stock_location
		made = _with_reference(order["fulfillments"], reference)
		there = {item["line_item_id"] for row in made for item in row["items"]}
		for kind in (True, False):  # Medusa takes shipped and other items only in separate fulfillments.
			items = [part for part in parts if shipped.get(part.line_id, True) == kind]
			if items and not any(part.line_id in there for part in items):
				body = {"items": items_of(items), "metadata": {"reference": reference}}
				self.make_ready(order_id, items, location)
				if location:
					body["location_id"] = location
				path = f"{_path(order_id)}/fulfillments"
				reply = self.client.post(path, body, {"fields": FULFILLMENT_FIELDS})["order"]
				made = _with_reference(reply["fulfillments"], reference)
		return made[0]["id"]

	def ship(self, order_id: str, fulfillment_id: str, tracking: Sequence[tuple[str, str]] = ()) -> None:
		with self.alone(order_id):
			labels = [
				{"tracking_number": number, "tracking_url": url, "label_url": ""} for number, url in tracking
			]
			for row in self._parcels(order_id, fulfillment_id):
				if not row["shipped_at"]:
					items = [
						{"id": each["line_item_id"], "quantity": each["quantity"]} for each in row["items"]
					]
					self._act(order_id, row, "shipments", {"items": items, "labels": labels})

	def deliver(self, order_id: str, fulfillment_id: str) -> None:
		with self.alone(order_id):
			for row in self._parcels(order_id, fulfillment_id):
				if not row["delivered_at"]:
					self._act(order_id, row, "mark-as-delivered")

	def cancel_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
		with self.reserving(order_id):
			for row in self._parcels(order_id, fulfillment_id):
				if not row["canceled_at"]:
					self._act(order_id, row, "cancel")

	def capture(self, payment_id: str, amount: Decimal) -> None:
		path = f"/admin/payments/{quote(payment_id, safe='')}/capture"
		self.client.post(path, {"amount": number(amount)}, {"fields": "id"})

	def cancel_order(self, order_id: str) -> None:
		with self.reserving(order_id):
			if self._order(order_id, "id,status")["status"] != "canceled":
				self.client.post(f"{_path(order_id)}/cancel", {}, {"fields": "id"})

	def _order(self, order_id: str, fields: str) -> dict:
		return self.client.get(_path(order_id), {"fields": fields})["order"]

	def _parcels(self, order_id: str, fulfillment_id: str) -> list[dict]:
		"""The fulfillment, and the other one that `fulfill` made with it."""
		rows = self._order(order_id, FULFILLMENT_FIELDS)["fulfillments"]
		own = next((row for row in rows if row["id"] == fulfillment_id), None)
		if not own:
			raise MedusaNotFound(f"The order {order_id} has no fulfillment {fulfillment_id}", status_code=404)
		others = _with_reference(rows, reference) if (reference := _reference(own)) else []
		return [own, *(row for row in others if row["id"] != fulfillment_id)]

	def _act(self, order_id: str, row: dict, what: str, body: dict | None = None) -> None:
		path = f"{_path(order_id)}/fulfillments/{row['id']}/{what}"
		self.client.post(path, body or {}, {"fields": "id"})


def items_of(parts: Sequence[LineQuantity]) -> list[dict]:
	"""Parts as Medusa takes them."""
	return [{"id": part.line_id, "quantity": number(part.quantity)} for part in parts]


def number(value: Decimal) -> int | float:
	"""A JSON number: Medusa refuses strings."""
	return int(value) if value == value.to_integral_value() else float(value)


def _path(order_id: str) -> str:
	return f"/admin/orders/{quote(order_id, safe='')}"


def _reference(row: dict) -> str:
	return str((row["metadata"] or {}).get("reference") or "")


def _with_reference(rows: list[dict], reference: str) -> list[dict]:
	return [row for row in rows if _reference(row) == reference and not row["canceled_at"]]
