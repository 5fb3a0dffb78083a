"""Medusa v1: products with all that the import of products takes from them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from medusa_integration.medusa.shop_product import ShopProduct, in_order, product, variant
from medusa_integration.medusa.v1.amounts import major_units
from medusa_integration.medusa.v1.shop import Shop

# Columns of the storefront's extension, which v2 keeps in the metadata.
EXTENSION = ("brand_name", "short_description", "ranking", "specifications")


class ProductReading(Shop):
	def products_to_import(self, page: int = 100) -> Iterator[list[ShopProduct]]:
		params = {
			"expand": "variants,variants.prices,variants.options,options,images,collection",
			"order": "created_at",
		}
		for rows in self._batches("products", page, params):
			yield [_product(row) for row in rows]


def _product(row: dict) -> ShopProduct:
	variants = [variant(each, _prices(each.get("prices") or ())) for each in in_order(row["variants"])]
	own = {key: row[key] for key in EXTENSION if row.get(key)}
	return product(row, variants, {**(row["metadata"] or {}), **own})


def _prices(rows: Iterable[dict]) -> dict[str, Decimal]:
	"""The lowest base price of each currency that holds in all regions and for one piece."""
	found: dict[str, Decimal] = {}
	for row in rows:
		if row.get("price_list_id") or row.get("region_id") or (row.get("min_quantity") or 0) > 1:
			continue
		currency = row["currency_code"].upper()
		amount = major_units(row["amount"], currency)
		found[currency] = min(amount, found.get(currency, amount))
	return found
