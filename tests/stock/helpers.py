"""What the tests about stock look at."""

import frappe

from tests.support.factories import outbox
from tests.support.shop import quantities


def quantity(medusa, sku: str) -> int:
	return quantities(medusa)[sku]


def in_stock(doc) -> int:
	return frappe.db.get_value("Website Item", doc.name, "custom_in_stock")


def kinds() -> set[tuple[str, str]]:
	return {(row.kind, row.reference_name) for row in outbox()}


def for_sale(medusa, sku: str) -> int:
	"""What the store sells of a variant by its own count; of a kit as many as the parts are enough for."""
	if medusa.version == "v1":
		return quantities(medusa)[sku]
	params = {"sku": sku, "fields": "id,product_id"}
	(variant,) = medusa.admin("GET", "/admin/product-variants", params=params)["variants"]
	path = f"/store/products/{variant['product_id']}"
	params = {"fields": "+variants.inventory_quantity"}
	product = medusa.store("GET", path, params=params)["product"]
	(found,) = [each for each in product["variants"] if each["id"] == variant["id"]]
	return found["inventory_quantity"]
