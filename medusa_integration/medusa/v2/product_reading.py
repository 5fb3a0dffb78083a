"""Medusa v2: products with all that the import of products takes from them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from medusa_integration.medusa.shop_product import ShopProduct, in_order, product, variant
from medusa_integration.medusa.v2.shop import Shop
from medusa_integration.money import decimal

ORIGIN = "origin_country,hs_code,weight"
# Of variants all columns: the thumbnail came with 2.11, and an older server refuses its name.
IMPORT_FIELDS = (
	"id,external_id,title,handle,description,status,thumbnail,metadata,collection_id,collection.title,images.url,"
	f"images.rank,{ORIGIN},options.id,options.title,options.values.value,options.values.rank,*variants,"
	"variants.options.value,variants.options.option_id,variants.prices.amount,variants.prices.currency_code,"
	"variants.prices.min_quantity,variants.prices.rules_count"
)


class ProductReading(Shop):
	def products_to_import(self, page: int = 100) -> Iterator[list[ShopProduct]]:
		params: dict[str, Any] = {"fields": IMPORT_FIELDS, "order": "id", "limit": page, "offset": 0}
		while rows := self.client.get("/admin/products", params)["products"]:
			yield [_product(row) for row in rows]
			params["offset"] += page


def _product(row: dict) -> ShopProduct:
	variants = [variant(each, _prices(each.get("prices") or ())) for each in in_order(row["variants"])]
	return product(row, variants, row["metadata"] or {})


def _prices(rows: Iterable[dict]) -> dict[str, Decimal]:
	"""The lowest price of each currency among those without rules that hold for one piece, as Medusa chooses."""
	found: dict[str, Decimal] = {}
	for row in rows:
		if row.get("rules_count") or (row.get("min_quantity") or 0) > 1:
			continue
		currency, amount = row["currency_code"].upper(), decimal(row["amount"])
		found[currency] = min(amount, found.get(currency, amount))
	return found
