"""Medusa v1: the store, and reading lists. v1 has no batch calls: every record takes its own call, a few at once, and is
refused by itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError


class Shop(Dialect):
	shipping_profile = ""  # v1 gives every product the default one.

	@property
	def store(self) -> dict:
		"""The server's one store: its `currencies`, upper case, and `sales_channel`, its default one's id."""
		return self.recalled("store", self._store)

	def _store(self) -> dict:
		store = self.client.get("/admin/store")["store"]
		return {
			"currencies": {currency["code"].upper() for currency in store["currencies"]},
			"sales_channel": store["default_sales_channel_id"] or "",
		}

	def ping(self) -> None:
		self.client.get("/admin/store")

	def ask_again(self) -> bool:
		before = self.memory.recall("store")
		self.memory.remember("store", None)
		return before != self.store

	@property
	def currencies(self) -> set[str]:
		return self.store["currencies"]

	def tax_inclusive_currencies(self) -> set[str]:
		"""A server without the feature flag `tax_inclusive_pricing` has no such field."""
		currencies = self.client.get("/admin/store")["store"]["currencies"]
		return {currency["code"].upper() for currency in currencies if currency.get("includes_tax")}

	@property
	def sales_channel(self) -> str:
		return self.chosen["sales_channel"] or self.store["sales_channel"]

	def choices(self) -> dict[str, list[dict]]:
		channels = self.client.get("/admin/sales-channels", {"limit": 200})["sales_channels"]
		return {"sales_channel": [{"value": row["id"], "label": row["name"]} for row in channels]}

	def channels_there(self) -> dict[str, bool]:
		if not self.sales_channel:  # a server without sales channels
			return {}
		rows = self.client.get("/admin/sales-channels", {"limit": 1000})["sales_channels"]
		return {row["id"]: not row["is_disabled"] for row in rows}

	def _each(self, act: Callable[[MedusaClient, dict], Any], records: list[dict]) -> dict[str, Any]:
		results = self.client.each(act, records, about=record_of)
		return {record["external_id"]: result for record, result in zip(records, results, strict=True)}

	def _pages(self, what: str, page: int, params: dict) -> Iterator[dict]:
		for rows in self._batches(what, page, params):
			yield from rows

	def _batches(self, what: str, page: int, params: dict) -> Iterator[list[dict]]:
		offset = 0
		while True:
			reply = self.client.get(f"/admin/{what}", {**params, "limit": page, "offset": offset})
			if rows := reply[what.replace("-", "_")]:
				yield rows
			offset += page
			if offset >= reply["count"]:
				return


def raised(results: list) -> list:
	"""The results of `MedusaClient.each`; the first MedusaError among them is raised."""
	for result in results:
		if isinstance(result, MedusaError):
			raise result
	return results


def record_of(payload: dict) -> str:
	"""The record of ERPNext's that a payload's calls are about: `about`, or else its external id."""
	return payload.get("about") or payload["external_id"]
