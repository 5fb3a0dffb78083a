"""The operations on a Medusa server that both versions have, as one abstract class. The rest of the app uses
only this class.

Payloads have the same keys for both versions. Source: docs/reference.md, "Products", "Collections", "Prices",
"Stock", "Orders" and "Quotations".
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from medusa_integration.medusa.account_operations import AccountOperations
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.event_operations import EventOperations
from medusa_integration.medusa.group_operations import GroupOperations
from medusa_integration.medusa.matching import OwnVariant
from medusa_integration.medusa.order_operations import OrderOperations
from medusa_integration.medusa.owners import SHOP, WHERE_FILLED
from medusa_integration.medusa.price_operations import PriceOperations
from medusa_integration.medusa.shop_product import ShopProduct
from medusa_integration.medusa.sku_moves import Holder, WantedSku
from medusa_integration.medusa.stock_operations import StockOperations

D = TypeVar("D", bound="Dialect")


@dataclass(frozen=True)
class Choice:
	"""The ids that the configuration chose; blank: the shop's default. A version ignores the fields that it lacks.

	:param time_zone: in which the days of prices' validity begin
	:param publishable_key: of the store API; blank: the first one that the server has
	"""

	sales_channel: str = ""
	stock_location: str = ""
	shipping_profile: str = ""
	time_zone: str = "UTC"
	publishable_key: str = ""


class Memory(Protocol):
	"""A cache of values that were read from a server in the last minutes."""

	def recall(self, what: str) -> Any:
		"""The stored value; None where there is none or it is too old."""

	def remember(self, what: str, value: Any) -> None:
		"""Store `value`; None: forget the stored one."""

	def forget(self) -> None:
		"""Forget all values."""

	def save(self) -> None:
		"""Share the values with other processes."""


def no_sku(variant: Holder) -> None:
	"""The WantedSku of a caller that knows no other products."""
	return None


class Dialect(
	PriceOperations, GroupOperations, EventOperations, StockOperations, OrderOperations, AccountOperations
):
	"""One Medusa server.

	:param client: a session
	:param memory: see Memory
	:param choice: see Choice

	:cvar version: "v2" or "v1"
	:cvar sign_in_path: the path that returns a token for e-mail and password
	:cvar key_header: the header for a secret API key; "" where it is the user name of basic authentication
	:cvar max_body: bytes that a call with products may have
	:cvar batches_at_once: number of batches that are sent at the same time
	:cvar updates_unseen: whether a product whose variant and collection haven't changed is updated without being looked up
	:cvar finds_by_handle: whether a product whose id isn't known is found by the handle that the app gave it, so that it keeps it
	:cvar has_categories: whether it has product categories
	:cvar choosable: the fields of Choice that this version has
	"""

	version: ClassVar[str]
	sign_in_path: ClassVar[str]
	key_header: ClassVar[str] = ""
	max_body: ClassVar[int]
	batches_at_once: ClassVar[int] = 1
	updates_unseen: ClassVar[bool] = False
	finds_by_handle: ClassVar[bool] = False
	has_categories: ClassVar[bool] = False
	choosable: ClassVar[tuple[str, ...]]

	def __init__(self, client: MedusaClient, memory: Memory, choice: Choice) -> None:
		self.client = client
		self.memory = memory
		self.choice = choice
		self.chosen = {field: getattr(choice, field) for field in self.choosable}
		self.known: dict[str, Any] = {}  # values read since this was made; shared with twins

	def twin(self: D, client: MedusaClient | None = None) -> D:
		"""The same server for another thread, with a client of its own."""
		twin = copy.copy(self)
		twin.client = client or self.client.twin()
		return twin

	def each(
		self: D,
		act: Callable[[D, Any], Any],
		items: Sequence,
		about: Callable[[Any], str] = lambda item: "",
	) -> list:
		"""Run `act(twin, item)` for all items, a few at once; see MedusaClient.each."""
		return self.client.each(lambda client, item: act(self.twin(client), item), items, about)

	def recalled(self, what: str, ask: Callable[[], Any]) -> Any:
		"""The remembered value, else the result of `ask`, which is remembered unless it is empty."""
		value = self.memory.recall(what)
		if value is None:
			value = ask()
			if value:
				self.memory.remember(what, value)
		return value

	# --- the shop itself

	@abstractmethod
	def ping(self) -> None:
		"""Make a short call that needs the sign-in and Medusa's database.

		:raises MedusaError: where it fails
		"""

	@abstractmethod
	def ask_again(self) -> bool:
		"""Read the remembered values of the store again. Returns whether they have changed."""

	@property
	@abstractmethod
	def currencies(self) -> set[str]:
		"""Upper-case ISO codes of the currencies that the shop sells in."""

	@abstractmethod
	def tax_inclusive_currencies(self) -> set[str]:
		"""Upper-case ISO codes of the currencies whose prices Medusa takes as prices with tax."""

	@property
	@abstractmethod
	def sales_channel(self) -> str:
		"""The id of the chosen sales channel, else of the shop's default one."""

	@property
	@abstractmethod
	def shipping_profile(self) -> str:
		"""The id of the chosen shipping profile, else of the default one; "" where the version has none to choose."""

	def sets_shipping_profile(self, owner: str, found: str | None) -> bool:
		"""Whether an update writes a product's shipping profile. A blank one in the configuration is ERPNext's blank value.

		:param owner: of the field
		:param found: the id of the product's profile in Medusa
		"""
		if not self.shipping_profile:
			return False
		if owner == WHERE_FILLED:
			return bool(self.chosen["shipping_profile"]) or not found
		return owner != SHOP

	@abstractmethod
	def choices(self) -> dict[str, list[dict]]:
		"""The choices of the configuration's pick-lists: `{field: [{"value": id, "label": name}]}`."""

	@property
	def offered(self) -> dict[str, dict[str, str]]:
		"""The choices as `{field: {id: name}}`."""
		return {field: {row["value"]: row["label"] for row in rows} for field, rows in self.choices().items()}

	@abstractmethod
	def channels_there(self) -> dict[str, bool]:
		"""`{id: whether it is enabled}` of the sales channels. Medusa accepts the id of any other, without a word."""

	def channels_without_location(self, ids: Iterable[str]) -> set[str]:
		"""Those of some sales channels that no stock location is linked to: they sell nothing. v1 has no such links."""
		return set()

	# --- collections

	@abstractmethod
	def upsert_collections(
		self, collections: list[dict], own_names: Iterable[str] = ()
	) -> dict[str, str | MedusaError]:
		"""Create or update collections. On v2 they are looked up together. A collection that was in the shop before is taken
		over where its title is the same.

		:param collections: each with `external_id` (the Item Group's name), `id` where known, `title`, `handle`,
			`metadata`; earlier external ids in `former_ids`, and in `not_ids` the collections of other groups
		:param own_names: of all Item Groups
		:returns: `{external_id: id, or the MedusaError of a refused one}`
		"""

	@abstractmethod
	def collections_named(self, external_ids: Iterable[str]) -> set[str]:
		"""The ids of the collections that the app made for one of these Item Groups."""

	@abstractmethod
	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""The ids among these whose collection exists in Medusa."""

	@abstractmethod
	def forget_collections(self) -> None:
		"""Forget which collections exist: the next call asks Medusa."""

	@abstractmethod
	def collections_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""Every collection of the shop: `{"id", "title", "handle", "external_id", "metadata"}`."""

	@abstractmethod
	def delete_collection(self, id: str) -> None:
		"""Delete a collection; its products stay. One with products that the app didn't make stays, and is the shop's own
		then. An unknown id is no error."""

	# --- categories: v1 has none

	def upsert_categories(
		self,
		levels: list[list[dict]],
		own_names: Iterable[str],
		order: dict[str, list[str]],
		known: dict[str, str],
	) -> dict[str, str | MedusaError]:
		"""Create or update categories where they differ. One that was in the shop before is taken over where name and place are
		the same.

		:param levels: from the roots down; each category with `external_id` (the Item Group's name), `parent` (that of the one
			above, None for a root), `id` where known, `name`, `handle` (of a new one), `is_active` (None: the shop's own),
			`former_ids`, `not_ids` (of other groups). All categories above are there
		:param own_names: of all Item Groups
		:param order: `{parent: external ids below it, in their order}`
		:param known: `{external_id: id}` of all categories of Item Groups, as far as they are known
		:returns: `{external_id: id, or the MedusaError of a refused one}`
		:raises MedusaError: for all together
		"""
		raise NotImplementedError

	def delete_categories(
		self, ids: Iterable[str], external_ids: Iterable[str], own_names: Iterable[str]
	) -> set[str]:
		"""Delete categories, those below first. One with categories or products of the shop's own stays, and is the shop's own
		then. Unknown ones are no error.

		:param external_ids: of those that may have been made though the reply was lost
		:param own_names: of all Item Groups
		:returns: the ids of those that still have categories of Item Groups below them, which are to be moved first
		"""
		raise NotImplementedError

	def categories_there(self, ids: Iterable[str]) -> set[str]:
		"""The ids among these whose category exists in Medusa; asked once in a drain."""
		return set()

	def categories_in_pages(self, page: int = 1000) -> Iterator[list[dict]]:
		"""Every category: `{"id", "name", "handle", "external_id", "parent_category_id", "is_active", "rank"}`."""
		return iter(())

	# --- products

	@abstractmethod
	def upsert_products(
		self, products: list[dict], own_collections: Iterable[str] = (), wanted_sku: WantedSku = no_sku
	) -> dict[str, dict | MedusaError]:
		"""Create or update products with their one variant. v2 takes them in one call, or in as few as their
		size allows, each all or nothing.

		A product without an id, or whose id Medusa no longer has, is looked up by its external id first. So a
		create whose reply was lost isn't repeated as a second product.

		:param products: the payloads of docs/reference.md, "Products", with `id` and `variant_id` where
			known; `former_ids`: earlier external ids; `former_handles` and `endings` of handles, for v1;
			`own_handle`: the handle to restore, "" to leave it; `needs_no_lookup`: on where the variant and
			the collection haven't changed; `may_exist`: on where an earlier call's reply was lost;
			`left_to_shop`: keys that an update leaves out; `sent_images`, `owners`: see owners.py; `channels`: see sold_in.py;
			`former_channels`: the sales channels that the app had added
			A template's product has `options`, `[{"title", "values"}]`, and `variants`, `[{"item_code", "id", "former", "sku",
			"title", "options": {title: value}, "rank", "manage_inventory", "allow_backorder", "origin_country", "identifiers":
			{column: value}, "metadata", "left_to_shop": keys that an update leaves out, "cleared": {key: fingerprint of the value
			sent}}]`, each in their order; `known_variants`: ids of variants that the app made; `deleted_variants`: those of them
			that a product without `variants` loses;
			`formers`: `[{"product_id", "variant_id"}]`, variants that have a SKU of these and give it up; `changed_variants`: item
			codes, where nothing else changed. `was_template`: on where a product has one variant again
		:param own_collections: the ids of the collections that the app made
		:param wanted_sku: of the variants of other products of ours; a SKU that one of them has given up in ERPNext is freed,
			see sku_moves.py
		:returns: `{external_id: {"id", "variant_id", "handle"}}`, of a template's product with `variants`, `{item code: id}`, and
			`reserved`, ids of variants that can't be deleted yet, and `unordered` where the values of its options have no order yet; with `sales_channels`, the ids of those that
			the app has added, where they were looked at; NotSendable for one that is too large to be sent, or whose
			variant is gone; on v1 the MedusaError of each refused one
		:raises MedusaRejected: on v2 for the first product that Medusa refuses; MedusaSkuTaken where its sku
			is taken
		:raises MedusaClash: where a single product has the sku or handle that another record of ours still
			has in Medusa
		"""

	@abstractmethod
	def place_products(self, products: list[dict]) -> dict[str, list[str] | MedusaError]:
		"""Add products to their sales channels, and remove them from others, without another change.

		:param products: payloads with `id`, see `upsert_products`
		:returns: `{external_id: ids of the channels that the app has added, or the MedusaError}`, without products that
			Medusa doesn't have
		"""

	@abstractmethod
	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> set[str]:
		"""Delete products. Unknown ones are no error. Those that an open order reserves are taken off sale: drafts in no
		sales channel.

		:returns: the ids of products that are off sale and couldn't be deleted

		:param ids: of products
		:param lost: the keys of products that may have been created though the reply was lost: `external_id`,
			`former_ids`, `handle`, `former_handles`, `endings`, `sku`, `may_exist`
		"""

	def product_handle(self, id: str) -> str:
		"""The handle that a product has in the shop now.

		:raises MedusaNotFound: where there is no such product
		"""
		return self.client.get(f"/admin/products/{id}", {"fields": "id,handle"})["product"]["handle"] or ""

	@abstractmethod
	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""Every product of the shop, drafts too, `page` at a time: `{"id", "external_id", "title", "handle", "status",
		"description", "thumbnail", "collection_id", "origin_country", "discountable", "metadata", "images": [{"url"}],
		"variants": [{"id", "sku", "title", "allow_backorder", "manage_inventory", "origin_country"}],
		"sales_channels": [{"id"}], "shipping_profile": {"id"}}`; v1 has no external id (None) and no shipping profile, and
		adds the `collection`. v2's variants have `counts_parts`: whether one is a kit whose parts Medusa counts."""

	@abstractmethod
	def products_to_import(self, page: int = 100) -> Iterator[list[ShopProduct]]:
		"""Every product of the shop, drafts too, `page` at a time, with its texts, pictures and base prices."""

	@abstractmethod
	def release_products(self, variants: dict[str, OwnVariant]) -> dict[str, bool]:
		"""Of products that have variants of the shop's own, delete our variant and clear the external id: the product is the
		shop's then. Others don't change.

		:param variants: `{product id: our variant}`
		:returns: `{product id: whether the variant is deleted}` of those products; off where an open order reserves it
		"""

	@abstractmethod
	def incomplete(self, variants: dict[str, set[str]]) -> set[str]:
		"""The products among `{product id: ids of our variants}` that Medusa lacks, or of which it lacks a variant."""

	@abstractmethod
	def names_in_pages(self, page: int = 1000) -> Iterator[list[dict]]:
		"""Every product of the shop, some at a time: `{"id", "external_id", "title", "handle", "variants": [{"id",
		"sku"}]}`; on v1 with the `item_code` of a product that the app made."""

	@abstractmethod
	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		"""Write the external ids of existing products, and nothing else.

		:param external_ids: `{product id: external id}`
		:returns: `{product id: MedusaError}` of those that were refused one by one
		:raises MedusaError: for all together; none is applied
		"""
