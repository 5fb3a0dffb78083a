"""Medusa v2: products, each with its one variant, in batches. Fields without a column in v2 go to the
metadata."""

from collections.abc import Iterable, Iterator
from typing import Any

from medusa_integration.medusa import identifiers, sold_in
from medusa_integration.medusa.dialect import no_sku
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaSkuTaken,
)
from medusa_integration.medusa.matching import (
	OwnVariant,
	folded,
	has_others,
	left_variants,
	match_variant,
)
from medusa_integration.medusa.option_changes import with_options
from medusa_integration.medusa.owners import PICTURES, SHOP, addresses, moves_collection, to_write
from medusa_integration.medusa.sizes import in_parts, sort_out
from medusa_integration.medusa.sku_moves import WantedSku
from medusa_integration.medusa.v2.barcodes import IDENTIFIER_FIELDS
from medusa_integration.medusa.v2.brands import Brands
from medusa_integration.medusa.v2.categories import category_columns
from medusa_integration.medusa.v2.held_stock import counts_parts
from medusa_integration.medusa.v2.inventory import INVENTORY_SKU_TAKEN, InventoryItems
from medusa_integration.medusa.v2.options import (
	OPTION_FIELDS,
	RANKED,
	Options,
	new_variants,
	of_inventory,
)
from medusa_integration.medusa.v2.product_channels import ProductChannels
from medusa_integration.medusa.v2.product_columns import columns
from medusa_integration.medusa.v2.variants import (
	RESERVED,
	has_lost_variant,
	sku_taken,
	taken_sku,
)

PRODUCT_FIELDS = "id,external_id,handle,variants.id,variants.sku"
LOOKED_UP_FIELDS = (
	f"{PRODUCT_FIELDS},description,thumbnail,images.url,images.rank,origin_country,collection.id,options.title,options.values.value,variants.title,variants.manage_inventory,"
	"variants.inventory_items.required_quantity,variants.allow_backorder,variants.origin_country,sales_channels.id,shipping_profile.id,"
	f"{IDENTIFIER_FIELDS}"
)
NAME_FIELDS = "id,external_id,title,handle,variants.id,variants.sku"
WHOLE_PRODUCT_FIELDS = (
	"id,external_id,title,handle,status,description,thumbnail,collection_id,collection.id,collection.metadata,"
	"origin_country,discountable,metadata,images.url,images.rank,variants.id,variants.sku,variants.title,variants.allow_backorder,variants.manage_inventory,"
	"options.title,options.values.value,"
	"variants.inventory_items.required_quantity,variants.origin_country,sales_channels.id,shipping_profile.id,"
	f"{OPTION_FIELDS},{IDENTIFIER_FIELDS}"
)


