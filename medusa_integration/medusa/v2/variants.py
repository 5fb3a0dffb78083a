"""Medusa v2: the variant of each product. Variants have calls of their own: a product's update that names variants deletes the
others, and variants that it makes can't be bought.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from medusa_integration.medusa import identifiers
from medusa_integration.medusa.errors import (
	MedusaClash,
	MedusaError,
	MedusaRejected,
	MedusaSkuTaken,
	NotSendable,
)
from medusa_integration.medusa.matching import OWN_TITLE, SKU_HELD, VARIANT_GONE
from medusa_integration.medusa.owners import left_out
from medusa_integration.medusa.sku_moves import Holder, WantedSku, make_way
from medusa_integration.medusa.v2.barcodes import Barcodes
from medusa_integration.medusa.v2.held_stock import counts_parts
from medusa_integration.medusa.v2.inventory import INVENTORY_SKU_TAKEN, InventoryItems

RESERVED = "Cannot remove following inventory item(s) since they have reservations"
VARIANT_FIELDS = ("sku", "manage_inventory", "allow_backorder", "origin_country")


class Variants(Barcodes):
	def write_variants(
		self, products: list[dict], existing: dict[str, dict], wanted_sku: WantedSku
	) -> dict[str, str | MedusaError]:
		"""Write the variants of updated products where they differ, and make those that were deleted. Returns the
		variants' ids, or the errors, by external id."""
		updated = [
			(product, existing[name]) for product in products if (name := product["external_id"]) in existing
		]
		ids: dict[str, str | MedusaError] = {
			product["external_id"]: found["own_variant"] for product, found in updated if found["own_variant"]
		}
		work = [entry for entry in updated if not entry[1]["own_variant"] or _variant_changes(*entry)]

		self.give_up_barcodes(work)

		def act(twin: Variants, entry: tuple[dict, dict]) -> str:
			return twin._write_variant(*entry, wanted_sku)

		results = self.each(act, work, about=lambda entry: entry[0]["external_id"])
		return ids | {entry[0]["external_id"]: result for entry, result in zip(work, results, strict=True)}

	def _write_variant(self, product: dict, found: dict, wanted_sku: WantedSku) -> str:
		with self.clash(product, {product["external_id"]: found}):
			try:
				with sku_taken():
					return self._write_one_variant(product, found)
			except MedusaSkuTaken:
				if not self.free_sku(product["sku"], _own_variant(found), wanted_sku):
					raise
				with sku_taken():
					return self._write_one_variant(product, found)

	def _write_one_variant(self, product: dict, found: dict) -> str:
		"""Medusa refuses a variant whose sku an inventory item without a variant has: link that item then, and write again."""
		path = f"/admin/products/{found['id']}/variants/batch"
		try:
			return self._post_variant(path, product, found, {})
		except MedusaRejected as error:
			if not error.message.startswith(INVENTORY_SKU_TAKEN):
				raise
			spare = InventoryItems(self.client).assign([product], {product["external_id"]: found})
			if spare is None:
				raise
			return self._post_variant(path, product, found, spare)

	def _post_variant(self, path: str, product: dict, found: dict, spare: dict[str, str]) -> str:
		own = found["own_variant"]
		if own:
			update = {"id": own, **_variant_changes(product, found)}
			self.client.post(path, {"update": [update]}, {"fields": "id"})
			return own
		if found["variants"]:
			raise NotSendable(VARIANT_GONE, product["sku"])
		columns = identifiers.of_variant(product, identifiers.blank(product))
		body = {
			**variant_body(product),
			**columns,
			"title": OWN_TITLE,
			"options": _first_values(found),
			"prices": [],
		}
		if item := spare.get(product["sku"]):
			body["inventory_items"] = [{"inventory_item_id": item, "required_quantity": 1}]
		return self.client.post(path, {"create": [body]}, {"fields": "id"})["created"][0]["id"]

	def free_sku(self, sku: str, own: Holder | None, wanted_sku: WantedSku) -> bool:
		"""As `make_way`. One lane does so at a time, as another one may have the same ring."""
		with self.known.setdefault("skus", RLock()):
			return make_way(self, sku, own, wanted_sku)

	def holder_of(self, sku: str) -> Holder | None:
		params = {"sku[]": [sku], "fields": "id,sku,product_id"}
		rows = self.client.get("/admin/product-variants", params)["variants"]
		return next(
			(Holder(row["product_id"], row["id"], row["sku"]) for row in rows if row["sku"] == sku), None
		)

	def give_sku(self, variant: Holder, sku: str) -> None:
		body = {"update": [{"id": variant.variant_id, "sku": sku}]}
		self.client.post(f"/admin/products/{variant.product_id}/variants/batch", body, {"fields": "id"})

	@contextmanager
	def clash(self, product: dict, existing: dict[str, dict]) -> Iterator[None]:
		"""Raise MedusaClash instead of MedusaRejected where another record of ours still has the product's sku or handle, or
		has given up the sku since."""
		try:
			yield
		except MedusaRejected as error:
			if problem := self.barcode_error(error, existing.get(product["external_id"], {}).get("id")):
				raise problem from error
			sku = taken_sku(product, error.message)
			is_free_by_now = isinstance(error, MedusaSkuTaken) and not self.holder_of(sku)
			if not is_free_by_now and not self.clashes_with_ours(product, sku, existing):
				if isinstance(error, MedusaSkuTaken) and product["external_id"] in existing:
					raise NotSendable(SKU_HELD, sku) from error
				raise
			raise MedusaClash(error.message, status_code=error.status_code, type=error.type) from error

	def clashes_with_ours(self, product: dict, sku: str, existing: dict[str, dict]) -> bool:
		"""Whether another product with an external id has its handle or sku, or Medusa has it by now."""
		own = existing.get(product["external_id"], {}).get("id")
		holders = [
			row
			for field, value in (
				("handle", product.get("own_handle") or product.get("route_handle") or product["handle"]),
				("variants[sku]", sku),
			)
			for row in self.client.get("/admin/products", {field: value, "fields": "id,external_id"})[
				"products"
			]
		]
		return any(row["external_id"] and row["id"] != own for row in holders)


