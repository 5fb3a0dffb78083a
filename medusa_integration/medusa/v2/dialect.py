"""Medusa v2's wire format. Everything that only v2 knows is here; see medusa.md for what was measured.

The records that come in are the documented ones of contract section 4 (v1's field names), with what both
versions need beside them; what v2 has no column for goes to `metadata`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import quote

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaSkuTaken,
	NoStockLocation,
	NotSendable,
)
from medusa_integration.medusa.matching import differs, match_variant, query_parts
from medusa_integration.medusa.sizes import in_parts, sort_out
from medusa_integration.medusa.v2.inventory import INVENTORY_SKU_TAKEN, InventoryItems
from medusa_integration.medusa.v2.prices import PricesV2, State

COLLECTION_FIELDS = "id,title,external_id,metadata"
PRODUCT_FIELDS = "id,external_id,handle,variants.id,variants.sku"
INVENTORY_FIELDS = (
	"id,inventory_items.inventory_item_id,inventory_items.inventory.sku,"
	"inventory_items.inventory.location_levels.location_id,inventory_items.inventory.location_levels.stocked_quantity"
)
NO_STOCK_LOCATION = (
	"The stock location to write to isn't settled. Choose one in the Medusa Configuration: it has to be in the shop,"
	" and may be left blank only where the shop has exactly one."
)
NO_INVENTORY_ITEM = (
	"The variant in Medusa hasn't got exactly one inventory item of its own. In Medusa's admin, see to its"
	" Manage inventory and Inventory kit."
)
WHOLE_PRODUCT_FIELDS = (
	"id,external_id,title,handle,status,description,thumbnail,collection_id,origin_country,discountable,metadata,"
	"images.url,variants.id,variants.sku,variants.title,variants.allow_backorder,variants.manage_inventory,"
	"variants.origin_country,sales_channels.id,shipping_profile.id"
)
LINK_FIELDS = "id,external_id,title,handle,status,variants.id,variants.sku"


class MedusaV2:
	"""The operations of the integration on a v2 server.

	:param client: a session
	:param memory: `recall(what)` returns what `remember(what, value)` was told a short while ago, else None
	:param sales_channel, stock_location, shipping_profile: ids; blank ones are the shop's defaults
	:param time_zone: the one in which the days of prices' validity begin
	"""

	version = "v2"
	sign_in_path = "/auth/user/emailpass"
	max_body = 2_000_000  # bytes of a batch call; from 2,097,152 on v2 answers 413
	key_header = ""  # a secret API key is the user name of basic authentication

	def __init__(
		self,
		client: MedusaClient,
		memory,
		*,
		sales_channel: str = "",
		stock_location: str = "",
		shipping_profile: str = "",
		time_zone: str = "UTC",
	) -> None:
		self.client = client
		self.memory = memory
		self.time_zone = time_zone
		self.chosen = {
			"sales_channel": sales_channel,
			"stock_location": stock_location,
			"shipping_profile": shipping_profile,
		}

	# --- the shop itself

	@cached_property
	def store(self) -> dict:
		"""`GET /admin/stores`: the server's one store, with its currencies."""
		return self.client.get("/admin/stores")["stores"][0]

	def ping(self) -> None:
		"""Nothing where Medusa lets us in and its database answers, else the MedusaError that says why not."""
		self.client.get("/admin/stores", {"fields": "id"})

	@cached_property
	def currencies(self) -> set[str]:
		"""Upper-case ISO codes of the currencies that the shop sells in."""
		return {c["currency_code"].upper() for c in self.store["supported_currencies"]}

	@cached_property
	def sales_channel(self) -> str:
		return self.chosen["sales_channel"] or self.store["default_sales_channel_id"]

	@cached_property
	def shipping_profile(self) -> str:
		"""The chosen profile, else the default one, which every server has since its first migration."""
		if self.chosen["shipping_profile"]:
			return self.chosen["shipping_profile"]
		profiles = self.client.get("/admin/shipping-profiles", {"fields": "id,type"})["shipping_profiles"]
		profiles.sort(key=lambda profile: profile["type"] != "default")
		return profiles[0]["id"] if profiles else ""

	def choices(self) -> dict[str, list[dict]]:
		"""What the configuration's pick-lists offer: `{field: [{"value": id, "label": name}]}`."""
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

	@cached_property
	def offered(self) -> dict[str, dict[str, str]]:
		"""The same, to look names up: `{field: {id: name}}`."""
		return {field: {row["value"]: row["label"] for row in rows} for field, rows in self.choices().items()}

	# --- collections

	def upsert_collection(self, collection: dict) -> str:
		"""Create or update one collection and return its id.

		:param collection: `external_id` (the Item Group's name), `id` where known, `title`, `handle`, `metadata`; earlier
			external ids in `former_ids`, and in `not_ids` the collections of other groups
		"""
		found = self._find_collection(collection)
		body = {
			"title": collection["title"],
			"external_id": collection["external_id"],
			"metadata": collection["metadata"],
		}
		if not found:
			body["handle"] = self._free_handle(collection)
			return self.client.post("/admin/collections", body)["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _find_collection(self, collection: dict) -> dict | None:
		"""By id, else by our external_id: another worker's, or the one of a call whose reply was lost."""
		names = [collection["external_id"], *collection.get("former_ids", ())]
		for field, values in (("id", [collection.get("id")]), *(("external_id", [name]) for name in names)):
			for found in self._rows("collections", field, filter(None, values), COLLECTION_FIELDS):
				if found["id"] not in collection.get("not_ids", ()):
					return found
		return None

	def _free_handle(self, collection: dict) -> str:
		"""Its own, unless a renamed group's collection still has that."""
		handle = collection["handle"]
		taken = next(self._rows("collections", "handle", [handle], "id,handle"), None)
		if taken and taken["id"] in collection.get("not_ids", ()):
			return f"{handle}-{taken['id'][-6:].lower()}"
		return handle

	def collections_named(self, external_ids: Iterable[str]) -> set[str]:
		"""The ids of the collections that carry one of the external ids."""
		return {row["id"] for row in self._rows("collections", "external_id", external_ids, "id,external_id")}

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""Which of the ids Medusa still has."""
		return {row["id"] for row in self._rows("collections", "id", ids, "id")}

	def collections_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""Every collection of the shop, `page` at a time: `{"id", "title", "external_id", "metadata"}`."""
		params = {"fields": COLLECTION_FIELDS, "order": "id", "limit": page, "offset": 0}
		while collections := self.client.get("/admin/collections", params)["collections"]:
			yield collections
			params["offset"] += page

	def delete_collection(self, id: str) -> None:
		"""Delete a collection; its products stay. An unknown id is fine."""
		self.client.delete(f"/admin/collections/{id}")

	# --- prices

	@cached_property
	def _prices(self) -> PricesV2:
		return PricesV2(self.client, self.memory, self.time_zone)

	def write_prices(self, source: str, items: list[dict], books) -> dict[str, dict | None]:
		"""Make the price lists that stand for an ERPNext price list agree with items' prices.

		:param source: the ERPNext price list
		:param items: `external_id`, `title`, `product_id`, `variant_id`, `known` (what the last call returned for it, {} if none), and
			all its `prices`: `start`, `end` (the first and last day, or None), `starts_at`, `ends_at` (the same as
			moments, in ISO 8601), `currency`, `amount` in major units; `is_last_word` is off where an earlier call that
			nobody heard the end of may be applied after this one
		:param books: `keep({external_id: known})` keeps that before anything is sent, and returns for which of
			them it could; inside `alone()` only one worker is at a time; `mentions(pattern)` tells whether
			anything that is kept is LIKE the pattern
		:returns: `{external_id: {"known", "ids": [(price list id, row id)] as the prices' order}}`; None for what is gone;
			v1 returns a MedusaError for what is refused, v2 raises it for all
		"""
		return self._prices.write(source, items, books)

	def forget_prices(self, source: str, known: list[dict], books) -> None:
		"""Remove the price lists that have become empty because items' products are gone.

		:param known: what `write_prices` had returned for those items
		"""
		self._prices.forget(source, known, books)

	def prices_in_pages(self, source: str, page: int = 2000) -> Iterator[tuple[tuple, list[dict]]]:
		"""Every price of the lists that stand for an ERPNext price list, at most `page` at a time: the list's (first day,
		last day) and `[{"id", "price_list_id", "variant_id", "currency_code", "amount", "price_list": {"status", "type",
		"starts_at", "ends_at", "restricted" (to customer groups)}}]`; v2 adds the price list's `title` and `own_title`."""
		return self._prices.in_pages(source, page)

	def with_strays(self, known: dict, strays: list[str]) -> dict:
		"""What `write_prices` returned for an item, so that the next call deletes rows that aren't in it.

		:param strays: "price list id/row id" of rows that the item has, known ones too
		"""
		state = State.read(known)
		ours = {id for id, _applied in state.live.values()}
		gone = [stray for stray in strays if stray.split("/")[1] not in ours]
		state.leaving = list(dict.fromkeys([*state.leaving, *gone]))
		return state.dump()

	# --- stock

	@cached_property
	def stock_location(self) -> str:
		"""The chosen location, else the shop's only one; "" where that isn't to be had: Medusa would take any id."""
		reply = self.client.get("/admin/stock-locations", {"fields": "id", "limit": 1000})
		ids = [row["id"] for row in reply["stock_locations"]]
		chosen = self.chosen["stock_location"]
		if chosen:
			return chosen if chosen in ids else ""
		return ids[0] if len(ids) == 1 else ""

	def set_stock(self, levels: list[dict]) -> dict[str, dict | MedusaError]:
		"""Set the stocked quantities of variants at the stock location, all or nothing, in one call where all are known.

		:param levels: `external_id`, `variant_id`, `sku`, `quantity` (whole units, not negative), and `known`, what the
			last call returned for the variant, {} before that
		:returns: `{external_id: what to pass as known the next time}`; for a variant that can't have a level, the error
		:raises MedusaRejected: on the first level that Medusa refuses, none being applied
		"""
		if not self.stock_location:
			return {level["external_id"]: NoStockLocation(NO_STOCK_LOCATION) for level in levels}
		known = {level["external_id"]: level["known"] for level in levels if self._is_current(level)}
		if known:
			try:
				return self._set_stock(levels, known)
			except MedusaRejected:
				pass  # somebody deleted an item or a level: look them all up again
		return self._set_stock(levels, {})

	def stock_levels(self, variant_ids: Iterable[str]) -> dict[str, int]:
		"""The stocked quantities of variants at the stock location, of those that have one there."""
		found = {}
		for part in query_parts("id", variant_ids):
			params = {"id[]": part, "fields": INVENTORY_FIELDS, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				for row in variant["inventory_items"]:
					for level in row["inventory"]["location_levels"]:
						if level["location_id"] == self.stock_location:
							found[variant["id"]] = level["stocked_quantity"]
		return found

	def _is_current(self, level: dict) -> bool:
		known = level["known"]
		return bool(known) and (known["location"], known["sku"]) == (self.stock_location, level["sku"])

	def _set_stock(self, levels: list[dict], known: dict[str, dict]) -> dict[str, dict | MedusaError]:
		found = self._inventory([level for level in levels if level["external_id"] not in known])
		outcome, update, create = {}, [], []
		for level in levels:
			name = level["external_id"]
			entry = known.get(name) or found.get(level["variant_id"])
			if not entry:
				outcome[name] = NotSendable(NO_INVENTORY_ITEM)
				continue
			body = {
				"inventory_item_id": entry["item"],
				"location_id": self.stock_location,
				"stocked_quantity": level["quantity"],
			}
			(update if entry["location"] else create).append(body)
			outcome[name] = {**entry, "location": self.stock_location}
		if update or create:
			path = "/admin/inventory-items/location-levels/batch"
			self.client.post(path, {"create": create, "update": update})
		return outcome

	def _inventory(self, levels: list[dict]) -> dict[str, dict]:
		"""By variant id, its one inventory item: `item` (its id), `sku`, and `location` where it has a level there."""
		sku_of = {level["variant_id"]: level["sku"] for level in levels}
		found = {}
		for part in query_parts("id", sku_of):
			params = {"id[]": part, "fields": INVENTORY_FIELDS, "limit": len(part)}
			for variant in self.client.get("/admin/product-variants", params)["variants"]:
				if len(variant["inventory_items"]) == 1:
					(row,) = variant["inventory_items"]
					found[variant["id"]] = self._inventory_item(row, sku_of[variant["id"]])
		return found

	def _inventory_item(self, row: dict, sku: str) -> dict:
		"""Its sku doesn't follow the variant's, and would keep it from being given to another one."""
		id, inventory = row["inventory_item_id"], row["inventory"]
		if inventory["sku"] != sku:
			self.client.post(f"/admin/inventory-items/{id}", {"sku": sku})
		there = {level["location_id"] for level in inventory["location_levels"]}
		return {
			"item": id,
			"sku": sku,
			"location": self.stock_location if self.stock_location in there else "",
		}

	# --- orders and quotations

	def update_order(self, order: dict) -> None:
		"""Write an order's status into its metadata; what else is in there stays.

		:param order: contract section 4's fields, and the order's id in `order_id`
		:raises MedusaNotFound: where Medusa has no such order
		"""
		try:
			self._merge_metadata("orders", order["order_id"], order, without=("order_id",))
		except MedusaNotFound:
			raise
		except MedusaRejected:
			# an order that was cancelled in Medusa takes nothing more, and needs to hear nothing of a cancellation
			if order["order_status"] != "Cancelled" or not self._is_cancelled(order["order_id"]):
				raise

	def _is_cancelled(self, order_id: str) -> bool:
		path = f"/admin/orders/{quote(order_id, safe='')}"
		return self.client.get(path, {"fields": "id,status"})["order"]["status"] == "canceled"

	def update_quotation(self, quotation: dict) -> None:
		"""Write a priced quotation into its draft order's metadata; what else is in there stays.

		:param quotation: contract section 4's fields, and the draft order's id in `draft_order_id`
		:raises MedusaNotFound: where Medusa has no such draft order
		"""
		self._merge_metadata("draft-orders", quotation["draft_order_id"], quotation)

	def _merge_metadata(self, what: str, id: str, values: dict, without: tuple[str, ...] = ()) -> None:
		"""Medusa loses one of two merges that it gets at once: the outbox sends a record's one after the other."""
		# "" takes a key out of the metadata, where null would stay in it
		metadata = {
			key: "" if value is None else value for key, value in values.items() if key not in without
		}
		self.client.post(f"/admin/{what}/{quote(id, safe='')}", {"metadata": metadata}, {"fields": "id"})

	# --- products

	def upsert_products(self, products: list[dict]) -> dict[str, dict | MedusaError]:
		"""Create or update products with their one variant, in one call, or in as few as their size allows; each is all
		or nothing.

		:param products: contract section 4's fields and `external_id`, `handle`, `sku`, `allow_backorder`,
			`manage_inventory`, `thumbnail`, `images` (URLs), `id`, `variant_id` where known, in `former_ids` earlier
			external ids, and in `own_handle` the handle to restore, "" to leave it as it is
		:returns: `{external_id: {"id", "variant_id", "handle"}}`, or NotSendable for one that is too large to be sent
		:raises MedusaRejected: on the first product that Medusa refuses; MedusaSkuTaken where that is because of its sku
		:raises MedusaClash: where the only one has another one's sku or handle, which that is about to give up

		A product that has no id, or whose id Medusa no longer has, is looked up by its external_id first, so
		that a call that was applied without our knowing is never made into a second product.
		"""
		fitting, too_large = sort_out(products, self.max_body)
		existing = self._existing([product for product, _size in fitting])
		written = []
		try:
			for part in in_parts(fitting, self.max_body):
				with _sku_taken():
					reply = self._write_products(part, existing)
				written += [*reply.get("created", ()), *reply.get("updated", ())]
		except MedusaRejected as error:
			if len(products) == 1 and self._clashes_with_ours(products[0], existing):
				raise MedusaClash(error.message, status_code=error.status_code, type=error.type) from error
			raise
		ids = {
			row["external_id"]: {
				"id": row["id"],
				"variant_id": _own_variant(row, existing),
				"handle": row["handle"],
			}
			for row in written
		}
		return ids | too_large

	def _write_products(self, products: list[dict], existing: dict[str, dict]) -> dict:
		"""Where an inventory item that belongs to no variant has a product's sku, Medusa would make a second one and
		refuses: the products get the ones that are there."""
		path, fields = "/admin/products/batch", {"fields": PRODUCT_FIELDS}
		try:
			return self.client.post(path, self._products_body(products, existing, {}), fields)
		except MedusaRejected as error:
			if not error.message.startswith(INVENTORY_SKU_TAKEN):
				raise
			spare = InventoryItems(self.client).assign(products, existing)
			if spare is None:
				raise
			return self.client.post(path, self._products_body(products, existing, spare), fields)

	def _products_body(self, products: list[dict], existing: dict[str, dict], spare: dict[str, str]) -> dict:
		create, update = [], []
		for product in products:
			found = existing.get(product["external_id"])
			if found:
				update.append(self._update_body(product, found))
			else:
				create.append(self._create_body(product, spare.get(product["sku"])))
		return {"create": create, "update": update}

	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> None:
		"""Delete products by id, and those that may have been created without our knowing. Unknown ones are fine.

		:param lost: of each product what finds it: `external_id`, `former_ids`, and for v1 more
		"""
		names = [name for product in lost for name in _external_ids(product)]
		found = {row["id"] for row in self._products("external_id", names)}
		doomed = sorted({*ids, *found})
		if doomed:
			self.client.post("/admin/products/batch", {"delete": doomed}, {"fields": "id"})

	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		"""Every product of the shop, drafts too, `page` at a time: `{"id", "external_id", "title", "handle", "status",
		"description", "thumbnail", "collection_id", "origin_country", "discountable", "metadata", "images": [{"url"}],
		"variants": [{"id", "sku", "title", "allow_backorder", "manage_inventory", "origin_country"}],
		"sales_channels": [{"id"}], "shipping_profile": {"id"}}`; v1 has no shipping profile, and adds the `collection`."""
		params = {"fields": WHOLE_PRODUCT_FIELDS, "order": "id", "limit": page, "offset": 0}
		while products := self.client.get("/admin/products", params)["products"]:
			yield products
			params["offset"] += page

	# --- linking what is there

	def products_by_sku(self, skus: Iterable[str]) -> dict[str, list[dict]]:
		"""The products that have a variant with one of the skus.

		:returns: `{sku: [{"id", "external_id", "title", "handle", "status", "variants": [{"id", "sku"}]}]}`, with all
			variants of each product
		"""
		found: dict[str, list[dict]] = {sku: [] for sku in skus}
		for part in query_parts(quote("variants[sku]"), found):
			params = {"variants[sku][]": part, "fields": LINK_FIELDS, "limit": len(part) * 2}
			for product in self.client.get("/admin/products", params)["products"]:
				for sku in {variant["sku"] for variant in product["variants"]} & set(part):
					found[sku].append(product)
		return found

	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		"""Write the external ids of products that are there, and nothing else of them.

		:param external_ids: `{product id: external id}`
		:returns: `{product id: why not}` for those that were refused one by one
		:raises MedusaError: for all together, none being applied
		"""
		update = [{"id": id, "external_id": external_id} for id, external_id in external_ids.items()]
		self.client.post("/admin/products/batch", {"update": update}, {"fields": "id"})
		return {}

	# --- what both need

	def _existing(self, products: list[dict]) -> dict[str, dict]:
		"""`{external_id: product as Medusa has it}`, with the id of our variant as `own_variant`."""
		by_id = {row["id"]: row for row in self._products("id", [p["id"] for p in products if p.get("id")])}
		unknown = [p for p in products if p.get("id") not in by_id]
		names = [name for p in unknown for name in _external_ids(p)]
		by_name = {row["external_id"]: row for row in self._products("external_id", names)}
		existing = {}
		for product in products:
			row = by_id.get(product.get("id"))
			row = row or next(filter(None, map(by_name.get, _external_ids(product))), None)
			if row:
				existing[product["external_id"]] = {**row, "own_variant": match_variant(product, row)}
		return existing

	def _clashes_with_ours(self, product: dict, existing: dict[str, dict]) -> bool:
		"""Whether another product with an external id has its handle or sku, or it is there itself by now."""
		own = existing.get(product["external_id"], {}).get("id")
		holders = [
			row
			for field, value in (
				("handle", product.get("own_handle") or product["handle"]),
				("variants[sku]", product["sku"]),
			)
			for row in self.client.get("/admin/products", {field: value, "fields": "id,external_id"})[
				"products"
			]
		]
		return any(row["external_id"] and row["id"] != own for row in holders)

	def _rows(self, what: str, field: str, values: Iterable[str], fields: str) -> Iterator[dict]:
		"""The products or collections whose `field` is one of `values`, in as few calls as a URL's length allows."""
		for part in query_parts(field, values):
			params = {f"{field}[]": part, "fields": fields, "limit": len(part) * 2}
			wanted = set(part)  # a server that doesn't know the filter ignores it
			yield from (
				row for row in self.client.get(f"/admin/{what}", params)[what] if row[field] in wanted
			)

	def _products(self, field: str, values: Iterable[str]) -> Iterator[dict]:
		return self._rows("products", field, values, PRODUCT_FIELDS)

	def _create_body(self, product: dict, inventory_item: str | None) -> dict:
		inventory = [{"inventory_item_id": inventory_item, "required_quantity": 1}] if inventory_item else []
		return {
			**self._common_body(product),
			"handle": product["handle"],
			"is_giftcard": False,
			"options": [{"title": "Default", "values": ["Default"]}],
			"variants": [
				{
					**_variant_body(product),
					"title": "Default",
					"options": {"Default": "Default"},
					"prices": [],
					**({"inventory_items": inventory} if inventory else {}),
				}
			],
		}

	def _update_body(self, product: dict, found: dict) -> dict:
		own = found["own_variant"]
		# a list of variants deletes those that are not in it: the ones made in Medusa are named, not touched
		others = [{"id": variant["id"]} for variant in found["variants"] if variant["id"] != own]
		own_handle = product.get("own_handle")
		title = {"title": "Default"} if own_handle else {}
		variants = [{"id": own, **_variant_body(product), **title}, *others] if own else None
		return {
			"id": found["id"],
			**self._common_body(product),
			**({"handle": own_handle} if own_handle and own_handle != found["handle"] else {}),
			**({"variants": variants} if variants else {}),
		}

	def _common_body(self, product: dict) -> dict:
		return {
			"title": product["title"],
			"external_id": product["external_id"],
			"description": product["description"],
			"status": product["status"],
			"collection_id": product["collection_id"],
			"origin_country": product["origin_country"],
			"discountable": product["discountable"],
			"thumbnail": product["thumbnail"],
			"images": [{"url": url} for url in product["images"]],
			"shipping_profile_id": self.shipping_profile,
			"sales_channels": [{"id": self.sales_channel}],
			"metadata": {
				**product["metadata"],
				"item_code": product["item_code"],
				"brand_name": product["brand_name"],
				"short_description": product["short_description"],
				"ranking": product["ranking"],
				"specifications": product["specifications"],
			},
		}


@contextmanager
def _sku_taken():
	"""Medusa has no code for it: "Product variant with sku: G1, already exists."."""
	try:
		yield
	except MedusaRejected as error:
		if "variant with sku" not in error.message:
			raise
		raise MedusaSkuTaken(
			error.message, status_code=error.status_code, type=error.type, code=error.code
		) from error


def _variant_body(product: dict) -> dict:
	return {
		"sku": product["sku"],
		"manage_inventory": product["manage_inventory"],
		"allow_backorder": product["allow_backorder"],
		"origin_country": product["origin_country"],
	}


def _external_ids(product: dict) -> list[str]:
	return [product["external_id"], *product.get("former_ids", ())]


def _own_variant(row: dict, existing: dict[str, dict]) -> str:
	before = existing.get(row["external_id"])
	if before and before["own_variant"]:
		return before["own_variant"]
	return row["variants"][0]["id"] if row["variants"] else ""
