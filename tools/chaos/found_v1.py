"""What a Medusa v1 holds. It keeps no external ids: whose a product or a collection is, its id says, where ERPNext knows
it, else the end of its handle, or its title."""

from datetime import date

import frappe

from tests.support.shop_v1 import list_title, major_units, name_of
from tools.chaos.found import Found, holds, ids_of, text_lines


class FoundV1(Found):
	"""As Found, of a v1 with the storefront's extension, which adds columns to the products."""

	def _read_collections(self) -> None:
		known = {
			row.medusa_id: row.name
			for row in frappe.get_all("Item Group", ["name", "medusa_id"], order_by="name")
			if row.medusa_id
		}
		self.groups = {}
		for listed in self._pages("/admin/collections"):
			row = self.medusa.admin("GET", f"/admin/collections/{listed['id']}")["collection"]
			name = known.get(row["id"], row["title"])
			self.counts["collection", name] += 1
			self.groups[row["id"]] = name
			of_ours = {key: (row["metadata"] or {}).get(key) for key in ("parent_item_group", "is_group")}
			self.shop.collections[name] = {"title": row["title"], **of_ours}
			self.shop.ids[name] = {"Item Group": row["id"]}

	def _read_products(self) -> None:
		items = frappe.get_all("Website Item", ["name", "medusa_id"], order_by="name")
		for row in self._pages("/admin/products", expand="variants,images,options", order="created_at"):
			name = name_of(row, items) or f"with the handle {row['handle']}"
			self.counts["product", name] += 1
			self.shop.ids[name] = ids_of(row)
			self.shop.products[name] = self._product(row)

	def _product(self, row: dict) -> dict:
		return {
			"title": row["title"],
			"description": text_lines(row["description"]),
			"status": row["status"],
			"collection": self.groups.get(row["collection_id"]),
			"sku": sorted(variant["sku"] for variant in row["variants"]),
			"allow_backorder": [variant["allow_backorder"] for variant in row["variants"]],
			"origin_country": row["origin_country"],
			"thumbnail": row["thumbnail"],
			"images": sorted(image["url"] for image in row["images"]),
			"item_code": row["item_code"],
			"short_description": row["short_description"] or "",
			"ranking": row["ranking"] or 0,
			"specifications": [
				(pair["label"], text_lines(pair["description"])) for pair in row["specifications"] or ()
			],
			"stock": sum(variant["inventory_quantity"] for variant in row["variants"]),
		}

	def _read_prices(self, days: list[date]) -> None:
		"""An item has a price list of its own for each window."""
		for each in self._pages("/admin/price-lists", expand="prices,prices.variants"):
			title, in_force = list_title(each), [day for day in days if holds(each, day)]
			skus = set()
			for row in each["prices"]:
				sku = (
					row["variants"][0]["sku"]
					if row["variants"]
					else f"a variant that is gone, in {each['id']}"
				)
				skus.add(sku)
				self.counts["price", f"{sku} {row['currency_code']} in {title}"] += 1
				self._add_price(row["id"], sku, row["currency_code"], major_units(row), in_force)
			for sku in skus:
				self.counts["price list", f"{title} of {sku}"] += 1
			if not skus:
				self.empty.append(f"{each['id']} {each['name']}, {title}")

	def _add_price(self, id: str, sku: str, currency: str, amount: float, in_force: list[date]) -> None:
		self.shop.price_ids[id] = (sku, amount)
		for day in in_force:
			self.shop.prices.setdefault(sku, {}).setdefault(day, []).append((currency, amount))
