"""Medusa v1: products, each with one variant, a call for each. Fields that v1 itself lacks (item_code, brand_name, …) are
columns of the storefront's extension.

Source: docs/reference.md, "Products" and "Medusa v1: products".
"""

from collections.abc import Iterable, Iterator
from threading import RLock
from typing import NamedTuple

from medusa_integration.medusa import identifiers, sold_in
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.dialect import no_sku
from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaRejected,
	MedusaSkuTaken,
	NotSendable,
)
from medusa_integration.medusa.matching import (
	OWN_TITLE,
	SKU_HELD,
	VARIANT_GONE,
	OwnVariant,
	has_others,
	left_variants,
	match_variant,
	query_parts,
)
from medusa_integration.medusa.option_changes import with_options
from medusa_integration.medusa.owners import (
	SHOP,
	addresses,
	left_out,
	moves_collection,
	to_write,
)
from medusa_integration.medusa.sizes import sort_out
from medusa_integration.medusa.sku_moves import Holder, WantedSku, make_way
from medusa_integration.medusa.v1.brands import brand
from medusa_integration.medusa.v1.options import OptionChanges, free_former_skus, new_product
from medusa_integration.medusa.v1.prices import PricesV1
from medusa_integration.medusa.v1.product_search import (
	LOOKED_UP_FIELDS,
	created_unheard,
	find,
	find_by_handle,
	is_as_created,
	variants_with_sku,
)
from medusa_integration.medusa.v1.shop import Shop, raised

# PostgreSQL's message about a taken sku. About a taken handle Medusa itself has an error type.
DUPLICATE_SKU = "duplicate key value violates unique constraint"
ALREADY_THERE = ("duplicate_error", DUPLICATE_SKU)
FIELDS = (
	"title", "item_code", "description", "short_description", "ranking", "status", "brand_name", "origin_country",
	"specifications", "metadata", "discountable", "thumbnail", "images",
)  # fmt: skip


class Products(Shop):
	def upsert_products(
		self, products: list[dict], own_collections: Iterable[str] = (), wanted_sku: WantedSku = no_sku
	) -> dict[str, dict | MedusaError]:
		channels = self.chosen["sales_channel"], self.sales_channel
		ours = _Ours(*channels, set(own_collections), wanted_sku, self.known.setdefault("skus", RLock()))
		free_former_skus(self.client, products)
		sized, too_large = sort_out(products, self.max_body)
		fitting = [product for product, _size in sized]
		known = {row["id"]: row for row in self._products_by_id(p["id"] for p in fitting if p.get("id"))}
		lost = self._created_unheard(product for product in fitting if not product.get("id"))

		def act(client: MedusaClient, product: dict) -> dict:
			row = known.get(product.get("id")) or lost.get(product["external_id"])
			return _Writer(client, product, ours).write(row)

		return self._each(act, fitting) | too_large

	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> set[str]:
		lost = list(lost)
		found = self.client.each(lambda client, product: find(client, product), lost)
		rows = [row for row in raised(found) if row]
		unfound = [product for product, row in zip(lost, found, strict=True) if not row]
		rows += self._created_unheard(unfound).values()
		doomed = sorted({*ids, *(row["id"] for row in rows)})
		# v1 leaves a deleted product's price lists, and no longer names their product.
		raised(PricesV1(self.client).remove_of(doomed))
		raised(self.client.each(lambda client, id: client.delete(f"/admin/products/{id}"), doomed))
		return set()  # v1 deletes a product that an order reserves, too.

	def release_products(self, variants: dict[str, OwnVariant]) -> dict[str, bool]:
		rows = self._products_by_id(variants)
		shared = [row for row in rows if has_others(variants[row["id"]], row)]
		for row in shared:
			id, ours = row["id"], left_variants(variants[row["id"]], row)
			self.client.post(f"/admin/products/{id}", {"item_code": None})
			for own in sorted(ours & {variant["id"] for variant in row["variants"]}):
				self.client.delete(f"/admin/products/{id}/variants/{own}")
		return {row["id"]: True for row in shared}

	def incomplete(self, variants: dict[str, set[str]]) -> set[str]:
		rows = self._products_by_id(variants)
		there = {row["id"]: {variant["id"] for variant in row["variants"]} for row in rows}
		return {id for id, ours in variants.items() if id not in there or not ours <= there[id]}

	def _created_unheard(self, products: Iterable[dict]) -> dict[str, dict]:
		params = {"expand": "variants", "fields": "id,handle,title", "order": "created_at"}
		return created_unheard(products, self._batches("products", 200, params))

	def names_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		for rows in self._batches("products", page, {"expand": "variants", "order": "created_at"}):
			yield [{**row, "external_id": None} for row in rows]

	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		channels = ",sales_channels" if self.sales_channel else ""  # A v1 server may lack the feature.
		expand = f"variants,variants.options,options,images,collection,type,tags{channels}"
		params = {"expand": expand, "order": "created_at"}
		yield from self._batches("products", page, params)

	def place_products(self, products: list[dict]) -> dict[str, list[str] | MedusaError]:
		if not self.sales_channel:  # a server without sales channels
			return {product["external_id"]: [] for product in products}
		ours = _Ours("", self.sales_channel, set(), no_sku, RLock())
		known = {product["id"]: product for product in products}
		rows = list(self._products_by_id(known))

		def act(client: MedusaClient, row: dict) -> list[str]:
			return _Writer(client, known[row["id"]], ours).place(row)

		written = self.client.each(act, rows)
		return {known[row["id"]]["external_id"]: ids for row, ids in zip(rows, written, strict=True)}

	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		return {}  # v1 stores no external id

	def _products_by_id(self, ids: Iterable[str]) -> Iterator[dict]:
		for part in query_parts("id", ids):
			expand = "variants,images,collection,type,tags" + (
				",sales_channels" if self.sales_channel else ""
			)
			params = {"id[]": part, "expand": expand, "fields": LOOKED_UP_FIELDS, "limit": len(part)}
			yield from self.client.get("/admin/products", params)["products"]


