"""Inventory items of Medusa v2 that belong to no variant and have the sku of one of ours.

A variant that stops managing inventory loses the link to its inventory item. Medusa keeps the item with its
levels. For a variant that manages inventory again, or is created under the same sku, Medusa would create a
second item, and refuses because the old one has the sku. The app links the old item instead.
"""

from collections.abc import Collection, Iterable

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.matching import folded, query_parts

FIELDS = "id,sku,metadata,variants.id,variants.sku,variants.inventory_items.required_quantity,location_levels.location_id"
PART_MARK = (
	"erpnext_part"  # key in the metadata of inventory items of a bundle's parts, made without a product
)
INVENTORY_SKU_TAKEN = "Inventory item with sku"


class InventoryItems:
	"""The inventory items of a server.

	:param client: a session
	"""

	def __init__(self, client: MedusaClient) -> None:
		self.client = client

	def assign(self, products: list[dict], existing: dict[str, dict]) -> dict[str, str] | None:
		"""Free the skus of products that manage inventory: link variants without an inventory item to the
		item that has their sku, and give inventory items of renamed variants the variants' skus.

		:param products: as MedusaV2.upsert_products takes them
		:param existing: the products that Medusa has, by external id, with `own_variant`
		:returns: `{sku: inventory item}` of items that belong to no variant, for products to be created; None
			where there was nothing to do
		"""
		managed = {product["sku"]: product for product in products if product["manage_inventory"]}
		spare, renamed = {}, []
		for row in self._with_skus(managed):
			skus = own_skus(row)
			if not skus:
				spare[row["sku"]] = row["id"]
			elif row["sku"] not in skus:
				renamed.append((row["id"], min(filter(None, skus), default="")))
		self.give_skus(dict(renamed))
		linked = self._link(spare, {sku: existing.get(p["external_id"]) for sku, p in managed.items()})
		return spare if renamed or linked or spare else None

	def give_skus(self, wanted: dict[str, str]) -> set[str]:
		"""Give inventory items the SKUs of their variants. An item that has one of these SKUs, and whose own variant has another
		one, gets that. In a ring one of them has no SKU for the time of these calls; its variant's stock is sent again if the
		worker dies in between.

		:param wanted: `{inventory item: SKU; "" for none}`
		:returns: the items whose SKU another one keeps
		"""
		wanted = dict(wanted)
		holders: dict[str, str] = {}
		asked: set[str] = set()
		while new := set(wanted.values()) - asked - {""}:
			asked |= new
			for row in self._with_skus(new):
				holders[row["sku"]] = row["id"]
				skus = own_skus(row)
				if row["id"] not in wanted and skus and row["sku"] not in skus:
					wanted[row["id"]] = min(filter(None, skus), default="")
		refused = _refused(wanted, holders)
		given = {id: sku for id, sku in wanted.items() if id not in refused}
		for id in {holders[sku] for id, sku in given.items() if holders.get(sku, id) != id}:
			self.client.post(f"/admin/inventory-items/{id}", {"sku": None})
		for id, sku in given.items():
			self.client.post(f"/admin/inventory-items/{id}", {"sku": sku or None})
		return refused

	def spare(self) -> dict[str, str]:
		"""`{folded sku: inventory item}` of those without a variant. Two with the same folded sku are left out."""
		found: dict[str, list[str]] = {}
		params: dict = {"fields": FIELDS, "order": "id", "limit": 1000, "offset": 0}
		while rows := self.client.get("/admin/inventory-items", params)["inventory_items"]:
			for row in rows:
				if row["sku"] and not own_skus(row):
					found.setdefault(folded(row["sku"]), []).append(row["id"])
			params["offset"] += params["limit"]
		return {sku: ids[0] for sku, ids in found.items() if len(ids) == 1}

	def restore(self, wanted: list[tuple[str, str, str]]) -> dict[str, dict]:
		"""Give variants that manage inventory and have no inventory item one: the item that has their sku and belongs to no
		variant, else a new one.

		:param wanted: (product id, variant id, sku)
		:returns: `{sku: as entry_of}`, without those whose sku the inventory item of another variant has
		"""
		if not wanted:
			return {}
		there = {row["sku"]: row for row in self._with_skus({sku for _product, _variant, sku in wanted})}
		found, links = {}, []
		for _product, variant, sku in wanted:
			row = there.get(sku)
			if row and own_skus(row):
				continue
			id = row["id"] if row else self._create(sku)
			levels = row["location_levels"] if row else ()
			found[sku] = entry_of(id, sku, levels)
			links.append({"variant_id": variant, "inventory_item_id": id, "required_quantity": 1})
		if links:
			# Medusa takes the links of any product's variants here.
			path = f"/admin/products/{wanted[0][0]}/variants/inventory-items/batch"
			self.client.post(path, {"create": links})
		return found

	def _create(self, sku: str) -> str:
		return self.client.post("/admin/inventory-items", {"sku": sku}, {"fields": "id"})["inventory_item"][
			"id"
		]

	def _with_skus(self, skus: Collection[str]) -> list[dict]:
		rows = []
		for part in query_parts("sku", skus):
			params = {"sku[]": part, "fields": FIELDS, "limit": len(part) * 2}
			rows += self.client.get("/admin/inventory-items", params)["inventory_items"]
		return [row for row in rows if row["sku"] in skus]

	def _link(self, spare: dict[str, str], there: dict[str, dict | None]) -> bool:
		"""Link inventory items to existing products' variants that have none: two would make a kit."""
		products = {sku: row for sku in spare if (row := there[sku]) and row["own_variant"]}
		variants = {row["own_variant"]: sku for sku, row in products.items()}
		bare = []
		for part in query_parts("id", variants):
			params = {"id[]": part, "fields": "id,inventory_items.inventory_item_id", "limit": len(part)}
			rows = self.client.get("/admin/product-variants", params)["variants"]
			bare += [row["id"] for row in rows if not row["inventory_items"]]
		for variant in bare:
			sku = variants[variant]
			path = f"/admin/products/{products[sku]['id']}/variants/{variant}/inventory-items"
			self.client.post(
				path, {"inventory_item_id": spare[sku], "required_quantity": 1}, {"fields": "id"}
			)
		return bool(bare)


def _refused(wanted: dict[str, str], holders: dict[str, str]) -> set[str]:
	"""The items whose SKU an item has that keeps it.

	:param wanted: as of `give_skus`
	:param holders: `{SKU: the item that has it}`
	"""
	refused: set[str] = set()
	while True:
		more = {
			id
			for id, sku in wanted.items()
			if (holder := holders.get(sku, id)) != id and (holder not in wanted or holder in refused)
		}
		if more <= refused:
			return refused
		refused |= more


def own_skus(row: dict) -> set[str]:
	"""The SKUs of the variants that consist of an inventory item alone. The kits that it is a part of don't own it.

	:param row: with FIELDS
	"""
	variants = [variant for variant in row["variants"] or () if len(variant["inventory_items"]) == 1]
	skus = {variant["sku"] for variant in variants if variant["inventory_items"][0]["required_quantity"] == 1}
	return skus & {row["sku"]} if (row["metadata"] or {}).get(PART_MARK) else skus


def entry_of(id: str, sku: str, levels: Iterable[dict]) -> dict:
	"""An inventory item as the app keeps it: `item` (its id), `sku`, `location` (those with a level)."""
	return {"item": id, "sku": sku, "location": " ".join(sorted(level["location_id"] for level in levels))}
