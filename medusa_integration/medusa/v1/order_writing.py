"""Medusa v1: fulfillments, captures, returns, and cancelling.

Each operation first reads the present state: Medusa may have applied a call whose reply was lost.

Source: docs/reference.md, "Medusa v1: orders coming in".
"""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from medusa_integration.medusa.errors import MedusaNotFound, NotSendable
from medusa_integration.medusa.order import LineQuantity
from medusa_integration.medusa.v1.amounts import major_units, minor_units
from medusa_integration.medusa.v1.order_parsing import MARK, reference_of
from medusa_integration.medusa.v1.shop import Shop

WHOLE_PAYMENT = "Medusa v1 takes a payment as a whole, {0}, and no part of it."
NO_REFUND = -1


class OrderWriting(Shop):
	def fulfill(self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str) -> str:
		made = _with_reference(self._order(order_id)["fulfillments"], reference)
		if not made:
			body = {"items": _items(parts), "metadata": {"reference": reference}}
			reply = self.client.post(f"{_path(order_id)}/fulfillment", body)["order"]
			made = _with_reference(reply["fulfillments"], reference)
		return made[0]["id"]

	def ship(self, order_id: str, fulfillment_id: str, tracking: Sequence[tuple[str, str]] = ()) -> None:
		for row in self._parcels(order_id, fulfillment_id):
			if not row["shipped_at"]:
				body = {
					"fulfillment_id": row["id"],
					"tracking_numbers": [number for number, _url in tracking],
				}
				self.client.post(f"{_path(order_id)}/shipment", body)

	def deliver(self, order_id: str, fulfillment_id: str) -> None:
		pass

	def cancel_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
		for row in self._parcels(order_id, fulfillment_id):
			if not row["canceled_at"]:
				self.client.post(f"{_path(order_id)}/fulfillments/{row['id']}/cancel", {})

	def capture(self, payment_id: str, amount: Decimal) -> None:
		payment = self.client.get(f"/admin/payments/{quote(payment_id, safe='')}")["payment"]
		if payment["captured_at"]:
			return
		if minor_units(amount, payment["currency_code"]) < payment["amount"]:
			currency = payment["currency_code"].upper()
			raise NotSendable(WHOLE_PAYMENT, f"{major_units(payment['amount'], currency)} {currency}")
		# The payment's own call would leave the order's payment status as it is.
		self.client.post(f"{_path(payment['order_id'])}/capture", {})

	def cancel_order(self, order_id: str) -> None:
		if self._order(order_id)["status"] != "canceled":
			self.client.post(f"{_path(order_id)}/cancel", {})

	def request_return(
		self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str
	) -> str:
		found = _of_ours(self._order(order_id)["returns"], reference)
		if not found:
			items = [{**item, "note": MARK + reference} for item in _items(parts)]
			# Otherwise v1 would refund the money when the goods arrive.
			body = {"items": items, "refund": NO_REFUND}
			reply = self.client.post(f"{_path(order_id)}/return", body)["order"]
			found = _of_ours(reply["returns"], reference)
		return found[0]["id"]

	def receive_return(self, order_id: str, return_id: str, parts: Sequence[LineQuantity]) -> None:
		row = _own(self._order(order_id)["returns"], return_id, order_id)
		if not row["received_at"]:
			path = f"/admin/returns/{quote(return_id, safe='')}/receive"
			self.client.post(path, {"items": _items(parts)})

	def _order(self, order_id: str) -> dict:
		params = {
			"fields": "id,status",
			"expand": "fulfillments,returns,returns.items",
		}
		return self.client.get(_path(order_id), params)["order"]

	def _parcels(self, order_id: str, fulfillment_id: str) -> list[dict]:
		"""The fulfillment, and others that v1 made with it, as for items with other shipping profiles."""
		rows = self._order(order_id)["fulfillments"]
		own = _own(rows, fulfillment_id, order_id)
		reference = (own["metadata"] or {}).get("reference")
		others = _with_reference(rows, reference) if reference else []
		return [own, *(row for row in others if row["id"] != fulfillment_id)]


def _own(rows: list[dict], id: str, order_id: str) -> dict:
	for row in rows:
		if row["id"] == id:
			return row
	raise MedusaNotFound(f"The order {order_id} has no {id}", status_code=404)


def _items(parts: Sequence[LineQuantity]) -> list[dict]:
	return [{"item_id": part.line_id, "quantity": int(part.quantity)} for part in parts]


def _path(order_id: str) -> str:
	return f"/admin/orders/{quote(order_id, safe='')}"


def _with_reference(rows: list[dict], reference: str) -> list[dict]:
	return [
		row
		for row in rows
		if (row["metadata"] or {}).get("reference") == reference and not row["canceled_at"]
	]


def _of_ours(rows: list[dict], reference: str) -> list[dict]:
	return [row for row in rows if reference_of(row) == reference and row["status"] != "canceled"]
