"""Medusa v2: orders and customers, by their ids. Source: docs/reference.md, "Medusa v2: orders coming in"."""

from collections.abc import Iterable, Iterator
from itertools import islice
from time import sleep

from medusa_integration.medusa.matching import query_parts
from medusa_integration.medusa.order import Customer, Order
from medusa_integration.medusa.totals import is_steady
from medusa_integration.medusa.v2.exchange_reading import exchanges_of, has_exchanges
from medusa_integration.medusa.v2.order_parsing import CUSTOMER_FIELDS, ORDER_FIELDS, customer_of, order_of
from medusa_integration.medusa.v2.shop import Shop

PAGE = 25  # orders in a call
PAUSE = 0.5  # seconds


class OrderReading(Shop):
	def read_orders(self, ids: Iterable[str]) -> dict[str, Order]:
		"""An order that doesn't come to Medusa's own total is read once more: Medusa writes the parts of a change
		one after the other."""
		orders = self._read_orders(ids)
		doubtful = [id for id, order in orders.items() if not is_steady(order)]
		if doubtful:
			sleep(PAUSE)
			orders |= self._read_orders(doubtful)
		return orders

	def _read_orders(self, ids: Iterable[str]) -> dict[str, Order]:
		orders: dict[str, Order] = {}
		for part in _portions(ids):
			rows = self._orders_in("orders", part, ORDER_FIELDS)
			# The list of orders leaves drafts out; the list of drafts has only drafts.
			if missing := [id for id in part if id not in rows]:
				rows |= self._orders_in("draft-orders", missing, ORDER_FIELDS)
			exchanged = [id for id, row in rows.items() if has_exchanges(row)]
			exchanges = exchanges_of(self.client, exchanged)
			orders |= {id: order_of(row, exchanges.get(id, ())) for id, row in rows.items()}
		return orders

	def _orders_in(self, what: str, ids: list[str], fields: str) -> dict[str, dict]:
		params = {"id[]": ids, "fields": fields, "limit": len(ids)}
		rows = self.client.get(f"/admin/{what}", params)[what.replace("-", "_")]
		return {row["id"]: row for row in rows if row["id"] in ids}

	def read_customers(self, ids: Iterable[str]) -> dict[str, Customer]:
		rows = self._rows("customers", "id", ids, CUSTOMER_FIELDS)
		return {row["id"]: customer_of(row) for row in rows}

	def shipping_options(self) -> list[dict]:
		params = {"fields": "id,name,service_zone.name", "limit": 500}
		rows = self.client.get("/admin/shipping-options", params)["shipping_options"]
		return [
			{"value": row["id"], "label": f"{row['name']} ({(row['service_zone'] or {}).get('name', '…')})"}
			for row in rows
		]

	def payment_providers(self) -> list[dict]:
		rows = self.client.get("/admin/payments/payment-providers", {"limit": 500})["payment_providers"]
		return [{"value": row["id"], "label": row["id"]} for row in rows]


def _portions(ids: Iterable[str]) -> Iterator[list[str]]:
	for part in query_parts("id", (id for id in ids if id)):
		rest = iter(part)
		while portion := list(islice(rest, PAGE)):
			yield portion
