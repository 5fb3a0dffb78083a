"""A template becomes one product with options, its variants Medusa's variants."""

import frappe

from tests.support.factories import drain, outbox
from tests.support.options import shirts, shop_product


def test_a_template_becomes_a_product_with_options(medusa):
	page = shirts()
	drain()
	assert outbox() == []
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "M", "L"], "Colour": ["Red", "Blue"]}
	assert [each["sku"] for each in product["variants"]] == ["SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE"]
	first = product["variants"][0]
	assert (first["title"], first["values"]) == ("S / Red", {"Size": "S", "Colour": "Red"})
	assert first["metadata"]["item_code"] == "SHIRT-S-RED"
	page.reload()
	assert (page.medusa_id, page.medusa_variant_id) == (product["id"], None)
	assert frappe.db.get_value("Item", "SHIRT-S-RED", ["medusa_id", "medusa_variant_id"]) == (
		None,
		first["id"],
	)
