"""Kits and multipacks: products of ours that consist of inventory items which only Medusa has."""

import frappe


def part(medusa, sku: str, stock: int, location: str = "") -> str:
	"""An inventory item that only Medusa has."""
	id = medusa.admin("POST", "/admin/inventory-items", {"sku": sku})["inventory_item"]["id"]
	level = {"location_id": location or medusa.shop["stock_location_id"], "stocked_quantity": stock}
	medusa.admin("POST", f"/admin/inventory-items/{id}/location-levels", level)
	return id


def make_kit(medusa, code: str, parts: dict[str, str], quantities: dict[str, int]) -> None:
	"""Have a product of ours consist of parts in Medusa, as a person sets it up there."""
	product, variant = frappe.db.get_value("Item", code, ["medusa_id", "medusa_variant_id"])
	path = f"/admin/products/{product}"
	own = medusa.admin(
		"GET", f"{path}/variants/{variant}", params={"fields": "id,inventory_items.inventory_item_id"}
	)["variant"]["inventory_items"]
	links = [
		{"variant_id": variant, "inventory_item_id": parts[sku], "required_quantity": number}
		for sku, number in quantities.items()
	]
	own = [row["inventory_item_id"] for row in own or () if row["inventory_item_id"] not in parts.values()]
	gone = [{"variant_id": variant, "inventory_item_id": each} for each in own]
	medusa.admin("POST", f"{path}/variants/inventory-items/batch", {"create": links, "delete": gone})
	medusa.admin("POST", f"{path}/variants/{variant}", {"manage_inventory": True})
