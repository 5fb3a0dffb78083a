"""Medusa v1's orders in the terms of v2's, as far as the chaos of orders asks for them."""

from decimal import Decimal

import frappe
from babel.numbers import get_currency_precision

from tools.chaos.shop import FATES_KEY

MARKS_KEY = (
	"medusa_chaos_marks"  # a hash in the cache: {order: what was done with it}; v1's carts take no metadata
)


def read(medusa, id: str) -> dict:
	"""An order; its `worth` is Medusa's own total of what was ordered."""
	row = medusa.admin("GET", f"/admin/orders/{id}")["order"]
	currency = row["currency_code"]
	refunds = [{"id": each["id"], "amount": _major(each["amount"], currency)} for each in row["refunds"]]
	total = _major(row["total"], currency)
	return {
		"id": id,
		"status": row["status"],
		"email": row["email"],
		"currency_code": currency,
		"metadata": {
			"fate": frappe.cache.hget(FATES_KEY, id) or "",
			**(frappe.cache.hget(MARKS_KEY, id) or {}),
		},
		"worth": total,
		"summary": {"current_order_total": total - sum(each["amount"] for each in refunds)},
		"items": [_item(each) for each in row["items"]],
		"shipping_methods": [],
		"exchanges": {},
		"payment_collections": [{"payments": _payments(row, refunds)}],
		"fulfillments": [
			{
				**{key: each[key] for key in ("id", "created_at", "canceled_at", "metadata")},
				"items": [
					{"line_item_id": item["item_id"], "quantity": item["quantity"]} for item in each["items"]
				],
			}
			for each in row["fulfillments"]
		],
		"returns": [{key: each[key] for key in ("id", "status", "items")} for each in row["returns"]],
	}


def mark(order: str, **done: str) -> None:
	"""Note what was done with an order."""
	frappe.cache.hset(MARKS_KEY, order, {**(frappe.cache.hget(MARKS_KEY, order) or {}), **done})


def ids(medusa, **params) -> list[str]:
	"""The ids of orders, those of drafts that became orders too."""
	found: list[str] = []
	while True:
		page = medusa.admin(
			"GET", "/admin/orders", params={"limit": 50, "offset": len(found), "fields": "id", **params}
		)["orders"]
		found += [row["id"] for row in page]
		if len(page) < 50:
			return found


def for_sale(medusa) -> dict[str, float]:
	"""`{sku: what Medusa has for sale}`."""
	rows = medusa.admin("GET", "/admin/variants", params={"limit": 100})["variants"]
	return {row["sku"]: row["inventory_quantity"] for row in rows}


def _item(row: dict) -> dict:
	return {
		"id": row["id"],
		"variant_sku": (row.get("variant") or {}).get("sku"),
		"detail": {
			"quantity": row["quantity"],
			"fulfilled_quantity": row["fulfilled_quantity"] or 0,
			"return_received_quantity": row["returned_quantity"] or 0,
		},
	}


def _payments(row: dict, refunds: list[dict]) -> list[dict]:
	"""The refunds are the first payment's."""
	found = []
	for each in row["payments"]:
		amount = _major(each["amount"], row["currency_code"])
		captures = [{"id": each["id"], "amount": amount}] if each["captured_at"] else []
		found.append(
			{"amount": amount, "captured_at": each["captured_at"], "captures": captures, "refunds": []}
		)
	if found:
		found[0]["refunds"] = refunds
	return found


def _major(amount: int, currency: str) -> Decimal:
	return Decimal(amount).scaleb(-get_currency_precision(currency.upper()))
