"""The documented payloads, key by key: what the predecessor's Medusa, v1 with the storefront's extension, gets."""

import json

import frappe
import pytest
from frappe.utils import add_days, today

from tests.support import factories
from tests.support.factories import drain, item_price, website_item
from tests.support.shop import make_order, make_quotation

pytestmark = pytest.mark.v1

PRODUCT = {
	"title", "item_code", "description", "short_description", "ranking", "status", "brand_name", "origin_country",
	"specifications", "collection_id", "metadata", "discountable", "is_giftcard",
}  # fmt: skip
VARIANT = {
	"title",
	"manage_inventory",
	"allow_backorder",
	"inventory_quantity",
	"origin_country",
	"prices",
	"options",
}
PRICE_LIST = {
	"name", "description", "type", "customer_groups", "status", "starts_at", "ends_at", "prices",
}  # fmt: skip
ORDER = {"customer_id", "order_status", "payment_status", "discount_amount", "net_total", "grand_total"}
QUOTATION = {
	"customer_id", "draft_order_id", "erp_status", "erp_items", "erp_unaccepted_items", "erp_total_quantity", "erp_total",
	"erp_net_total", "erp_tax", "erp_total_taxes", "erp_grand_total", "erp_rounding_adjustments", "erp_discount_on",
	"erp_discount_percentage", "erp_discount_amount", "avail_delivery", "erp_delivery_charges", "tax_breakup",
}  # fmt: skip


def sent(path: str) -> list[tuple[str, dict]]:
	"""The address and the payload of each POST whose path begins so."""
	frappe.db.commit()
	rows = frappe.get_all("Medusa Request Log", {"method": "POST"}, ["url", "payload"], order_by="creation")
	found = [(row.url.split("://", 1)[1].split("/", 1)[1], json.loads(row.payload or "{}")) for row in rows]
	return [(url, payload) for url, payload in found if url.startswith(path)]


def test_a_product_and_its_variant(medusa):
	website_item(
		"G-1",
		web_item_name="Gloves",
		web_long_description="<p>Soft &amp; thin</p>",
		short_description="Soft",
		ranking=7,
		on_backorder=1,
		website_specifications=[{"label": "Size", "description": "<p>M &gt; S</p>"}],
	)
	drain()
	(product,) = [payload for url, payload in sent("admin/products") if url.split("?")[0] == "admin/products"]
	assert product.keys() >= PRODUCT
	assert (product["title"], product["item_code"], product["description"]) == (
		"Gloves",
		"G-1",
		"Soft & thin",
	)
	assert (product["status"], product["ranking"], product["short_description"]) == ("published", 7, "Soft")
	assert (product["discountable"], product["is_giftcard"], product["origin_country"]) == (
		False,
		False,
		"OM",
	)
	assert product["specifications"] == [{"label": "Size", "description": "M > S"}]
	assert product["metadata"]["UOM"] == "Nos"
	assert product["collection_id"] == frappe.db.get_value("Item Group", "Gloves", "medusa_id")
	# With the product in one call: the predecessor's second call could fail, and leave a product without a variant.
	(option,), (variant,) = product["options"], product["variants"]
	assert option == {"title": "Default"}
	assert variant.keys() >= VARIANT
	assert (variant["title"], variant["manage_inventory"], variant["allow_backorder"]) == (
		"Default",
		True,
		True,
	)
	assert (variant["inventory_quantity"], variant["origin_country"], variant["prices"]) == (0, "OM", [])
	assert [option["value"] for option in variant["options"]] == ["Default"]


def test_a_collection(medusa):
	website_item("G-1")
	drain()
	(collection,) = [payload for url, payload in sent("admin/collections")]
	assert collection["title"] == "Gloves"
	assert collection["metadata"].keys() >= {"parent_item_group", "is_group"}


def test_a_price_list(medusa):
	website_item("G-1", web_item_name="Gloves")
	drain()
	price = item_price("G-1", 2.5, valid_from=add_days(today(), 3))
	drain()
	(made,) = [payload for url, payload in sent("admin/price-lists")]
	assert made.keys() >= PRICE_LIST
	assert (made["name"], made["description"], made["type"]) == ("Gloves", "Standard Selling", "override")
	assert (made["customer_groups"], made["status"], made["ends_at"]) == ([], "active", None)
	assert made["starts_at"][:10] in (str(add_days(today(), 2)), str(add_days(today(), 3)))
	((row,),) = [made["prices"]]
	variant = frappe.db.get_value("Item", "G-1", "medusa_variant_id")
	assert (row["amount"], row["variant_id"], row["currency_code"]) == (2500, variant, "omr")
	price.reload()
	assert price.medusa_id and price.medusa_price_id
	price.price_list_rate = 3
	price.save()
	drain()
	url, changed = sent("admin/price-lists/")[-1]
	assert url.split("?")[0] == f"admin/price-lists/{price.medusa_id}"
	assert changed["prices"][0].keys() >= {"id", "amount", "variant_id", "currency_code"}


def test_an_orders_status(medusa):
	id = make_order(medusa)
	factories.sales_order(from_ecommerce=1, medusa_order_id=id)
	drain()
	url, payload = sent("store/order-update")[-1]
	assert url == f"store/order-update?order_id={id}"
	assert payload.keys() == ORDER
	assert payload["payment_status"] == "Unpaid"


def test_a_priced_quotation(medusa):
	fields = make_quotation(medusa)
	factories.quotation(("G-1", 2, 5), **fields, workflow_state="Ready for Customer Review")
	drain()
	url, payload = sent("store/quotation-update")[-1]
	assert url == f"store/quotation-update?quot_id={fields['medusa_quotation_id']}"
	assert payload.keys() - {"quotation_id"} == QUOTATION
	assert payload["erp_status"] == "Price received"
	assert payload["erp_items"][0].keys() == {
		"item", "item_code", "price", "quantity", "uom", "amount", "item_tax_template",
	}  # fmt: skip
