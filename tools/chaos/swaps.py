"""The operator's exchanges and claims in Medusa v2's admin: each order has one of them, once something is delivered."""

from decimal import Decimal

import requests

from tests.support import buying


def exchange(person, order: dict) -> bool:
	"""A piece for one or two of another product, half of the time with a fee for the way."""
	line = _delivered(order)
	if order["metadata"].get("fate") != "exchange" or not line or _swaps(person.medusa, "exchanges", order):
		return False
	pick = person.random
	with _Swap(person.medusa, "exchanges", order["id"]) as swap:
		swap.send_back(line["id"])
		swap.send(pick.choice(person.codes), pick.randrange(1, 3))
		if pick.random() < 0.5:
			swap.charge(pick.choice((0, 1, 2)))
	return True


def claim(person, order: dict) -> bool:
	"""A piece that was wrong: a new one, or the money, with or without the wrong one back."""
	line = _delivered(order)
	if order["metadata"].get("fate") != "claim" or not line or _swaps(person.medusa, "claims", order):
		return False
	pick = person.random
	type = pick.choice(("replace", "refund"))
	with _Swap(person.medusa, "claims", order["id"], type=type) as swap:
		swap.complain(line["id"])
		if type == "refund" or pick.random() < 0.5:
			swap.send_back(line["id"])
		if type == "replace":
			swap.send(line["variant_sku"], 1)
	return True


def receive(person, order: dict) -> bool:
	"""What an exchange or a claim brings back has come."""
	if order["metadata"].get("fate") not in ("exchange", "claim"):
		return False
	coming = [row for row in order["returns"] or () if row["status"] == "requested"]
	if coming:
		buying.receive_return(person.medusa, order["id"], coming[0]["id"])
	return bool(coming)


def settle(person, order: dict) -> bool:
	"""The buyer pays what an exchange or a line by hand costs more, or gets back what it costs less."""
	if order["metadata"].get("fate") not in ("exchange", "claim", "handmade"):
		return False
	payments = [each for row in order["payment_collections"] for each in row["payments"] or ()]
	if any(not each.get("captured_at") for each in payments):
		return False  # capture first
	fields = {"fields": "id,summary,currency_code"}
	summary = person.medusa.admin("GET", f"/admin/orders/{order['id']}", params=fields)["order"]["summary"]
	due = Decimal(str(summary["pending_difference"]))
	if abs(due) < Decimal("0.0005"):
		return False
	if due > 0:
		_pay(person.medusa, order, due)
	else:
		buying.refund(person.medusa, order["id"], float(-due))
	return True


def _pay(medusa, order: dict, due: Decimal) -> None:
	open_ones = [row for row in order["payment_collections"] if row["status"] == "not_paid"]
	for row in open_ones:  # one whose payment was never made
		medusa.admin("DELETE", f"/admin/payment-collections/{row['id']}")
	body = {"order_id": order["id"], "amount": float(due)}
	made = medusa.admin("POST", "/admin/payment-collections", body)["payment_collection"]["id"]
	path = f"/admin/payment-collections/{made}/mark-as-paid"
	medusa.admin("POST", path, {"order_id": order["id"]})


def _delivered(order: dict) -> dict | None:
	return next((line for line in order["items"] if line["detail"]["fulfilled_quantity"] > 0), None)


def _swaps(medusa, kind: str, order: dict) -> bool:
	"""Whether there is one already, and be it a half one."""
	params = {"order_id": order["id"], "fields": "id"}
	return bool(medusa.admin("GET", f"/admin/{kind}", params=params)[kind])


class _Swap:
	"""An exchange or a claim, requested at the end; taken back where a call fails."""

	def __init__(self, medusa, kind: str, order: str, **values) -> None:
		self.medusa, self.kind = medusa, kind
		made = medusa.admin("POST", f"/admin/{kind}", {"order_id": order, **values})
		self.path = f"/admin/{kind}/{made[kind.removesuffix('s')]['id']}"

	def __enter__(self) -> "_Swap":
		return self

	def __exit__(self, kind, error, trace) -> None:
		try:
			if not error:
				self.medusa.admin("POST", f"{self.path}/request", {})
		except requests.RequestException as failed:
			self._take_back()
			raise failed
		if error:
			self._take_back()

	def _take_back(self) -> None:
		try:
			self.medusa.admin("DELETE", f"{self.path}/request")
		except requests.RequestException:
			pass  # it was requested, or Medusa is away: then the order stays as it is

	def complain(self, line: str) -> None:
		rows = [{"id": line, "quantity": 1, "reason": "wrong_item"}]
		self.medusa.admin("POST", f"{self.path}/claim-items", {"items": rows})

	def send_back(self, line: str) -> None:
		body = {"location_id": self.medusa.shop["stock_location_id"], "items": [{"id": line, "quantity": 1}]}
		self.medusa.admin("POST", f"{self.path}/inbound/items", body)

	def send(self, sku: str, quantity: int) -> None:
		variant = buying.WAYS["v2"].variant(self.medusa, sku)
		rows = [{"variant_id": variant, "quantity": quantity}]
		self.medusa.admin("POST", f"{self.path}/outbound/items", {"items": rows})

	def charge(self, amount: float) -> None:
		option = next(iter(buying.WAYS["v2"]._abroad(self.medusa).values()))
		body = {"shipping_option_id": option, "custom_amount": amount}
		self.medusa.admin("POST", f"{self.path}/outbound/shipping-method", body)
