"""Medusa v2: the store, and the choices of the configuration."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import RLock

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import NotSendable
from medusa_integration.medusa.matching import query_parts

ASKED = ("store", "shipping profile")
# `{what Medusa calls them: (field of the configuration, its label)}`
CHOSEN = {
	"sales-channels": ("sales_channel", "Sales Channel"),
	"shipping-profiles": ("shipping_profile", "Shipping Profile"),
}
CHOICE_GONE = (
	"The {0} that is chosen in the Medusa Configuration doesn't exist in Medusa any more. Choose another one there, and save:"
	" the row is sent by itself then."
)


class Shop(Dialect):
	@property
	def store(self) -> dict:
		"""The server's one store: its `currencies`, upper case, and `sales_channel`, its default one's id."""
		return self.recalled("store", self._store)

	def _store(self) -> dict:
		store = self.client.get("/admin/stores")["stores"][0]
		return {
			"currencies": {row["currency_code"].upper() for row in store["supported_currencies"]},
			"sales_channel": store["default_sales_channel_id"],
		}

	def ask_again(self) -> bool:
		before = [self.memory.recall(what) for what in ASKED]
		for what in ASKED:
			self.memory.remember(what, None)
		return before != [self.store, self._asked_profile()]

	def ping(self) -> None:
		self.client.get("/admin/stores", {"fields": "id"})

	@property
	def currencies(self) -> set[str]:
		return self.store["currencies"]

	def tax_inclusive_currencies(self) -> set[str]:
		params = {"attribute": "currency_code", "limit": 500}
		found = self.client.get("/admin/price-preferences", params)["price_preferences"]
		return {
			row["value"].upper()
			for row in found
			if row["attribute"] == "currency_code" and row["is_tax_inclusive"]
		}

	@property
	def sales_channel(self) -> str:
		return self.chosen["sales_channel"] or self.store["sales_channel"]

	@property
	def shipping_profile(self) -> str:
		return self.chosen["shipping_profile"] or self._asked_profile()

	def _asked_profile(self) -> str:
		return self.recalled("shipping profile", self._default_profile)

	def _default_profile(self) -> str:
		"""The default shipping profile. Every server has one since its first migration."""
		profiles = self.client.get("/admin/shipping-profiles", {"fields": "id,type"})["shipping_profiles"]
		profiles.sort(key=lambda profile: profile["type"] != "default")
		return profiles[0]["id"] if profiles else ""

	def dead_choice(self) -> NotSendable | None:
		"""The error of a chosen sales channel or shipping profile that was deleted in Medusa, which accepts its id all the same;
		None where both exist. Asked once in a drain."""
		if "dead choice" not in self.known:
			self.known["dead choice"] = next(filter(None, map(self._dead, CHOSEN)), None)
		return self.known["dead choice"]

	def _dead(self, what: str) -> NotSendable | None:
		field, name = CHOSEN[what]
		id = self.chosen[field]
		if (
			not id
			or self.client.get(f"/admin/{what}", {"id[]": [id], "fields": "id"})[what.replace("-", "_")]
		):
			return None
		return NotSendable(CHOICE_GONE, name)

	def alone(self, order_id: str) -> AbstractContextManager:
		"""A context that one lane at a time may enter for an order. Of two changes at once Medusa stores both
		versions of the order's items, and shows each item twice from then on."""
		return self.known.setdefault(f"order {order_id}", RLock())

	@contextmanager
	def reserving(self, order_id: str) -> Iterator[None]:
		"""A context that one lane at a time may enter to change what an order has reserved. Medusa locks the inventory items
		of such a change one after the other, in the order's sequence. With its in-memory locks two changes that wait for each
		other time out and keep what they hold, until Medusa is restarted."""
		with self.known.setdefault("reservations", RLock()), self.alone(order_id):
			yield

	def choices(self) -> dict[str, list[dict]]:
		lists = {
			"sales_channel": "/admin/sales-channels",
			"stock_location": "/admin/stock-locations",
			"shipping_profile": "/admin/shipping-profiles",
		}
		return {
			field: [
				{"value": row["id"], "label": row["name"]}
				for row in self.client.get(path, {"fields": "id,name", "limit": 200})[
					path.rsplit("/", 1)[1].replace("-", "_")
				]
			]
			for field, path in lists.items()
		}

	def _rows(
		self, what: str, field: str, values: Iterable[str], fields: str, path: str = ""
	) -> Iterator[dict]:
		"""The products or collections whose `field` is one of `values`, in as few calls as a URL's length allows.

		:param path: where it isn't the name in the reply
		"""
		for part in query_parts(field, values):
			params = {f"{field}[]": part, "fields": fields, "limit": len(part) * 2}
			wanted = set(part)  # a server that doesn't know the filter ignores it
			yield from (
				row for row in self.client.get(f"/admin/{path or what}", params)[what] if row[field] in wanted
			)
