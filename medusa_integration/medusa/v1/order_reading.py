"""Medusa v1: orders and customers, by their ids. Each takes its own call, a few at once.

Source: docs/reference.md, "Medusa v1: orders coming in".
"""

from collections.abc import Iterable
from urllib.parse import quote

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaNotFound
from medusa_integration.medusa.order import Customer, Order
from medusa_integration.medusa.v1.order_parsing import customer_of, order_of
from medusa_integration.medusa.v1.shop import Shop, raised


class OrderReading(Shop):
	def read_orders(self, ids: Iterable[str]) -> dict[str, Order]:
		return {row["id"]: order_of(row) for row in self._read("orders", "order", ids)}

	def read_customers(self, ids: Iterable[str]) -> dict[str, Customer]:
		params = {"expand": "shipping_addresses,billing_address"}
		rows = self._read("customers", "customer", ids, params)
		return {row["id"]: customer_of(row) for row in rows}

	def _read(self, what: str, key: str, ids: Iterable[str], params: dict | None = None) -> list[dict]:
		def act(client: MedusaClient, id: str) -> dict | None:
			try:
				return client.get(f"/admin/{what}/{quote(id, safe='')}", params)[key]
			except MedusaNotFound:
				return None

		wanted = [id for id in dict.fromkeys(ids) if id]
		return [row for row in raised(self.client.each(act, wanted, about=str)) if row]

	def shipping_options(self) -> list[dict]:
		rows = self.client.get("/admin/shipping-options", {"is_return": "false"})["shipping_options"]
		return [
			{"value": row["id"], "label": f"{row['name']} ({(row.get('region') or {}).get('name', '…')})"}
			for row in rows
		]

	def payment_providers(self) -> list[dict]:
		rows = self.client.get("/admin/store/payment-providers")["payment_providers"]
		return [{"value": row["id"], "label": row["id"]} for row in rows if row["is_installed"]]
