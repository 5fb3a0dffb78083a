"""Medusa v2: products, each with its one variant, in batches. Fields without a column in v2 go to the
metadata."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaSkuTaken,
)
from medusa_integration.medusa.matching import match_variant, query_parts
from medusa_integration.medusa.sizes import in_parts, sort_out
from medusa_integration.medusa.v2.inventory import INVENTORY_SKU_TAKEN, InventoryItems
from medusa_integration.medusa.v2.shop import Shop

PRODUCT_FIELDS = "id,external_id,handle,variants.id,variants.sku"
WHOLE_PRODUCT_FIELDS = (
	"id,external_id,title,handle,status,description,thumbnail,collection_id,origin_country,discountable,metadata,"
	"images.url,variants.id,variants.sku,variants.title,variants.allow_backorder,variants.manage_inventory,"
	"variants.origin_country,sales_channels.id,shipping_profile.id"
)
LINK_FIELDS = "id,external_id,title,handle,status,variants.id,variants.sku"


class Products(Shop):
	_is_checked = False

	def upsert_products(self, products: list[dict]) -> dict[str, dict | MedusaError]:
		fitting, too_large = sort_out(products, self.max_body)
		trusted = {
			product["external_id"]: _as_known(product) for product, _size in fitting if _is_trusted(product)
		}
		try:
			return {**self._upsert(fitting, trusted), **too_large}
		except MedusaRejected as error:
			# The remembered values of the products or of the shop may have changed.
			if not ((trusted and isinstance(error, MedusaNotFound)) or self._has_changed()):
				raise
			return {**self._upsert(fitting, {}), **too_large}

	def _upsert(self, sized: list[tuple[dict, int]], trusted: dict[str, dict]) -> dict[str, dict]:
		"""Write products. All but the trusted ones are looked up."""
		products = [product for product, _size in sized]
		existing = trusted | self._existing([p for p in products if p["external_id"] not in trusted])
		written = []
		try:
			for part in in_parts(sized, self.max_body):
				with _sku_taken():
					reply = self._write_products(part, existing)
				written += [*reply.get("created", ()), *reply.get("updated", ())]
		except MedusaRejected as error:
			if len(products) == 1 and self._clashes_with_ours(products[0], existing):
				raise MedusaClash(error.message, status_code=error.status_code, type=error.type) from error
			raise
		return {
			row["external_id"]: {
				"id": row["id"],
				"variant_id": _own_variant(row, existing),
				"handle": row["handle"],
			}
			for row in written
		}

	def _has_changed(self) -> bool:
		"""Whether the store has other defaults than the remembered ones; asked once."""
		if self._is_checked:
			return False
		self._is_checked = True
		return self.ask_again()

	def _write_products(self, products: list[dict], existing: dict[str, dict]) -> dict:
		"""Write products. Medusa refuses one whose sku an inventory item without a variant has: link the
		existing items then, and write again."""
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
		names = [name for product in lost for name in _external_ids(product)]
		found = {row["id"] for row in self._products("external_id", names)}
		doomed = sorted({*ids, *found})
		if doomed:
			self.client.post("/admin/products/batch", {"delete": doomed}, {"fields": "id"})

	def products_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		params: dict[str, Any] = {"fields": WHOLE_PRODUCT_FIELDS, "order": "id", "limit": page, "offset": 0}
		while products := self.client.get("/admin/products", params)["products"]:
			yield products
			params["offset"] += page

	def products_by_sku(self, skus: Iterable[str]) -> dict[str, list[dict]]:
		found: dict[str, list[dict]] = {sku: [] for sku in skus}
		for part in query_parts(quote("variants[sku]"), found):
			params = {"variants[sku][]": part, "fields": LINK_FIELDS, "limit": len(part) * 2}
			for product in self.client.get("/admin/products", params)["products"]:
				for sku in {variant["sku"] for variant in product["variants"]} & set(part):
					found[sku].append(product)
		return found

	def adopt(self, external_ids: dict[str, str]) -> dict[str, MedusaError]:
		update = [{"id": id, "external_id": external_id} for id, external_id in external_ids.items()]
		self.client.post("/admin/products/batch", {"update": update}, {"fields": "id"})
		return {}

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
		"""Whether another product with an external id has its handle or sku, or Medusa has it by now."""
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
		own_handle = product.get("own_handle")
		if found["variants"] is None:
			return {"id": found["id"], **self._common_body(product)}
		# A list of variants deletes those that are not in it: the ones made in Medusa are named, not touched.
		others = [{"id": variant["id"]} for variant in found["variants"] if variant["id"] != own]
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


def _is_trusted(product: dict) -> bool:
	"""Whether a product is updated without a lookup. Its ids are known. The update names no variants, so that
	Medusa deletes none that was made there meanwhile."""
	return bool(product.get("needs_no_lookup") and not product.get("own_handle"))


def _as_known(product: dict) -> dict:
	"""A trusted product, as `_existing` would return it."""
	return {"id": product["id"], "variants": None, "own_variant": product["variant_id"], "handle": None}


@contextmanager
def _sku_taken() -> Iterator[None]:
	"""Recognise a taken sku by "Product variant with sku: G1, already exists.": Medusa has no code for it."""
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
