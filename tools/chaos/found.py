"""What a Medusa v2 holds, page by page through its admin API; found_v1.py reads v1."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timezone

from tests.medusa.server import Medusa
from tools.chaos.expected import Shop

PAGE = 200
PRODUCT_FIELDS = (
	"id,external_id,title,description,status,origin_country,thumbnail,metadata,collection_id,"
	"images.url,images.rank,options.title,variants.id,variants.sku,variants.allow_backorder,"
	"variants.inventory_items.inventory.location_levels.stocked_quantity"
)


class Found:
	"""What Medusa says.

	Attributes:
		shop: in the terms of what is expected.
		counts: how often each thing is there that must be there once.
		empty: price lists that must not be there, because they have no prices.
	"""

	def __init__(self, medusa: Medusa, days: list[date]) -> None:
		self.medusa = medusa
		self.shop = Shop()
		self.counts: Counter[tuple] = Counter()
		self.empty: list[str] = []
		self.skus: dict[str, str] = {}
		self._read_collections()
		self._read_products()
		self._read_prices(days)

	def _pages(self, path: str, **params) -> Iterator[dict]:
		key = path.rsplit("/", 1)[1].replace("-", "_")
		offset, count = 0, 1
		while offset < count:
			page = self.medusa.admin("GET", path, params={**params, "limit": PAGE, "offset": offset})
			yield from page[key]
			offset, count = offset + PAGE, page["count"]

	def _read_collections(self) -> None:
		self.groups = {}
		for row in self._pages("/admin/collections", fields="id,title,external_id,metadata", order="id"):
			self.counts["collection", row["external_id"]] += 1
			self.groups[row["id"]] = row["external_id"]
			of_ours = {key: (row["metadata"] or {}).get(key) for key in ("parent_item_group", "is_group")}
			self.shop.collections[row["external_id"]] = {"title": row["title"], **of_ours}
			self.shop.ids[row["external_id"]] = {"Item Group": row["id"]}

	def _read_products(self) -> None:
		for row in self._pages("/admin/products", fields=PRODUCT_FIELDS, order="id"):
			name = row["external_id"]
			self.counts["product", name] += 1
			for variant in row["variants"]:
				self.skus[variant["id"]] = variant["sku"]
			has_options = _has_options(row)
			ids = (row["id"], row["variants"][0]["id"] if row["variants"] and not has_options else None)
			self.shop.ids[name] = {"Website Item": ids, "Item": ids}
			if has_options:
				self.shop.ids[name]["variants"] = {each["sku"]: each["id"] for each in row["variants"]}
			self.shop.products[name] = self._product(row)

	def _product(self, row: dict) -> dict:
		metadata = row["metadata"] or {}
		pairs = metadata.get("specifications") or []
		stock = {variant["sku"]: _stock(variant) for variant in row["variants"]}
		return {
			"title": row["title"],
			"description": text_lines(row["description"]),
			"status": row["status"],
			"collection": self.groups.get(row["collection_id"]),
			"sku": sorted(variant["sku"] for variant in row["variants"]),
			"allow_backorder": [variant["allow_backorder"] for variant in row["variants"]],
			"origin_country": row["origin_country"],
			"thumbnail": row["thumbnail"],
			"images": [image["url"] for image in sorted(row["images"], key=lambda image: image["rank"])],
			"item_code": metadata.get("item_code"),
			"short_description": metadata.get("short_description") or "",
			"ranking": metadata.get("ranking") or 0,
			"specifications": [(pair["label"], text_lines(pair["description"])) for pair in pairs],
			"stock": stock if _has_options(row) else sum(stock.values()),
		}

	def _read_prices(self, days: list[date]) -> None:
		for each in self._pages("/admin/price-lists", fields="id,title,starts_at,ends_at", order="id"):
			self.counts["price list", each["title"]] += 1
			in_force = [day for day in days if holds(each, day)]
			path = f"/admin/price-lists/{each['id']}/prices"
			fields = "id,amount,currency_code,price_set.variant.id"
			for row in self._pages(path, fields=fields, order="id"):
				variant = ((row.get("price_set") or {}).get("variant") or {}).get("id")
				sku = self.skus.get(variant, f"unknown variant {variant}")
				self.counts["price", f"{sku} {row['currency_code']} in {each['title']}"] += 1
				self._add_price(row["id"], sku, row["currency_code"], row["amount"], in_force)

	def _add_price(self, id: str, sku: str, currency: str, amount: float, in_force: list[date]) -> None:
		self.shop.price_ids[id] = (sku, amount)
		for day in in_force:
			self.shop.prices.setdefault(sku, {}).setdefault(day, []).append((currency, amount))


def _has_options(row: dict) -> bool:
	return [option["title"] for option in row["options"]] != ["Default"]


def _stock(variant: dict) -> int:
	return sum(
		level["stocked_quantity"]
		for item in variant["inventory_items"]
		for level in item["inventory"]["location_levels"]
	)


def holds(price_list: dict, day: date) -> bool:
	"""Whether a price list is in force at noon of a day."""
	noon = datetime.combine(day, time(12), timezone.utc)
	starts, ends = (
		datetime.fromisoformat(price_list[key].replace("Z", "+00:00")) if price_list[key] else noon
		for key in ("starts_at", "ends_at")
	)
	return starts <= noon <= ends


def text_lines(text: str | None) -> list[str]:
	"""The lines of a text, without empty ones."""
	return [line for line in (text or "").split("\n") if line]
