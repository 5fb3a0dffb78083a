"""A saved Website Item becomes a product in Medusa, once, and stays in step."""

import frappe

from tests.factories import drain, outbox, products, website_item


def test_a_saved_item_becomes_a_product(medusa):
	doc = website_item(
		"G-1",
		web_item_name="Gloves & masks",
		web_long_description="<p>Gloves &amp; <b>masks</b></p>",
		short_description="Soft",
		ranking=7,
		on_backorder=1,
		website_specifications=[{"label": "Size", "description": "<p>M &gt; S</p>"}],
	)
	drain()
	product = products(medusa)[doc.name]
	doc.reload()
	assert outbox() == []
	assert (doc.medusa_id, doc.medusa_variant_id) == (product["id"], product["variants"][0]["id"])
	assert doc.medusa_synced_on
	assert product["title"] == "Gloves & masks"
	assert product["description"] == "Gloves & masks"
	assert product["status"] == "published"
	assert product["discountable"] is False
	assert product["origin_country"] == "OM"
	assert product["collection"]["title"] == "Gloves"
	assert product["sales_channels"][0]["id"] == medusa.shop["sales_channel_id"]
	assert product["metadata"] == {
		"UOM": "Nos",
		"item_code": "G-1",
		"brand_name": "",
		"ranking": 7,
		"short_description": "Soft",
		"specifications": [{"label": "Size", "description": "M > S"}],
	}
	variant = product["variants"][0]
	assert (variant["sku"], variant["allow_backorder"], variant["manage_inventory"]) == ("G-1", True, True)
	assert frappe.db.get_value("Item", "G-1", "medusa_id") == product["id"]
	assert frappe.db.get_value("Item Group", "Gloves", "medusa_id") == product["collection_id"]
