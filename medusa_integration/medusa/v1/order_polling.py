"""Medusa v1: polling for changed orders and customers.

Source: docs/reference.md, "Medusa v1: orders coming in".
"""

from collections.abc import Iterator
from datetime import datetime, timezone

from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.order import OrderHead
from medusa_integration.medusa.order_operations import Changed
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
			yield [head_of(row) for row in rows]

	def _changed(self, what: str, since: datetime, params: dict) -> Iterator[Changed]:
		"""Pages of rows, oldest change first. Each page begins at the time of the last row before it: rows
		that change meanwhile move to the end, so that paging by offset would skip as many."""
		begin, offset = written(since), 0
		seen: set[tuple[str, str]] = set()
		while True:
			wanted = {**params, "updated_at[gte]": begin, "order": "updated_at"}
			rows = self.client.get(f"/admin/{what}", {**wanted, "limit": PAGE, "offset": offset})[what]
			found = [(row["id"], row["updated_at"]) for row in rows]
			if new := [each for each in found if each not in seen]:
				yield [(id, moment(time)) for id, time in new]
			if len(rows) < PAGE:
				return
			last = rows[-1]["updated_at"]
			# A whole page may have changed in the same millisecond.
			begin, offset = (last, 0) if last != begin else (begin, offset + PAGE)
			seen = {each for each in found if each[1] == last} | (seen if offset else set())


def written(time: datetime) -> str:
	"""A time as Medusa writes it, in milliseconds."""
	utc = time.astimezone(timezone.utc)
	return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