@contextmanager
def sku_taken() -> Iterator[None]:
	"""Recognise a taken sku by "Product variant with sku: G1, already exists.": Medusa has no code for it."""
	try:
		yield
	except MedusaRejected as error:
		if "variant with sku" not in error.message:
			raise
		raise MedusaSkuTaken(
			error.message, status_code=error.status_code, type=error.type, code=error.code
		) from error


def taken_sku(product: dict, message: str) -> str:
	"""The SKU of a product's that Medusa's message names."""
	skus = [variant["sku"] for variant in product.get("variants") or ()]
	return max((sku for sku in skus if f"sku: {sku}, already" in message), key=len, default=product["sku"])


def _own_variant(found: dict) -> Holder | None:
	"""Our variant of a product as Medusa has it."""
	rows = (row for row in found["variants"] if row["id"] == found["own_variant"])
	return next((Holder(found["id"], row["id"], row["sku"]) for row in rows), None)


def variant_body(product: dict) -> dict:
	return {key: product[key] for key in VARIANT_FIELDS}


def _variant_changes(product: dict, found: dict) -> dict:
	"""The variant's fields that differ from Medusa's. A product that is sent again on request gets its variant's title
	back too."""
	row = next(variant for variant in found["variants"] if variant["id"] == found["own_variant"])
	left = left_out(product, row)
	wanted = {key: value for key, value in variant_body(product).items() if key not in left}
	wanted |= identifiers.of_variant(product, left)
	if product.get("own_handle"):
		wanted["title"] = OWN_TITLE
	if counts_parts(row):
		wanted.pop("manage_inventory", None)
	return {key: value for key, value in wanted.items() if (value or None) != (row[key] or None)}


def _first_values(found: dict) -> dict[str, str]:
	"""A value for each option of a product, as its variant needs them."""
	return {option["title"]: option["values"][0]["value"] for option in found["options"] if option["values"]}


def has_lost_variant(product: dict, trusted: dict[str, dict], written: dict[str, dict]) -> bool:
	"""Whether the variant of a product that wasn't looked up is no longer there."""
	name = product["external_id"]
	if name not in trusted or name not in written:
		return False
	ours = {variant["id"] for variant in product.get("variants") or ({"id": product["variant_id"]},)}
	return not ours <= {variant["id"] for variant in written[name]["variants"] or ()}
