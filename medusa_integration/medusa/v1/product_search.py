"""Medusa v1: products whose ids aren't known here."""

from collections.abc import Iterable

from medusa_integration.medusa import identifiers
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.handles import handle

LOOKED_UP_FIELDS = ",".join(("id,handle,description,thumbnail,origin_country", *identifiers.OF_PRODUCTS))


def find(client: MedusaClient, product: dict) -> dict | None:
	"""A product whose id isn't known here: found by its handle, or, where its title has changed, by its sku and the end of
	its handle."""
	return find_by_handle(client, product) or find_by_sku(client, product)


def find_by_handle(client: MedusaClient, product: dict) -> dict | None:
	for each in (product["handle"], *product.get("former_handles", ())):
		params = {
			"handle": each,
			"expand": "variants,images,collection,type,tags",
			"fields": f"{LOOKED_UP_FIELDS},title",
		}
		for row in client.get("/admin/products", params)["products"]:
			if row["handle"] == each:
				return row
	return None


def find_by_sku(client: MedusaClient, product: dict) -> dict | None:
	for variant in variants_with_sku(client, product["sku"]):
		row = variant["product"]
		if any(f"-{row['handle']}".endswith(f"-{ending}") for ending in product["endings"]):
			return row
	return None


def variants_with_sku(client: MedusaClient, sku: str) -> list[dict]:
	"""The variant with this sku, if any, with its product. v1's search also finds parts of skus and titles."""
	params = {"q": sku, "expand": "product,product.variants", "fields": "id,sku", "limit": 100}
	rows = client.get("/admin/variants", params)["variants"]
	return [row for row in rows if row["sku"] == sku and row["product"]]


def created_unheard(products: Iterable[dict], pages: Iterable[list[dict]]) -> dict[str, dict]:
	"""`{external_id: row}` of products that may exist though their ids aren't known here. All products of the shop are read:
	title and item code may both have changed since, and a handle has the title it was made with.

	:param pages: of all products; read only where some may exist
	"""
	by_ending = {
		ending: (product, name)
		for product in products
		if product.get("may_exist")
		for ending, name in zip(
			product["endings"], [product["external_id"], *product["former_ids"]], strict=True
		)
	}
	found = {}
	for row in (row for rows in pages for row in rows) if by_ending else ():
		for ending, (product, name) in by_ending.items():
			if row["handle"].endswith(ending) and is_as_created(row, name):
				found[product["external_id"]] = row
	return found


def is_as_created(row: dict, name: str) -> bool:
	"""Whether a product has the handle that the app makes of its present title and a Website Item's name."""
	return row["handle"] == handle(row["title"], name)
