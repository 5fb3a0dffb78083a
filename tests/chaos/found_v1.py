"""What a Medusa v1 holds, in the same terms as found.py: by the questions that the tests ask it."""

from collections import Counter
from datetime import date

from tests.chaos.expected import Shop
from tests.chaos.found import holds, lines_of
from tests.medusa.server import Medusa
from tests.support import shop


class FoundV1:
	"""What Medusa says; see found.Found. v1 keeps a product's pictures in no order, so they are sorted on both sides."""

	def __init__(self, medusa: Medusa, days: list[date]) -> None:
		self.medusa = medusa
		self.shop = Shop()
		self.counts: Counter[tuple] = Counter()
		self._read_collections()
		self._read_products()
		self._read_prices(days)

	def _read_collections(self) -> None:
		for row in shop.collection_rows(self.medusa):
			name, metadata = row["external_id"], row["metadata"] or {}
			self.counts["collection", name] += 1
			of_ours = {key: metadata.get(key) for key in ("parent_item_group", "is_group")}
			self.shop.collections[name] = {"title": row["title"], **of_ours}
			self.shop.ids[name] = {"Item Group": row["id"]}

	def _read_products(self) -> None:
		for row in shop.product_rows(self.medusa):
			name = row["external_id"]
			self.counts["product", name] += 1
			ids = (row["id"], row["variants"][0]["id"] if row["variants"] else None)
			self.shop.ids[name] = {"Website Item": ids, "Item": ids}
			self.shop.products[name] = self._product(row)

	def _product(self, row: dict) -> dict:
		metadata = row["metadata"]
		return {
			"title": row["title"],
			"description": lines_of(row["description"]),
			"status": row["status"],
			"collection": (row["collection"] or {}).get("title"),
			"sku": [variant["sku"] for variant in row["variants"]],
			"allow_backorder": [variant["allow_backorder"] for variant in row["variants"]],
			"origin_country": row["origin_country"],
			"thumbnail": row["thumbnail"],
			"images": sorted(image["url"] for image in row["images"]),
			"item_code": metadata["item_code"],
			"short_description": metadata["short_description"] or "",
			"ranking": metadata["ranking"] or 0,
			"specifications": [
				(pair["label"], lines_of(pair["description"])) for pair in metadata["specifications"] or []
			],
			"stock": sum(variant["inventory_quantity"] for variant in row["variants"]),
		}

	def _read_prices(self, days: list[date]) -> None:
		for each in shop.price_lists(self.medusa):
			self.counts["price list", f"{each['title']} of {each['owner']}"] += 1
			for row in each["rows"]:
				sku, currency = row["sku"], row["currency_code"]
				self.counts["price", f"{sku} {currency} in {each['id']}"] += 1
				self.shop.price_ids[row["id"]] = (sku, row["amount"])
				for day in days:
					if holds(each, day):
						amounts = self.shop.prices.setdefault(sku, {}).setdefault(day, [])
						amounts.append((currency, row["amount"]))
