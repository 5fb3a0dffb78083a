"""Medusa v2: polling for changed orders, payments and customers.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from medusa_integration.medusa.changes import changes, written
from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.order import OrderHead
from medusa_integration.medusa.order_operations import Changed
from medusa_integration.medusa.readable import head_or_rest
from medusa_integration.medusa.v2.order_parsing import HEAD_FIELDS, head_of
from medusa_integration.medusa.v2.shop import Shop

PAGE = 100
PAYMENT_FIELDS = "id,updated_at,payment_collection.order.id"


class OrderPolling(Shop):
	def orders_changed(self, since: datetime) -> Iterator[Changed]:
		for rows in self._changed("orders", since):
			yield [(row["id"], moment(row["updated_at"])) for row in rows]

	def customers_changed(self, since: datetime) -> Iterator[Changed]:
		for rows in self._changed("customers", since):
			yield [(row["id"], moment(row["updated_at"])) for row in rows]

	def payments_changed(self, since: datetime) -> Iterator[Changed]:
		for rows in self._changed("payments", since, PAYMENT_FIELDS):
			found = [(_order_of(row), moment(row["updated_at"])) for row in rows]
			if page := [each for each in found if each[0]]:
				yield page

	def orders_placed(self, since: datetime, until: datetime) -> Iterator[list[OrderHead]]:
		between = {"created_at[$gte]": written(since), "created_at[$lt]": written(until)}
		params: dict[str, Any] = {
			**between,
			"fields": HEAD_FIELDS,
			"order": "created_at",
			"limit": PAGE,
			"offset": 0,
		}
		while rows := self.client.get("/admin/orders", params)["orders"]:
			yield [head_or_rest(row, head_of) for row in rows]
			params["offset"] += PAGE

	def _changed(self, what: str, since: datetime, fields: str = "id,updated_at") -> Iterator[list[dict]]:
		def read(begin: str, offset: int) -> list[dict]:
			params = {"updated_at[$gte]": begin, "order": "updated_at", "fields": fields}
			return self.client.get(f"/admin/{what}", {**params, "limit": PAGE, "offset": offset})[what]

		return changes(read, since, PAGE)


def _order_of(payment: dict) -> str:
	order = (payment["payment_collection"] or {}).get("order") or {}
	return order.get("id") or ""  # A cart that isn't an order yet may have been paid.
