"""How fast products get into Medusa: through the app, posted raw in batches, and with one call a step.

Every round starts from a shop that has only the collections and the price list, and goes all three ways, each round
in another order: what slows the machine down for a while slows all of them down.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import frappe
import requests

from medusa_integration import request_log
from medusa_integration.delivery.box import outbox
from medusa_integration.medusa.client import Call
from medusa_integration.sync.kinds import PRICE, PRODUCT
from medusa_integration.sync.sending import drain
from tests.medusa.server import Medusa
from tools.demo.rows import Row

EXPORTED, STEPPED = 300, 12  # products of one round: through the app and raw; step by step
PRICE_ROUNDS = 16
ORDERS = 2 * list(itertools.permutations(("app", "raw", "stepwise")))  # of the rounds
BATCH = 100
BATCH_PATH = "/admin/products/batch"
# what the app keeps about Medusa on ERPNext's documents
KEPT = {
	"Website Item": ("medusa_id", "medusa_variant_id", "medusa_hash", "medusa_handle", "medusa_prices"),
	"Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
	"Item Price": ("medusa_id", "medusa_price_id"),
}


def wanted_rows(catalogue: list[Row]) -> list[Row]:
	"""The rows to save for `Exports`: one of each group, then as many as are exported in a round. All are published
	and have a price for good; the catalogue's own come several times over, with another code each time."""
	sold = [
		{**row, "valid_from": "", "valid_upto": ""}
		for row in catalogue
		if row["published"] == "1" and row["price"]
	]
	one_of_each_group = {row["item_group"]: row for row in sold}.values()
	rows = [*one_of_each_group, *itertools.islice(itertools.cycle(sold), EXPORTED)]
	return [{**row, "item_code": f"{row['item_code']}-{number}"} for number, row in enumerate(rows)]