class Products(Options, ProductChannels, Brands):
	_is_checked = False

	def upsert_products(
		self, products: list[dict], own_collections: Iterable[str] = (), wanted_sku: WantedSku = no_sku
	) -> dict[str, dict | MedusaError]:
		if problem := self.dead_choice():
			return {product["external_id"]: problem for product in products}
		self.free_former_skus(products)
		done = self.write_changed_variants([each for each in products if each.get("changed_variants")])
		return {
			**done,
			**self._write([p for p in products if p["external_id"] not in done], own_collections, wanted_sku),
		}

	def _write(
		self, products: list[dict], own_collections: Iterable[str], wanted_sku: WantedSku
	) -> dict[str, dict | MedusaError]:
		own = set(own_collections)
		fitting, too_large = sort_out(products, self.max_body)
		trusted = {
			product["external_id"]: _as_known(product) for product, _size in fitting if _is_trusted(product)
		}
		try:
			return {**self._upsert(fitting, trusted, own, wanted_sku), **too_large}
		except MedusaRejected as error:
			# The remembered values of the products or of the shop may have changed.
			if not ((trusted and isinstance(error, MedusaNotFound)) or self._has_changed()):
				raise
			return {**self._upsert(fitting, {}, own, wanted_sku), **too_large}

	def _upsert(
		self,
		sized: list[tuple[dict, int]],
		trusted: dict[str, dict],
		own: set[str],
		wanted_sku: WantedSku,
	) -> dict[str, dict | MedusaError]:
		"""Write products. All but the trusted ones are looked up."""
		if not sized:
			return {}
		products = [product for product, _size in sized]
		existing = trusted | self._existing([p for p in products if p["external_id"] not in trusted])
		written = self._write_parts(sized, existing, own, wanted_sku)
		changed = [entry for entry in sized if has_lost_variant(entry[0], trusted, written)]
		looked_up = [p for p in products if p["external_id"] in written and p["external_id"] not in trusted]
		simple = [product for product in looked_up if not with_options(product)]
		variants = self.write_variants(simple, existing, wanted_sku)
		optional = [p for p in looked_up if with_options(p) and p["external_id"] in existing]
		of_options = self.write_options(optional, existing, wanted_sku)
		created = [p for p in looked_up if "variants" in p and p["external_id"] not in existing]
		is_ordered = self.rank_values(created, written)
		unordered = set() if is_ordered else {p["external_id"] for p in created}
		channels = self.write_channels(looked_up, existing, written)
		own_variants = {name: found["own_variant"] for name, found in trusted.items()} | variants
		redone = {product["external_id"] for product, _size in changed}
		of_name = {product["external_id"]: product for product in products}
		replies: dict[str, dict | MedusaError] = {
			name: _reply(of_name[name], row, own_variants.get(name), of_options.get(name), channels.get(name))
			for name, row in written.items()
			if name not in redone
		}
		for name in unordered:
			if isinstance(reply := replies.get(name), dict):
				reply["unordered"] = True
		return {**replies, **(self._upsert(changed, {}, own, wanted_sku) if changed else {})}

	def _write_parts(
		self,
		sized: list[tuple[dict, int]],
		existing: dict[str, dict],
		own: set[str],
		wanted_sku: WantedSku,
	) -> dict[str, dict]:
		"""Write products, without the variants of existing ones. Returns Medusa's rows by external id."""

		def write() -> dict[str, dict]:
			written: dict[str, dict] = {}
			for part in in_parts(sized, self.max_body):
				with sku_taken():
					reply = self._write_products(part, existing, own)
				rows = [*reply.get("created", ()), *reply.get("updated", ())]
				written |= {row["external_id"]: row for row in rows}
			return written

		if len(sized) > 1:
			return write()
		product = sized[0][0]
		with self.clash(product, existing):
			freed: set[str] = set()
			while True:
				try:
					return write()
				except MedusaSkuTaken as error:
					sku = taken_sku(product, error.message)
					if sku in freed or not self.free_sku(sku, None, wanted_sku):
						raise
					freed.add(sku)

	def _has_changed(self) -> bool:
		"""Whether the store has other defaults than the remembered ones; asked once."""
		if self._is_checked:
			return False
		self._is_checked = True
		return self.ask_again()

	def _write_products(self, products: list[dict], existing: dict[str, dict], own: set[str]) -> dict:
		"""Write products. Medusa refuses one whose sku an inventory item without a variant has: link the
		existing items then, and write again."""
		created = [p for p in products if p["external_id"] not in existing]
		ranked = 0 < sum("variants" in p for p in created) <= RANKED
		path, fields = (
			"/admin/products/batch",
			{"fields": PRODUCT_FIELDS + (",options.id,options.title" * ranked)},
		)
		new = [each for p in created for each in of_inventory(p) if each["manage_inventory"]]
		spare = self._spare_items(new) if new else {}
		try:
			return self.client.post(path, self._products_body(products, existing, spare, own), fields)
		except MedusaRejected as error:
			if not error.message.startswith(INVENTORY_SKU_TAKEN):
				raise
			freed = InventoryItems(self.client).assign(
				[each for p in products for each in of_inventory(p)], existing
			)
			if freed is None:
				raise
			return self.client.post(path, self._products_body(products, existing, freed, own), fields)

	def _spare_items(self, products: list[dict]) -> dict[str, str]:
		"""`{sku: inventory item}` of new products whose sku an inventory item without a variant has, in other case or with
		other spaces too."""
		if "spare inventory items" not in self.known:
			self.known["spare inventory items"] = InventoryItems(self.client).spare()
		there = self.known["spare inventory items"]
		return {p["sku"]: item for p in products if (item := there.get(folded(p["sku"])))}

	def _products_body(
		self, products: list[dict], existing: dict[str, dict], spare: dict[str, str], own: set[str]
	) -> dict:
		self.link_brands(products)
		create, update = [], []
		for product in products:
			found = existing.get(product["external_id"])
			if found:
				update.append(self._update_body(product, found, own))
			else:
				create.append(self._create_body(product, spare))
		return {"create": create, "update": update}

	def delete_products(self, ids: Iterable[str], lost: Iterable[dict] = ()) -> set[str]:
		names = [name for product in lost for name in _external_ids(product)]
		found = {row["id"] for row in self._rows("products", "external_id", names, "id,external_id")}
		doomed = sorted({*ids, *found})
		if not doomed:
			return set()
		try:
			self.client.post("/admin/products/batch", {"delete": doomed}, {"fields": "id"})
		except MedusaRejected as error:
			if not error.message.startswith(RESERVED):
				raise
			return {id for id in doomed if not self._is_deleted(id)}
		return set()

	def _is_deleted(self, id: str) -> bool:
		"""Delete a product. One that an open order reserves is taken off sale instead: a draft in no sales channel."""
		try:
			self.client.delete(f"/admin/products/{id}")
		except MedusaRejected as error:
			if not error.message.startswith(RESERVED):
				raise
			off_sale = {"id": id, "status": "draft", "sales_channels": []}
			self.client.post("/admin/products/batch", {"update": [off_sale]}, {"fields": "id"})
			return False
		return True

	def release_products(self, variants: dict[str, OwnVariant]) -> dict[str, bool]:
		fields = "id,variants.id,variants.sku,variants.title,variants.metadata"
		rows = list(self._rows("products", "id", variants, fields))
		shared = [row for row in rows if has_others(variants[row["id"]], row)]
		return {row["id"]: self._is_released(row, left_variants(variants[row["id"]], row)) for row in shared}

	def _is_released(self, row: dict, variants: set[str]) -> bool:
		released = {"id": row["id"], "external_id": None}
		self.client.post("/admin/products/batch", {"update": [released]}, {"fields": "id"})
		ours = sorted(variants & {each["id"] for each in row["variants"]})
		if not ours:
			return True
		path = f"/admin/products/{row['id']}/variants/batch"
		try:
			self.client.post(path, {"delete": ours}, {"fields": "id"})
		except MedusaRejected as error:
			if not error.message.startswith(RESERVED):
				raise
			return False
		return True

	def incomplete(self, variants: dict[str, set[str]]) -> set[str]:
		rows = self._rows("products", "id", variants, "id,variants.id")
		there = {row["id"]: {variant["id"] for variant in row["variants"]} for row in rows}
		return {id for id, ours in variants.items() if id not in there or not ours <= there[id]}

	def names_in_pages(self, page: int = 1000) -> Iterator[list[dict]]:
		params: dict[str, Any] = {"fields": NAME_FIELDS, "order": "id", "limit": page, "offset": 0}
		while products := self.client.get("/admin/products", params)["products"]:
			yield products
			params["offset"] += page

	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		params: dict[str, Any] = {"fields": WHOLE_PRODUCT_FIELDS, "order": "id", "limit": page, "offset": 0}
		while products := self.client.get("/admin/products", params)["products"]:
			for variant in (each for product in products for each in product["variants"] or ()):
				variant["counts_parts"] = counts_parts(variant)
			yield products
			params["offset"] += page

	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		update = [{"id": id, "external_id": external_id} for id, external_id in external_ids.items()]
		self.client.post("/admin/products/batch", {"update": update}, {"fields": "id"})
		return {}

	def _existing(self, products: list[dict]) -> dict[str, dict]:
		"""`{external_id: product as Medusa has it}`, with the id of our variant as `own_variant`."""
		more = f",{OPTION_FIELDS}" if any(map(with_options, products)) else ""
		ids = [p["id"] for p in products if p.get("id")]
		by_id = {row["id"]: row for row in self._products("id", ids, more)}
		unknown = [p for p in products if p.get("id") not in by_id]
		names = [name for p in unknown for name in _external_ids(p)]
		by_name = {row["external_id"]: row for row in self._products("external_id", names, more)}
		existing = {}
		for product in products:
			row = by_id.get(product.get("id"))
			row = row or next(filter(None, map(by_name.get, _external_ids(product))), None)
			if row:
				existing[product["external_id"]] = {**row, "own_variant": match_variant(product, row)}
		return existing

	def _products(self, field: str, values: Iterable[str], more: str) -> Iterator[dict]:
		return self._rows("products", field, values, LOOKED_UP_FIELDS + more)

	def _create_body(self, product: dict, spare: dict[str, str]) -> dict:
		"""The body of a new product.

		:param spare: `{SKU: inventory item}` of inventory items without a variant
		"""
		left = {"discountable"} if product["owners"]["discountable"] == SHOP else set()
		left |= identifiers.blank(product)
		return {
			**columns(product, left),
			**self.brand_columns(product),
			**category_columns(product, None),
			"handle": product.get("route_handle") or product["handle"],
			"is_giftcard": False,
			"collection_id": product["collection_id"],
			"shipping_profile_id": self.shipping_profile,
			"sales_channels": [{"id": id} for id in sorted(sold_in.wanted(product, self.sales_channel))],
			**new_variants(product, spare, left),
		}

	def _update_body(self, product: dict, found: dict, own: set[str]) -> dict:
		"""The fields that ERPNext owns. Variants and sales channels have calls of their own: an update that names them
		deletes the variants that were made since the look-up, and takes the product out of the shop for a moment."""
		if found["variants"] is None:
			left = {*product["left_to_shop"], *(PICTURES if product["sent_images"] is not None else ())}
			return {"id": found["id"], **columns(product, left)}
		body = {"id": found["id"], **columns(*to_write(product, {**found, "images": addresses(found)}))}
		body |= self.brand_columns(product, found) | category_columns(product, found)
		collection, owners = product["collection_id"], product["owners"]
		former = (found.get("collection") or {}).get("id")  # collection_id may name a deleted one
		if collection != former and moves_collection(owners["collection_id"], former, own):
			body["collection_id"] = collection
		profile = (found.get("shipping_profile") or {}).get("id")
		if profile != self.shipping_profile and self.sets_shipping_profile(
			owners["shipping_profile"], profile
		):
			body["shipping_profile_id"] = self.shipping_profile
		own_handle = product.get("own_handle")
		return {**body, **({"handle": own_handle} if own_handle and own_handle != found["handle"] else {})}


