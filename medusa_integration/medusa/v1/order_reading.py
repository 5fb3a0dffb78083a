"""Medusa v1: orders and customers, by their ids. Each takes its own call, a few at once.

Source: docs/reference.md, "Medusa v1: orders coming in".
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaSignInFailed,
	MedusaUnavailable,
)
from medusa_integration.medusa.order import Customer, Order
from medusa_integration.medusa.readable import order_or_error
from medusa_integration.medusa.v1.order_parsing import customer_of, order_of
from medusa_integration.medusa.v1.shop import Shop, raised


class OrderReading(Shop):
	def orders_or_errors(self, ids: Iterable[str]) -> dict[str, Order | MedusaError]:
		found = self._read("orders", "order", ids)
		raised([each for each in found.values() if isinstance(each, MedusaUnavailable | MedusaSignInFailed)])
		return {
			id: row if isinstance(row, MedusaError) else order_or_error(row, order_of)
			for id, row in found.items()
		}

	def read_customers(self, ids: Iterable[str]) -> dict[str, Customer]:
		params = {"expand": "shipping_addresses,billing_address"}
		rows = raised(list(self._read("customers", "customer", ids, params).values()))
		return {row["id"]: customer_of(row) for row in rows}

	def _read(self, what: str, key: str, ids: Iterable[str], params: dict | None = None) -> dict[str, Any]:
		"""`{id: its row, or the MedusaError of its call}` without those that Medusa doesn't have."""

		def act(client: MedusaClient, id: str) -> dict | None:
			try:
				return client.get(f"/admin/{what}/{quote(id, safe='')}", params).get(key)
			except MedusaNotFound:
				return None

		wanted = [id for id in dict.fromkeys(ids) if id]
		rows = self.client.each(act, wanted, about=str)
		return {id: row for id, row in zip(wanted, rows, strict=True) if row}

	def shipping_options(self) -> list[dict]:
		rows = self.client.get("/admin/shipping-options", {"is_return": "false"})["shipping_options"]
		return [
			{"value": row["id"], "label": f"{row['name']} ({(row.get('region') or {}).get('name', '…')})"}
			for row in rows
		]

	def payment_providers(self) -> list[dict]:
		rows = self.client.get("/admin/store/payment-providers")["payment_providers"]
		return [{"value": row["id"], "label": row["id"]} for row in rows if row["is_installed"]]
