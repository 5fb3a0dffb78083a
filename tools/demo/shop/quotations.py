"""Quotations, as the shop's server keeps them: each is a draft order in Medusa, and a Quotation in ERPNext."""

import secrets
from typing import Any

from tests.medusa.server import Calls
from tools.demo.shop.erpnext import ERPNext

FIELDS = "id,display_id,status,created_at,customer_id,email,metadata,*items"
ID = "medusa_quotation_id"  # in the draft order's metadata
DECISIONS = ("Approved", "Rejected")


class Refused(Exception):
	"""A request that isn't granted.

	:param code: of HTTP
	:param words: for the visitor
	"""

	def __init__(self, code: int, words: str) -> None:
		super().__init__(words)
		self.code, self.words = code, words


class Quotations:
	"""The quotations of the shop's customers."""

	def __init__(self, erpnext: ERPNext, medusa: Calls) -> None:
		self._erpnext, self._medusa = erpnext, medusa

	def of(self, customer: dict[str, Any]) -> list[dict[str, Any]]:
		"""A customer's, the newest first."""
		params = {"customer_id": customer["id"], "fields": FIELDS, "order": "-created_at", "limit": 50}
		rows = self._medusa.admin("GET", "/admin/draft-orders", params=params)["draft_orders"]
		return [_shown(row) for row in rows if row["customer_id"] == customer["id"] and _id(row)]

	def ask(self, customer: dict[str, Any], items: Any, address: Any) -> dict[str, Any]:
		"""Ask ERPNext for a quotation.

		:param items: `[{variant_id, quantity}]`
		:param address: the billing address, or None
		"""
		lines = _checked(items)
		draft = self._draft(customer, lines)
		arguments = {
			"customer_id": customer["id"],
			"draft_order_id": draft["id"],
			"quotation_id": _id(draft),
			"items": lines,
			**({"billing_address": address} if address else {}),
		}
		response = self._erpnext.call("create_quotation", arguments)
		if response.status_code != 200:
			self._medusa.admin("DELETE", f"/admin/draft-orders/{draft['id']}")
			raise Refused(response.status_code, response.json()["message"]["error"])
		return {**_shown(draft), "quotation": response.json()["message"]["quotationId"]}

	def _draft(self, customer: dict[str, Any], lines: list[dict]) -> dict[str, Any]:
		where = {key: self._medusa.shop[key] for key in ("region_id", "sales_channel_id")}
		body = {
			**where,
			"email": customer["email"],
			"customer_id": customer["id"],
			# ERPNext says what they cost.
			"items": [{**line, "unit_price": 0} for line in lines],
			"metadata": {ID: f"quot_{secrets.token_hex(8)}"},
		}
		return self._medusa.admin("POST", "/admin/draft-orders", body, {"fields": FIELDS})["draft_order"]

	def decide(self, customer: dict[str, Any], id: str, approval: str) -> dict[str, Any]:
		"""Approve or reject one. What is approved becomes an order on both sides.

		:param id: of the draft order
		"""
		if approval not in DECISIONS:
			raise Refused(400, f"approval has to be one of {', '.join(DECISIONS)}.")
		draft = self.find(customer, id)
		arguments = {"quotation_id": _id(draft), "approval": approval, "customer_id": customer["id"]}
		if approval == "Approved":
			if draft["metadata"].get("erp_status") != "Price received":
				raise Refused(409, "This quotation has no prices yet.")
			self._set_prices(draft)
			# The order keeps the draft's id. ERPNext is asked first: it may refuse, and can be asked again.
			arguments |= {"order_id": draft["id"], "create_so": True}
		response = self._erpnext.call("update_quotation", arguments)
		if response.status_code != 200:
			raise Refused(response.status_code, response.json()["message"]["error"])
		path = f"/admin/draft-orders/{draft['id']}"
		if approval == "Approved":
			self._medusa.admin("POST", f"{path}/convert-to-order")
		else:
			self._medusa.admin("POST", path, {"metadata": {"erp_status": approval}})
		return {"order_id": arguments.get("order_id"), **response.json()["message"]}

	def find(self, customer: dict[str, Any], id: str) -> dict[str, Any]:
		"""One of a customer's.

		:raises Refused: there is none with this id, or it is another customer's
		"""
		params = {"id": id, "customer_id": customer["id"], "fields": FIELDS}
		rows = self._medusa.admin("GET", "/admin/draft-orders", params=params)["draft_orders"]
		found = next((row for row in rows if row["id"] == id), None)
		if not found or found["customer_id"] != customer["id"] or not _id(found):
			raise Refused(404, "There is no such quotation.")
		return found

	def _set_prices(self, draft: dict[str, Any]) -> None:
		"""Give the lines the prices that ERPNext has sent."""
		prices = {row["item"]: row["price"] for row in draft["metadata"].get("erp_items") or ()}
		path = f"/admin/draft-orders/{draft['id']}/edit"
		self._medusa.admin("POST", path)
		for row in draft["items"]:
			if row["variant_id"] in prices:
				body = {"quantity": row["quantity"], "unit_price": prices[row["variant_id"]]}
				self._medusa.admin("POST", f"{path}/items/item/{row['id']}", body)
		self._medusa.admin("POST", f"{path}/request")
		self._medusa.admin("POST", f"{path}/confirm")


def _id(draft: dict[str, Any]) -> str:
	return (draft.get("metadata") or {}).get(ID) or ""


def _shown(draft: dict[str, Any]) -> dict[str, Any]:
	"""What the customer sees of it."""
	told = draft["metadata"]
	priced = {row["item"]: row for row in told.get("erp_items") or ()}
	return {
		"id": draft["id"],
		"quotation_id": _id(draft),
		"number": draft["display_id"],
		"created_at": draft["created_at"],
		"status": told.get("erp_status") or "Requested",
		"total": told.get("erp_grand_total"),
		"items": [
			{
				"variant_id": row["variant_id"],
				"title": row["product_title"] or row["title"],
				"quantity": row["quantity"],
				"price": priced.get(row["variant_id"], {}).get("price"),
				"amount": priced.get(row["variant_id"], {}).get("amount"),
			}
			for row in draft["items"]
		],
	}


def _checked(items: Any) -> list[dict[str, Any]]:
	lines = items if isinstance(items, list) else []
	good = [
		{"variant_id": line["variant_id"], "quantity": line["quantity"]}
		for line in lines
		if isinstance(line, dict)
		and isinstance(line.get("variant_id"), str)
		and isinstance(line.get("quantity"), int)
		and 0 < line["quantity"] < 10_000
	]
	if not good or len(good) != len(lines) or len(good) > 100:
		raise Refused(400, "A quotation needs 1 to 100 items, each with a whole quantity.")
	return good