class _Ours(NamedTuple):
	"""The values that all products of a call share.

	:param turn: of the threads that change other products' SKUs, since two of them may have the same ring
	"""

	chosen_channel: str
	default_channel: str
	own_collections: set[str]
	wanted_sku: WantedSku
	turn: RLock


class _Writer:
	"""The calls for one product. Made and used in one of several threads."""

	def __init__(self, client: MedusaClient, product: dict, ours: _Ours) -> None:
		self.client = client
		self.product = product
		self.ours = ours
		self.channels: list[str] | None = None  # that the app has added, where they were looked at

	def write(self, row: dict | None) -> dict:
		"""Update Medusa's `row`, else a product found by handle or sku, else create the product."""
		row = row or find_by_handle(self.client, self.product)
		try:
			return self._update(row) if row else self._create()
		except MedusaRejected as error:
			if not _says_already_there(error):
				raise
			found = None if row else find(self.client, self.product)
			if found:
				return self._update(found)
			return self._write_after_others(error, row)

	def _write_after_others(self, error: MedusaRejected, row: dict | None) -> dict:
		"""Write the product once those that have given up its sku have their new ones."""
		own = match_variant(self.product, row) if row else None
		holder = Holder(row["id"], own, _sku_of(row, own)) if row and own else None
		with self.ours.turn:
			if not all([self._makes_way(sku, holder) for sku in self._skus()]):
				raise self._clash(error, row) from error
		try:
			return self._update(row) if row else self._create()
		except MedusaRejected as again:
			if not _says_already_there(again):
				raise
			raise self._clash(again, row) from again

	def _skus(self) -> list[str]:
		return [variant["sku"] for variant in self.product.get("variants") or (self.product,)]

	def _makes_way(self, sku: str, holder: Holder | None) -> bool:
		own = holder
		if "variants" in self.product:
			there = self.holder_of(sku)
			id = next(each["id"] for each in self.product["variants"] if each["sku"] == sku)
			if not there or there.variant_id == id:
				return True
			sku_of_own = self.client.get(f"/admin/variants/{id}")["variant"]["sku"] if id else ""
			own = Holder(self.product["id"] or "", id, sku_of_own) if id else None
		return make_way(self, sku, own, self.ours.wanted_sku)

	def holder_of(self, sku: str) -> Holder | None:
		rows = variants_with_sku(self.client, sku)
		return next((Holder(row["product"]["id"], row["id"], sku) for row in rows), None)

	def give_sku(self, variant: Holder, sku: str) -> None:
		self.client.post(f"/admin/products/{variant.product_id}/variants/{variant.variant_id}", {"sku": sku})

	def _clash(self, error: MedusaRejected, own: dict | None) -> MedusaError:
		"""The error where another product has the sku or the handle. A product with an item code is the
		app's, and gives up sku and handle when it is sent or deleted itself."""
		others = self.client.get("/admin/products", {"handle": self.product["handle"]})["products"]
		holders = [variant["product"] for variant in variants_with_sku(self.client, self.product["sku"])]
		others += holders
		ours = any(other.get("item_code") and other["id"] != (own or {}).get("id") for other in others)
		if ours or not others:
			return MedusaClash(error.message, status_code=error.status_code, type=error.type)
		if not holders:
			return error
		if own:
			return NotSendable(SKU_HELD, self.product["sku"])
		words = f"Product variant with sku: {self.product['sku']}, already exists."
		return MedusaSkuTaken(words, status_code=error.status_code, type=error.type)

	def _create(self) -> dict:
		left = {"discountable"} if self.product["owners"]["discountable"] == SHOP else set()
		left |= identifiers.blank(self.product)
		wanted = sorted(sold_in.wanted(self.product, self.ours.default_channel))
		is_default = wanted == [self.ours.default_channel] and not self.ours.chosen_channel
		channels = {} if is_default or not wanted else {"sales_channels": [{"id": id} for id in wanted]}
		body = {
			**self._fields(self.product, left),
			**brand(self.product, {}),
			"collection_id": self.product["collection_id"],
			**channels,
			"handle": self.product["handle"],
			"is_giftcard": False,
			**self._new_variants(),
		}
		row = self.client.post("/admin/products", body)["product"]
		if self.ours.default_channel and not wanted:  # v1 has put it into the default one.
			self.client.post(f"/admin/products/{row['id']}", {"sales_channels": []})
		reply = {"id": row["id"], "variant_id": row["variants"][0]["id"], "handle": row["handle"]}
		if "variants" in self.product:
			of_sku = {each["sku"]: each["id"] for each in row["variants"]}
			ids = {each["item_code"]: of_sku[each["sku"]] for each in self.product["variants"]}
			reply |= {"variant_id": "", "variants": ids, "reserved": []}
		return {**reply, "sales_channels": wanted} if self.ours.default_channel else reply

	def _new_variants(self) -> dict:
		if "variants" in self.product:
			return new_product(self.product)
		return {
			"options": [{"title": "Default"}],
			"variants": [self._new_variant([{"value": "Default"}])],
		}

	def _update(self, row: dict) -> dict:
		if with_options(self.product):
			return self._update_with_options(row)
		own = match_variant(self.product, row)
		if not own and row["variants"]:
			raise NotSendable(VARIANT_GONE, self.product["sku"])
		body = self._fields(*to_write(self.product, {**row, "images": addresses(row)}))
		own_handle = self.product.get("own_handle")
		if own:
			# v1 deletes variants that aren't in the list, so the ones made in Medusa are named by their ids.
			others = [{"id": variant["id"]} for variant in row["variants"] if variant["id"] != own]
			title = {"title": OWN_TITLE} if own_handle else {}
			known = next(variant for variant in row["variants"] if variant["id"] == own)
			left = left_out(self.product, known)
			body["variants"] = [{"id": own, **self._variant_body(), **self._columns(left), **title}, *others]
		body |= {**self._links(row), **brand(self.product, row), **self._handle(row)}
		written = self.client.post(f"/admin/products/{row['id']}", body)["product"]
		reply = {
			"id": row["id"],
			"variant_id": own or self._make_variant(row["id"]),
			"handle": written["handle"],
		}
		return reply if self.channels is None else {**reply, "sales_channels": self.channels}

	def _handle(self, row: dict) -> dict:
		"""The handle, where an update writes it."""
		own_handle = self.product.get("own_handle")
		if own_handle and own_handle != row["handle"]:
			return {"handle": own_handle}
		if row["id"] != self.product.get("id") and self._is_as_created(row):
			# The app doesn't know the id yet. If this call's reply is lost too, the handle finds the product.
			return {"handle": self.product["handle"]}
		return {}

	def _update_with_options(self, row: dict) -> dict:
		changes = OptionChanges(self.client, self.product, row["id"])
		body = self._fields(*to_write(self.product, {**row, "images": addresses(row)}))
		body |= {**changes.body(), **self._links(row), **brand(self.product, row), **self._handle(row)}
		written = self.client.post(f"/admin/products/{row['id']}", body)["product"]
		ids = changes.finish(written)
		reply = {"id": row["id"], "variant_id": "", "handle": written["handle"], "reserved": []}
		if "variants" in self.product:
			reply["variants"] = ids
		else:
			(reply["variant_id"],) = ids.values()
		return reply if self.channels is None else {**reply, "sales_channels": self.channels}

	def _links(self, row: dict) -> dict:
		"""Collection and sales channels, where an update writes them."""
		owners, body = self.product["owners"], {}
		found = (row.get("collection") or {}).get("id")
		if moves_collection(owners["collection_id"], found, self.ours.own_collections):
			body["collection_id"] = self.product["collection_id"]
		if "sales_channels" in row:
			body |= self._channels(row)
		return body

	def _channels(self, row: dict) -> dict:
		"""The product's sales channels, where they change."""
		there = [channel["id"] for channel in row["sales_channels"] or ()]
		add, remove = sold_in.changes(self.product, set(there), self.ours.default_channel)
		self.channels = sold_in.added(self.product, add, remove)
		if not (add or remove):
			return {}
		return {"sales_channels": [{"id": id} for id in (*there, *sorted(add)) if id not in remove]}

	def place(self, row: dict) -> list[str]:
		"""Write the product's sales channels alone. Returns those that the app has added."""
		if body := self._channels(row):
			self.client.post(f"/admin/products/{row['id']}", body)
		return self.channels or []

	def _make_variant(self, id: str) -> str:
		"""Make the variant of a product that has none: it was deleted, or its creation failed. Returns its id."""
		row = self.client.get(f"/admin/products/{id}", {"expand": "options,variants"})["product"]
		if not row["options"]:
			row = self.client.post(f"/admin/products/{id}/options", {"title": "Default"})["product"]
		values = [{"option_id": option["id"], "value": "Default"} for option in row["options"]]
		made = self.client.post(f"/admin/products/{id}/variants", self._new_variant(values))["product"]
		return made["variants"][0]["id"]

	def _is_as_created(self, row: dict) -> bool:
		names = (self.product["external_id"], *self.product["former_ids"])
		return any(is_as_created(row, name) for name in names)

	def _fields(self, product: dict, left: set[str]) -> dict:
		"""The product's own fields.

		:param left: keys of the payload that aren't written
		"""
		own = {key: product[key] for key in FIELDS if key not in left}
		return {**own, **_whole(identifiers.of_product(product, left))}

	def _columns(self, left: set[str]) -> dict:
		"""The variant's barcodes and measures; `left`: keys that aren't written."""
		return _whole(identifiers.of_variant(self.product, left))

	def _new_variant(self, options: list[dict]) -> dict:
		return {
			**self._variant_body(),
			**self._columns(identifiers.blank(self.product)),
			"title": OWN_TITLE,
			"inventory_quantity": 0,
			"prices": [],
			"options": options,
		}

	def _variant_body(self) -> dict:
		return {
			"sku": self.product["sku"],
			"manage_inventory": self.product["manage_inventory"],
			"allow_backorder": self.product["allow_backorder"],
			"origin_country": self.product["origin_country"],
		}


def _whole(columns: dict) -> dict:
	"""Columns with whole numbers: v1 keeps no fractions of grams and lengths."""
	return {key: round(value) if isinstance(value, float) else value for key, value in columns.items()}


def _sku_of(row: dict, variant: str) -> str:
	return next(each["sku"] for each in row["variants"] if each["id"] == variant)


def _says_already_there(error: MedusaRejected) -> bool:
	return any(words in (error.type, error.message[: len(words)]) for words in ALREADY_THERE)
