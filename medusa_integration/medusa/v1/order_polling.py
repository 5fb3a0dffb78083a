"""Medusa v1: polling for changed orders and customers.

Source: docs/reference.md, "Medusa v1: orders coming in".
"""

from collections.abc import Iterator
from datetime import datetime

from medusa_integration.medusa.changes import changes, written
from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.order import OrderHead
from medusa_integration.medusa.order_operations import Changed
from medusa_integration.medusa.readable import head_or_rest
from medusa_integration.medusa.v1.order_parsing import HEAD_FIELDS, head_of
from medusa_integration.medusa.v1.shop import Shop

PAGE = 100


class OrderPolling(Shop):
	def orders_changed(self, since: datetime) -> Iterator[Changed]:
		return self._changed("orders", since, {"fields": "id,updated_at", "expand": ""})

	def payments_changed(self, since: datetime) -> Iterator[Changed]:
		return iter(())

	def customers_changed(self, since: datetime) -> Iterator[Changed]:
		return self._changed("customers", since, {"fields": "id,updated_at"})

	def orders_placed(self, since: datetime, until: datetime) -> Iterator[list[OrderHead]]:
		between = {"created_at[gte]": written(since), "created_at[lt]": written(until)}
		params = {**between, "fields": HEAD_FIELDS, "expand": "", "order": "created_at"}
		for rows in self._batches("orders", PAGE, params):
			yield [head_or_rest(row, head_of) for row in rows]

	def _changed(self, what: str, since: datetime, params: dict) -> Iterator[Changed]:
		def read(begin: str, offset: int) -> list[dict]:
			wanted = {**params, "updated_at[gte]": begin, "order": "updated_at"}
			return self.client.get(f"/admin/{what}", {**wanted, "limit": PAGE, "offset": offset})[what]

		for rows in changes(read, since, PAGE):
			yield [(row["id"], moment(row["updated_at"])) for row in rows]
