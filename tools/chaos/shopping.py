"""What happens to orders in Medusa, at random, each process on its own: two buyers and the shop's operator.

What becomes of an order is written in its metadata when it is placed, so that two people don't decide about the same order
differently: an order that the operator cancels isn't one that the clerk delivers.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import frappe
import requests

from tests.medusa.calls import Calls
from tests.support import buying
from tests.support.buying_v2 import ORDER_FIELDS
from tools.chaos import buyers, handmade, kinds, kits, orders_v1, swaps
from tools.chaos import shop as ground

LONGEST_REST = 0.1  # seconds
# The operator goes on after the last order: at most so many seconds, and until so many looks found nothing to do.
LONGEST_AFTER, IDLE = 80, 60
PROGRESS = "medusa_chaos_orders"
BY_GUEST = ("transfer",)
FATES = {"deliver": 12, "return": 4, "cancel": 3, "drop": 2, "edit": 2, "wait": 2}
# of the kinds that may be left out
MORE_FATES = {kinds.EXCHANGES: "exchange", kinds.CLAIMS: "claim", kinds.TRANSFERS: "transfer"}


def progress() -> int:
	"""How many orders the buyers have placed."""
	return sum(frappe.cache.hgetall(PROGRESS).values())


def buy(
	shop: dict, number: int, seed: int, mark: str, hints: str, without: Sequence[str] = ()
) -> dict[str, Counter]:
	"""Place so many orders. A call that Medusa didn't answer may have placed one.

	:param shop: see calls.Calls
	:param hints: where the shop's plugin would post its hints
	:param without: kinds that don't happen
	"""
	buyer = _Person(shop, seed, mark, hints, without)
	markets = [
		buying.market(buyer.medusa, country, currency, **tax)
		for country, currency, tax in ground.markets(buyer.medusa, without)
	]
	account = buyer.insist(lambda: buying.sign_up(buyer.medusa, f"buyer-{mark.lower()}@example.test"))
	while buyer.made.total() < number:
		buyer.act(lambda: _place(buyer, markets, account))
		frappe.cache.hset(PROGRESS, mark, buyer.made.total())
	return buyer.counts()


def _place(buyer: "_Person", markets: list, account) -> str:
	pick = buyer.random
	if buyer.does(kinds.HANDMADE) and pick.random() < 0.1:
		return _placed(buyer, handmade.draft(buyer, pick.choice(buyer.codes), markets), "handmade")
	codes = pick.sample(buyer.codes, pick.randrange(1, 5))
	weights = FATES | {fate: 4 for kind, fate in MORE_FATES.items() if buyer.does(kind)}
	(fate,) = pick.choices(list(weights), weights.values())
	for_once = buyer.does(kinds.DELETED) and fate not in BY_GUEST and pick.random() < 0.1
	as_guest = fate in BY_GUEST or pick.random() < 0.5
	who = buyers.sign_up_for_once(buyer) if for_once else None if as_guest else account
	order = buying.place(
		buyer.medusa,
		[(code, pick.randrange(1, 6)) for code in codes],
		market=pick.choice(markets),
		buyer=who,
		email=f"guest-{pick.randrange(20)}@example.test",
		promotions=["TENTH"] if pick.random() < 0.4 else [],
		metadata={"fate": fate},
	)
	done = _placed(buyer, order, fate)
	if for_once:
		buyers.forget(buyer, who)
	return done


def _placed(buyer: "_Person", order: str, fate: str) -> str:
	frappe.cache.hset(ground.FATES_KEY, order, fate)
	buyer.hint("order.placed", order)
	return "placed"


def operate(
	shop: dict, number: int, act: int, seed: int, hints: str, without: Sequence[str] = ()
) -> dict[str, Counter]:
	"""What the shop's operator does in Medusa's admin, until all is placed and there is nothing left to do.

	:param number: how many orders there will be
	:param act: 0, or 1 where all is placed before it begins
	"""
	person = _Person(shop, seed, f"operator {act}", hints, without)
	operations = [*OPERATIONS, *(each for kind, each in MORE if person.does(kind))]
	ends = idle = 0.0
	while not ends or (time.monotonic() < ends and idle < IDLE):
		before = person.made.total()
		person.act(lambda: _operate(person, operations))
		if not ends and progress() >= number:
			ends = time.monotonic() + LONGEST_AFTER
		idle = 0 if person.made.total() > before or not ends else idle + 1
	return person.counts()


def _operate(person: "_Person", operations: list[Callable]) -> str:
	"""The first thing that can be done with some order."""
	order = person.pick_order()
	if not order or order["status"] == "canceled":
		return ""
	for what in person.random.sample(operations, len(operations)):
		if what(person, order):
			person.hint("order.updated", order["id"])
			return what.__name__.lstrip("_")
	return ""


def _capture(person: "_Person", order: dict) -> bool:
	payments = [each for row in order["payment_collections"] for each in row["payments"] or ()]
	if order["metadata"]["fate"] in ("cancel", "drop") or not payments or payments[0].get("captured_at"):
		return False
	takes_parts = person.medusa.version == "v2"
	if _captured(payments[0]):
		buying.capture(person.medusa, order["id"])
	else:
		half = (Decimal(str(payments[0]["amount"])) / 2).quantize(Decimal(1))
		buying.capture(
			person.medusa,
			order["id"],
			float(half) if takes_parts and half and person.random.random() < 0.3 else None,
		)
	return True


def _captured(payment: dict) -> Decimal:
	return sum((Decimal(str(each["amount"])) for each in payment.get("captures") or ()), Decimal(0))


def _refund(person: "_Person", order: dict) -> bool:
	payments = [each for row in order["payment_collections"] for each in row["payments"] or ()]
	if not payments or payments[0].get("refunds") or _captured(payments[0]) < 2:
		return False
	if person.random.random() < 0.7:
		return False
	buying.refund(person.medusa, order["id"], 1)
	return True


def _cancel(person: "_Person", order: dict) -> bool:
	if order["metadata"]["fate"] != "cancel":
		return False
	person.medusa.admin("POST", f"/admin/orders/{order['id']}/cancel", {})
	return True


def _edit(person: "_Person", order: dict) -> bool:
	if order["metadata"]["fate"] != "edit" or order["metadata"].get("edited"):
		return False
	line = order["items"][0]
	buying.edit(person.medusa, order["id"], {line["id"]: line["detail"]["quantity"] + 1})
	if person.medusa.version == "v1":
		orders_v1.mark(order["id"], edited="yes")
	else:
		person.medusa.admin("POST", f"/admin/orders/{order['id']}", {"metadata": {"edited": "yes"}})
	return True


def _return(person: "_Person", order: dict) -> bool:
	"""One piece of what ERPNext has delivered."""
	delivered = [line for line in order["items"] if line["detail"]["fulfilled_quantity"] > 0]
	if order["metadata"]["fate"] != "return" or order["returns"] or not delivered:
		return False
	id = buying.request_return(person.medusa, order["id"], {delivered[0]["id"]: 1})
	if person.random.random() < 0.7:
		buying.receive_return(person.medusa, order["id"], id)
	return True


OPERATIONS: tuple[Callable, ...] = (_capture, _capture, _refund, _cancel, _edit, _return)
MORE: tuple[tuple[str, Callable], ...] = (
	(kinds.EXCHANGES, swaps.exchange),
	(kinds.EXCHANGES, swaps.receive),
	(kinds.EXCHANGES, swaps.settle),
	(kinds.CLAIMS, swaps.claim),
	(kinds.CLAIMS, swaps.receive),
	(kinds.CLAIMS, swaps.settle),
	(kinds.HANDMADE, swaps.settle),
	(kinds.CORRECTIONS, buyers.correct),
	(kinds.TRANSFERS, buyers.transfer),
)


class _Person:
	"""Somebody who works in Medusa, whose calls may fail."""

	def __init__(self, shop: dict, seed: int, mark: str, hints: str, without: Sequence[str] = ()) -> None:
		self.without = without
		self.codes = [*ground.skus(), *(kits.KITS if self.does(kinds.KITS) else ())]
		self.random = random.Random(f"orders {seed} {mark}")
		self.medusa = Calls(**shop)
		self.hints = hints
		self.made: Counter[str] = Counter()
		self.refused: Counter[str] = Counter()

	def counts(self) -> dict[str, Counter]:
		return {"made": self.made, "refused": self.refused, "again": Counter()}

	def does(self, kind: str) -> bool:
		"""Whether a kind happens that may be left out."""
		return kind not in self.without

	def act(self, action: Callable[[], str]) -> None:
		try:
			done = action()
			if done:
				self.made[done] += 1
		except (requests.RequestException, AssertionError, LookupError, StopIteration, TypeError) as error:
			self.refused[type(error).__name__] += 1
			time.sleep(0.2)
		time.sleep(self.random.uniform(0, LONGEST_REST))

	def insist(self, action: Callable):
		while True:
			try:
				return action()
			except (requests.RequestException, LookupError):
				time.sleep(0.3)

	def pick_order(self) -> dict | None:
		if self.medusa.version == "v1":
			ids = orders_v1.ids(self.medusa)
			return orders_v1.read(self.medusa, self.random.choice(sorted(ids))) if ids else None
		count = self.medusa.admin("GET", "/admin/orders", params={"limit": 1, "fields": "id"})["count"]
		if not count:
			return None
		params = {"limit": 1, "offset": self.random.randrange(count), "order": "id", "fields": "id"}
		rows = self.medusa.admin("GET", "/admin/orders", params=params)["orders"]
		if not rows:  # An order is being changed.
			return None
		params = {"fields": f"{ORDER_FIELDS},+metadata,+status"}
		return self.medusa.admin("GET", f"/admin/orders/{rows[0]['id']}", params=params)["order"]

	def hint(self, event: str, order: str) -> None:
		"""As the plugin does; of five one is lost, and one comes twice."""
		from tests.support.storefront import PATH, signed

		path = f"{PATH}medusa_webhook"
		body = frappe.as_json({"event": event, "id": order}, indent=None).encode()
		for _time in range(self.random.choice((0, 1, 1, 1, 2))):
			headers = {"X-Medusa-Signature": signed("POST", path, body), "Content-Type": "application/json"}
			try:
				requests.post(self.hints + path, data=body, headers=headers, timeout=5)
			except requests.RequestException:
				pass  # the poll finds it