def _reply(
	product: dict,
	row: dict,
	variant: str | MedusaError | None,
	options: dict | MedusaError | None,
	channels: list[str] | None,
) -> dict | MedusaError:
	if isinstance(variant, MedusaError):
		return variant
	if isinstance(options, MedusaError):
		return options
	reply = {"id": row["id"], "handle": row["handle"]}
	if "variants" in product:
		of_sku = {each["sku"]: each["id"] for each in row["variants"] or ()}
		known = {v["item_code"]: v["id"] or of_sku.get(v["sku"]) for v in product["variants"]}
		reply |= {"variant_id": "", **(options or {"variants": known, "reserved": []})}
	elif options:
		(id,) = options["variants"].values()
		reply |= {"variant_id": id, "reserved": options["reserved"]}
	else:
		reply["variant_id"] = variant or row["variants"][0]["id"]
	return reply if channels is None else {**reply, "sales_channels": channels}


def _is_trusted(product: dict) -> bool:
	"""Whether a product is updated without a lookup. Its ids are known. The update names no variants, so that
	Medusa deletes none that was made there meanwhile."""
	return bool(product.get("needs_no_lookup") and not product.get("own_handle"))


def _as_known(product: dict) -> dict:
	"""A trusted product, as `_existing` would return it."""
	return {"id": product["id"], "variants": None, "own_variant": product["variant_id"], "handle": None}


def _external_ids(product: dict) -> list[str]:
	return [product["external_id"], *product.get("former_ids", ())]
