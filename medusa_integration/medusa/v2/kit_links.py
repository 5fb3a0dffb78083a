"""Medusa v2: the inventory items of which variants consist, for Product Bundles.

Medusa accepts links to inventory items that don't exist, and carts with such a variant fail: only ids that were just read are
linked. A variant that becomes a kit keeps its id; its own inventory item stays without a link, and is linked again when the variant
ceases to be a kit.

Source: docs/reference.md, "Product Bundles".
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from medusa_integration.medusa.errors import MedusaError, NotSendable
from medusa_integration.medusa.matching import NO_VARIANT, query_parts
from medusa_integration.medusa.v2.held_stock import own_item
from medusa_integration.medusa.v2.inventory import PART_MARK, entry_of, own_skus
from medusa_integration.medusa.v2.stock_locations import StockLocations

LINKS = 200  # links in a call
FIELDS = (
	"id,sku,product_id,manage_inventory,inventory_items.inventory_item_id,inventory_items.required_quantity,"
	"inventory_items.inventory.sku"
)
ITEM_FIELDS = (
	"id,sku,metadata,variants.sku,variants.inventory_items.required_quantity,location_levels.location_id"
)
NO_PART = "Medusa has no inventory item of the bundle's part {0}. Choose Sync now on the Website Item of {0}, then Retry here."
UNMANAGED = (
	"The variant in Medusa has no stock: Manage inventory was switched off there. Choose Sync now on the Website Item,"
	" which switches it on again."
)


class KitLinks(StockLocations):
	def kit_parts(self, variant_ids: Iterable[str]) -> dict[str, dict[str, int]]:
		return {
			variant["id"]: {
				(row["inventory"] or {}).get("sku") or "": row["required_quantity"]
				for row in variant["inventory_items"]
			}
			for variant in self._variants(variant_ids).values()
		}

	def lone_items(self, levels: list[dict]) -> dict[str, dict]:
		"""`{external_id: inventory item, as entry_of}` of parts without a variant, made where Medusa has none with their SKU."""
		there = self._with_skus({level["sku"] for level in levels})
		found = {}
		for level in levels:
			row = there.get(level["sku"]) or self._make_part(level["sku"])
			there[level["sku"]] = row
			found[level["external_id"]] = entry_of(row["id"], row["sku"], row["location_levels"] or ())
		return found

	def _make_part(self, sku: str) -> dict:
		body = {"sku": sku, "title": sku, "metadata": {PART_MARK: True}}
		row = self.client.post("/admin/inventory-items", body, {"fields": "id,sku"})["inventory_item"]
		return {**row, "location_levels": []}

	def write_kits(self, levels: list[dict]) -> dict[str, dict | MedusaError]:
		"""Let variants consist of their parts. To be called when the parts' inventory items are there.

		:param levels: with `kit`, as Dialect.set_stock takes them
		"""
		parts = [part for level in levels for part in level["kit"]]
		items = self._items_of(parts)
		variants = self._variants(level["variant_id"] for level in levels)
		outcome: dict[str, dict | MedusaError] = {}
		changes: list[tuple[str, dict]] = []
		for level in levels:
			variant = variants.get(level["variant_id"])
			missing = [part["sku"] for part in level["kit"] if part["sku"] not in items]
			if not variant:
				outcome[level["external_id"]] = NotSendable(NO_VARIANT)
			elif missing:
				outcome[level["external_id"]] = NotSendable(NO_PART, missing[0])
			elif not variant["manage_inventory"]:
				outcome[level["external_id"]] = NotSendable(UNMANAGED)
			else:
				wanted = {items[part["sku"]]: part["required"] for part in level["kit"]}
				changes += _changes(variant, wanted)
				outcome[level["external_id"]] = {}
		self._link(changes)
		return outcome

	def release_kits(self, levels: list[dict]) -> None:
		"""Give variants that were kits their own inventory items again; those that keep no stock any more don't manage inventory."""
		variants = self._variants(level["variant_id"] for level in levels)
		there = self._with_skus({level["sku"] for level in levels})
		changes: list[tuple[str, dict]] = []
		for level in levels:
			variant = variants.get(level["variant_id"])
			if not variant:
				continue
			row = there.get(level["sku"])
			if row and own_skus(row) - {level["sku"]}:
				continue  # the item of another variant: the level's own look-up says so
			item = row["id"] if row else self._create(level["sku"])
			changes += _changes(variant, {item: 1})
		self._link(changes)
		for level in levels:
			variant = variants.get(level["variant_id"])
			if variant and not level["is_managed"]:
				body = {"update": [{"id": variant["id"], "manage_inventory": False}]}
				self.client.post(
					f"/admin/products/{variant['product_id']}/variants/batch", body, {"fields": "id"}
				)

	def _create(self, sku: str) -> str:
		return self.client.post("/admin/inventory-items", {"sku": sku}, {"fields": "id"})["inventory_item"][
			"id"
		]

	def _items_of(self, parts: list[dict]) -> dict[str, str]:
		"""`{sku: inventory item}`: the one of the part's variant, else the one with its SKU."""
		sold = {part["variant_id"]: part["sku"] for part in parts if part["variant_id"]}
		found = {
			sold[variant["id"]]: variant["inventory_items"][0]["inventory_item_id"]
			for variant in self._variants(sold).values()
			if own_item(variant)
		}
		others = {part["sku"] for part in parts} - found.keys()
		return found | {sku: row["id"] for sku, row in self._with_skus(others).items()}

	def _variants(self, ids: Iterable[str]) -> dict[str, dict]:
		found = {}
		for part in query_parts("id", set(ids)):
			params = {"id[]": part, "fields": FIELDS, "limit": len(part)}
			rows = self.client.get("/admin/product-variants", params)["variants"]
			found.update({row["id"]: row for row in rows})
		return found

	def _with_skus(self, skus: set[str]) -> dict[str, dict]:
		found = {}
		for part in query_parts("sku", skus):
			params = {"sku[]": part, "fields": ITEM_FIELDS, "limit": len(part) * 2}
			rows = self.client.get("/admin/inventory-items", params)["inventory_items"]
			found.update({row["sku"]: row for row in rows if row["sku"] in skus})
		return found

	def _link(self, changes: list[tuple[str, dict]]) -> None:
		"""Make and delete links, those of one variant in one call: without any link it would be sold without limit."""
		rest = iter(changes)
		while part := list(islice(rest, LINKS)):
			body = {what: [link for which, link in part if which == what] for what in ("create", "delete")}
			# Medusa takes the links of any product's variants here.
			product = next(iter(self._variants([part[0][1]["variant_id"]]).values()))["product_id"]
			self.client.post(f"/admin/products/{product}/variants/inventory-items/batch", body)


def _changes(variant: dict, wanted: dict[str, int]) -> Iterator[tuple[str, dict]]:
	"""("create" or "delete", link) that make a variant consist of these.

	:param wanted: `{inventory item: quantity of it in one}`
	"""
	there = {row["inventory_item_id"]: row["required_quantity"] for row in variant["inventory_items"]}
	of_variant = {"variant_id": variant["id"]}
	for item, number in wanted.items():
		if there.get(item) != number:
			yield "create", {**of_variant, "inventory_item_id": item, "required_quantity": number}
	for item in there.keys() - wanted.keys():
		yield "delete", {**of_variant, "inventory_item_id": item}
