"""Exchanges and claims in a real Medusa v2, through its admin API."""

from collections.abc import Sequence

from tests.support import buying


def exchange(
	medusa,
	order: str,
	back: dict[str, int],
	new: Sequence[tuple[str, int]],
	fee: float | None = None,
	option: str = "",
	confirm: bool = True,
) -> str:
	"""The id of an exchange.

	:param back: {sku or line id: quantity}
	:param new: (variant id, quantity)
	:param fee: of the shipping; None: without a shipping method
	:param option: the shipping option's id
	"""
	id = medusa.admin("POST", "/admin/exchanges", {"order_id": order})["exchange"]["id"]
	path = f"/admin/exchanges/{id}"
	_inbound(medusa, path, _items(medusa, order, back))
	_outbound(medusa, path, [{"variant_id": id, "quantity": quantity} for id, quantity in new], fee, option)
	if confirm:
		medusa.admin("POST", f"{path}/request", {})
	return id


def claim(
	medusa,
	order: str,
	kind: str,
	broken: dict[str, int],
	new: Sequence[tuple[str, int, float]] = (),
	fee: float | None = None,
	option: str = "",
	back: bool = False,
) -> str:
	"""The id of a claim.

	:param kind: replace or refund
	:param broken: {sku or line id: quantity}
	:param new: (variant id, quantity, price)
	:param back: whether the broken goods come back
	"""
	id = medusa.admin("POST", "/admin/claims", {"order_id": order, "type": kind})["claim"]["id"]
	path, items = f"/admin/claims/{id}", _items(medusa, order, broken)
	named = [{**each, "reason": "wrong_item"} for each in items]
	medusa.admin("POST", f"{path}/claim-items", {"items": named})
	if back:
		_inbound(medusa, path, items)
	if new:
		rows = [{"variant_id": id, "quantity": number, "unit_price": price} for id, number, price in new]
		_outbound(medusa, path, rows, fee, option)
	medusa.admin("POST", f"{path}/request", {})
	return id


def cancel(medusa, id: str) -> None:
	what = "claims" if id.startswith("claim") else "exchanges"
	medusa.admin("POST", f"/admin/{what}/{id}/cancel", {})


def pay_difference(medusa, order: str) -> float:
	"""Pay what the order is owed still; the sum."""
	fields = {"fields": "id,*payment_collections"}
	rows = medusa.admin("GET", f"/admin/orders/{order}", params=fields)["order"]["payment_collections"]
	(due,) = (row for row in rows if row["status"] == "not_paid")
	medusa.admin("POST", f"/admin/payment-collections/{due['id']}/mark-as-paid", {"order_id": order})
	return due["amount"]


def new_line(medusa, order: str, before: dict[str, str] | set[str]) -> str:
	"""The id of the line that wasn't there before."""
	ids = {row["id"] for row in buying.WAYS[medusa.version].lines(medusa, order)}
	(found,) = ids - set(before)
	return found


def line_ids(medusa, order: str) -> set[str]:
	return {row["id"] for row in buying.WAYS[medusa.version].lines(medusa, order)}


def _items(medusa, order: str, parts: dict[str, int]) -> list[dict]:
	rows = buying.WAYS[medusa.version].lines(medusa, order)
	ids = {row["sku"]: row["id"] for row in rows} | {row["id"]: row["id"] for row in rows}
	return [{"id": ids[what], "quantity": quantity} for what, quantity in parts.items()]


def _inbound(medusa, path: str, items: list[dict]) -> None:
	body = {"location_id": medusa.shop["stock_location_id"], "items": items}
	medusa.admin("POST", f"{path}/inbound/items", body)


def _outbound(medusa, path: str, items: list[dict], fee: float | None, option: str) -> None:
	medusa.admin("POST", f"{path}/outbound/items", {"items": items})
	if fee is not None:
		body = {"shipping_option_id": option, "custom_amount": fee}
		medusa.admin("POST", f"{path}/outbound/shipping-method", body)
