"""What a Medusa v2 holds, page by page through its admin API; found_v1.py reads v1."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timezone

from tests.medusa.server import Medusa
from tools.chaos import places, tiers
from tools.chaos.expected import Shop

PAGE = 200
PRODUCT_FIELDS = (
	"id,external_id,title,description,status,origin_country,thumbnail,metadata,collection_id,"
	"images.url,images.rank,options.title,variants.id,variants.sku,variants.allow_backorder,variants.manage_inventory,"
	"variants.inventory_items.required_quantity,variants.inventory_items.inventory.sku,"
	"variants.inventory_items.inventory.location_levels.stocked_quantity,"
	"variants.inventory_items.inventory.location_levels.location_id"
)
LIST_FIELDS = "id,title,type,starts_at,ends_at,*price_list_rules"
ROW_FIELDS = "id,amount,currency_code,min_quantity,max_quantity,price_set.variant.id"


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
		self.places = places.of_locations()
		for row in self._pages("/admin/products", fields=PRODUCT_FIELDS, order="id"):
			name = row["external_id"]
			self.counts["product", name] += 1
			for variant in row["variants"]:
				self.skus[variant["id"]] = variant["sku"]
			self.shop.ids[name] = ids_of(row)
			self.shop.products[name] = self._product(row)

	def _product(self, row: dict) -> dict:
		metadata = row["metadata"] or {}
		pairs = metadata.get("specifications") or []
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
			"stock": {variant["sku"]: self._stock(variant) for variant in row["variants"]},
		}

	def _stock(self, variant: dict) -> dict[str, tuple[int, dict]]:
		"""As bundles.stock."""
		found = {}
		for link in variant["inventory_items"] if variant["manage_inventory"] else ():
			sku, levels = link["inventory"]["sku"], link["inventory"]["location_levels"]
			self.counts["inventory item", f"{sku} of {variant['sku']}"] += 1
			stock = {
				self.places.get(level["location_id"], level["location_id"]): level["stocked_quantity"]
				for level in levels
				if level["stocked_quantity"]
			}
			found[sku] = (link["required_quantity"], stock)
		return found

	def _read_prices(self, days: list[date]) -> None:
		rows: dict[str, list[dict]] = {}
		for each in self._pages("/admin/price-lists", fields=LIST_FIELDS, order="id"):
			self.counts["price list", each["title"]] += 1
			of_list = {
				"group": tiers.group_of(each),
				"type": each["type"],
				"days": {day for day in days if holds(each, day)},
			}
			path = f"/admin/price-lists/{each['id']}/prices"
			for row in self._pages(path, fields=ROW_FIELDS, order="id"):
				variant = ((row.get("price_set") or {}).get("variant") or {}).get("id")
				sku = self.skus.get(variant, f"unknown variant {variant}")
				tier = f"{row['min_quantity'] or ''}-{row['max_quantity'] or ''}"
				self.counts["price", f"{sku} {row['currency_code']} {tier} in {each['title']}"] += 1
				self.shop.price_ids[row["id"]] = (sku, row["amount"])
				rows.setdefault(sku, []).append({**row, **of_list})
		groups = tiers.members(self.medusa)
		for sku, of_sku in rows.items():
			self.shop.prices[sku] = tiers.found_at(of_sku, groups, days)


def ids_of(row: dict) -> dict:
	"""What Medusa calls a product and its variant; its variants by SKU, where they are options of it."""
	if [option["title"] for option in row["options"]] == ["Default"]:
		ids = (row["id"], row["variants"][0]["id"] if row["variants"] else None)
		return {"Website Item": ids, "Item": ids}
	ids = (row["id"], None)
	return {
		"Website Item": ids,
		"Item": ids,
		"variants": {each["sku"]: each["id"] for each in row["variants"]},
	}


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