class Exports:
	"""The three ways, on a site that has `wanted_rows`, saved in that order and waiting in the outbox.

	Making one warms everything up, and keeps what the app sends: `bodies`, and by external id the price rows.
	"""

	def __init__(self, medusa: Medusa) -> None:
		self.medusa = medusa
		items = frappe.get_all(
			"Website Item", fields=["name", "item_group"], order_by="creation", limit_page_length=0
		)
		self.group_of = {item.name: item.item_group for item in items}
		self.primers, self.names = [item.name for item in items[:-EXPORTED]], list(self.group_of)[-EXPORTED:]
		with _recorded() as calls:
			_drain()
		self.query, self.bodies = _product_bodies(calls, set(self.names))
		self.prices = _price_rows(calls)
		self.http = requests.Session()
		self.copy = 0

	def rounds(self) -> Iterator[dict[str, float]]:
		"""Products per second of `app`, `raw` and `stepwise`, round by round."""
		ways = {"app": self._app, "raw": self._raw, "stepwise": self._stepwise}
		for order in ORDERS:
			self._start_afresh()
			yield {way: _products_per_second(*ways[way]()) for way in order}

	def price_rounds(self) -> Iterator[dict[str, float]]:
		"""Prices per second, `app` and `raw`, all of one round changed each time; round by round."""
		self._start_afresh()
		_queue(self.names)
		_drain()
		ways = {"app": self._app_prices, "raw": self._raw_prices}
		for number in range(1, PRICE_ROUNDS + 1):
			order = list(ways) if number % 2 else list(reversed(ways))
			yield {way: _products_per_second(ways[way](number), EXPORTED) for way in order}

	def _app_prices(self, number: int) -> Callable[[], None]:
		frappe.db.set_value("Item Price", {"name": ("is", "set")}, "price_list_rate", 10 * number)
		outbox.add_many((PRICE, name) for name in self.names)
		frappe.db.commit()
		return _drain

	def _raw_prices(self, number: int) -> Callable[[], None]:
		"""The same rows, with other amounts, so that the app has all of them to write the next time."""
		fields = ["medusa_variant_id", "medusa_prices"]
		items = frappe.get_all("Website Item", {"name": ("in", self.names)}, fields, order_by="name")
		rows = [
			{"id": id, "variant_id": item.medusa_variant_id, "currency_code": key.split("/")[1]}
			for item in items
			for key, (id, _amount) in json.loads(item.medusa_prices)["live"].items()
		]
		path = f"/admin/price-lists/{self.price_list}/prices/batch"

		def post() -> None:
			for start in range(0, len(rows), BATCH):
				update = [{**row, "amount": 10 * number + 5} for row in rows[start : start + BATCH]]
				self._post(path, {"update": update, "delete": []})

		return post

	def _start_afresh(self) -> None:
		self.medusa.wipe()
		for doctype, fields in KEPT.items():
			frappe.db.set_value(
				doctype, {"name": ("is", "set")}, dict.fromkeys(fields), update_modified=False
			)
		for doctype in ("Medusa Request Log", "Medusa Request Log Voucher"):
			frappe.db.delete(doctype)
		_queue(self.primers)
		_drain()
		self.collections = dict(
			frappe.get_all("Item Group", fields=["name", "medusa_id"], as_list=True, order_by="name")
		)
		self.price_list = frappe.get_all(
			"Item Price", filters={"medusa_id": ("is", "set")}, pluck="medusa_id", order_by="name", limit=1
		)[0]
		self.http.headers["Authorization"] = f"Bearer {self._token()}"

	def _token(self) -> str:
		login = {"email": self.medusa.email, "password": self.medusa.password}
		return self._post("/auth/user/emailpass", login)["token"]

	def _post(self, path: str, body: dict) -> dict:
		reply = self.http.post(self.medusa.url + path, json=body, timeout=120)
		reply.raise_for_status()
		return reply.json()

	# --- the ways: each prepares itself, and returns what to run and how many products that exports

	def _app(self) -> tuple[Callable[[], None], int]:
		_queue(self.names)
		return _drain, EXPORTED

	def _raw(self) -> tuple[Callable[[], None], int]:
		bodies = self._new_products(EXPORTED)

		def post() -> None:
			for batch in (bodies[start : start + BATCH] for start in range(0, EXPORTED, BATCH)):
				reply = self._post(f"{BATCH_PATH}?{self.query}", {"create": batch, "update": []})
				rows = [
					self._price_row(product["external_id"], product["variants"][0]["id"])
					for product in reply["created"]
				]
				path = f"/admin/price-lists/{self.price_list}/prices/batch"
				self._post(path, {"update": rows, "delete": []})

		return post, EXPORTED

	def _stepwise(self) -> tuple[Callable[[], None], int]:
		bodies = self._new_products(STEPPED)

		def post() -> None:
			for body in bodies:
				(variant,) = body.pop("variants")
				product = self._post("/admin/products?fields=id", body)["product"]
				reply = self._post(f"/admin/products/{product['id']}/variants?fields=variants.id", variant)
				price = self._price_row(body["external_id"], reply["product"]["variants"][0]["id"])
				del price["id"]
				self._post("/admin/price-lists", {**_PRICE_LIST, "title": body["title"], "prices": [price]})

		return post, STEPPED

	def _new_products(self, count: int) -> list[dict]:
		"""The app's bodies once more, for other products: with an external id, handle and sku of their own."""
		self.copy += 1
		mark = f" copy {self.copy}"
		return [
			{
				**body,
				"external_id": body["external_id"] + mark,
				"handle": body["handle"] + mark.replace(" ", "-"),
				"collection_id": self.collections[self.group_of[body["external_id"]]],
				"variants": [{**variant, "sku": variant["sku"] + mark} for variant in body["variants"]],
			}
			for body in self.bodies[:count]
		]

	def _price_row(self, external_id: str, variant_id: str) -> dict:
		name, _mark, number = external_id.partition(" copy ")
		row = self.prices[name]
		return {**row, "id": f"{row['id'][:-2]}{number:0>2}", "variant_id": variant_id}


_PRICE_LIST = {"description": "The price of one item", "type": "override", "status": "active"}


def _products_per_second(run: Callable[[], None], count: int) -> float:
	began = time.perf_counter()
	run()
	return count / (time.perf_counter() - began)


def _queue(names: list[str]) -> None:
	for name in names:
		outbox.add(PRODUCT, name)
		outbox.add(PRICE, name)
	frappe.db.commit()


def _drain() -> None:
	drain()
	left = frappe.get_all("Medusa Outbox", fields=["name", "error"], limit=3, order_by="name")
	if left:
		raise RuntimeError(f"The export failed: {left}")


@contextmanager
def _recorded() -> Iterator[list[Call]]:
	calls: list[Call] = []
	record = request_log.record
	with mock.patch.object(request_log, "record", lambda call: (calls.append(call), record(call))):
		yield calls


def _product_bodies(calls: list[Call], names: set[str]) -> tuple[str, list[dict]]:
	"""The query string of the batch calls, and the bodies by which the products of those names were created."""
	batches = [call for call in calls if call.method == "POST" and BATCH_PATH in call.url]
	bodies = [body for call in batches for body in call.payload["create"] if body["external_id"] in names]
	return batches[0].url.partition("?")[2], bodies


def _price_rows(calls: list[Call]) -> dict[str, dict]:
	"""The price rows that were sent, by the names of their Website Items."""
	variants = frappe.get_all(
		"Website Item", fields=["medusa_variant_id", "name"], as_list=True, order_by="name"
	)
	name_of = dict(variants)
	batches = [call for call in calls if call.url.partition("?")[0].endswith("/prices/batch")]
	return {name_of[row["variant_id"]]: row for call in batches for row in call.payload["update"]}
