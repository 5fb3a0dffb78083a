"""Somebody else's shop: a stock Medusa with the products of its own default seed, linked, sent and changed ten times. All that
ERPNext doesn't own is compared with what was there before, to the last byte.

The data are those of `src/scripts/seed.ts` of medusajs/medusa-starter-default.
"""

import json

import frappe
import pytest

from medusa_integration.operations import linking
from medusa_integration.products import shop_items
from tests.support.doctor import found, repaired
from tests.support.factories import configure, drain, item_price, move_stock, outbox, warehouse, website_item

PICTURES = "https://medusa-public-images.s3.eu-west-1.amazonaws.com"
SIZES = ["S", "M", "L", "XL"]
# title, category, handle, words of the description, pictures, start of the SKUs, colours
PRODUCTS = (
	(
		"Medusa T-Shirt", "Shirts", "t-shirt",
		"the feeling of a classic T-shirt. With our cotton T-shirts",
		("tee-black-front", "tee-black-back", "tee-white-front", "tee-white-back"), "SHIRT", ("Black", "White"),
	),
	(
		"Medusa Sweatshirt", "Sweatshirts", "sweatshirt",
		"the feeling of a classic sweatshirt. With our cotton sweatshirt",
		("sweatshirt-vintage-front", "sweatshirt-vintage-back"), "SWEATSHIRT", (),
	),
	(
		"Medusa Sweatpants", "Pants", "sweatpants",
		"the feeling of classic sweatpants. With our cotton sweatpants",
		("sweatpants-gray-front", "sweatpants-gray-back"), "SWEATPANTS", (),
	),
	(
		"Medusa Shorts", "Merch", "shorts",
		"the feeling of classic shorts. With our cotton shorts",
		("shorts-vintage-front", "shorts-vintage-back"), "SHORTS", (),
	),
)  # fmt: skip
LINKED = ("SHIRT-S-BLACK", "SWEATSHIRT-S", "SWEATPANTS-S", "SHORTS-S")
# ERPNext's, whatever the table Fields says; the collection because the products had none.
OURS = (
	"updated_at", "title", "external_id", "collection_id", "collection",
)  # fmt: skip
KEYS = (
	"UOM", "has_variants", "variant_of", "parent_website_item", "item_code", "brand_name", "short_description",
	"ranking", "specifications",
)  # fmt: skip
FIELDS = (
	"*,*images,*options,*options.values,*tags,*type,*categories,*sales_channels,*shipping_profile,*collection,*variants,"
	"*variants.options,*variants.prices,*variants.prices.price_rules,*variants.inventory_items,"
	"*variants.inventory_items.inventory,*variants.inventory_items.inventory.location_levels"
)


@pytest.fixture
def demo(medusa):
	"""The products, each variant with 1,000,000 pieces in stock."""
	post = lambda path, **body: medusa.admin("POST", path, body)  # noqa: E731
	for title, category, handle, words, pictures, sku, colours in PRODUCTS:
		made = post("/admin/product-categories", name=category, handle=category.lower(), is_active=True)
		post(
			"/admin/products",
			title=title,
			categories=[{"id": made["product_category"]["id"]}],
			description=f"Reimagine {words}, everyday essentials no longer have to be ordinary.",
			handle=handle,
			weight=400,
			status="published",
			shipping_profile_id=medusa.shop["shipping_profile_id"],
			images=[{"url": f"{PICTURES}/{name}.png"} for name in pictures],
			options=[
				{"title": "Size", "values": SIZES},
				*([{"title": "Color", "values": list(colours)}] if colours else []),
			],
			variants=[_variant(sku, size, colour) for size in SIZES for colour in (colours or ("",))],
			sales_channels=[{"id": medusa.shop["sales_channel_id"]}],
		)
	items = medusa.admin("GET", "/admin/inventory-items", params={"limit": 100})["inventory_items"]
	location = medusa.shop["stock_location_id"]
	levels = [
		{"inventory_item_id": item["id"], "location_id": location, "stocked_quantity": 1000000}
		for item in items
	]
	post("/admin/inventory-items/location-levels/batch", create=levels)
	return medusa


def _variant(sku: str, size: str, colour: str) -> dict:
	return {
		"title": f"{size} / {colour}" if colour else size,
		"sku": "-".join(filter(None, (sku, size, colour.upper()))),
		"options": {"Size": size, **({"Color": colour} if colour else {})},
		"prices": [{"amount": 10, "currency_code": "eur"}, {"amount": 15, "currency_code": "usd"}],
	}


def whole(medusa) -> dict[str, dict]:
	params = {"limit": 100, "fields": FIELDS, "order": "handle"}
	return {row["handle"]: row for row in medusa.admin("GET", "/admin/products", params=params)["products"]}


def of_the_shop(row: dict) -> dict:
	"""All of a product that ERPNext doesn't own: of the product without OURS, of every variant all, but for the quantity of the
	linked one and the times of changes of both."""
	rest = {key: value for key, value in row.items() if key not in OURS}
	rest["metadata"] = {k: v for k, v in (row["metadata"] or {}).items() if k not in KEYS}
	rest["variants"] = sorted(
		(_variant_of_the_shop(each) for each in row["variants"]), key=lambda v: v["sku"]
	)
	for name in ("options", "images", "categories", "sales_channels"):
		rest[name] = sorted(row[name], key=lambda each: each["id"])
	return rest


def _variant_of_the_shop(variant: dict) -> dict:
	if variant["sku"] not in LINKED:
		return variant
	rest = {key: value for key, value in variant.items() if key != "updated_at"}
	rest["inventory_items"] = [
		{key: value for key, value in each.items() if key != "inventory"}
		for each in variant["inventory_items"]
	]
	return rest


def bytes_of(row: dict) -> str:
	return json.dumps(row, sort_keys=True, indent=1)


def docs() -> list:
	"""The Website Items, with stock and a price in the shop's currency."""
	shelf = warehouse("Shelf")
	made = []
	for code in LINKED:
		values = {"country_of_origin": None, "item_name": code}
		made.append(website_item(code, item_values=values, group="Clothes", website_warehouse=shelf))
		item_price(code, 4)
	move_stock(shelf, **{code.replace("-", "_"): 7 for code in LINKED})
	return made


def change(doc, number: int) -> None:
	doc.reload()
	doc.web_item_name = f"{doc.item_code} {number}"
	doc.ranking = number
	doc.short_description = f"Text {number}"
	doc.on_backorder = number % 2  # 0 in the end, as in the shop
	doc.website_specifications = []
	doc.append("website_specifications", {"label": "Cut", "description": f"No. {number}"})
	doc.save()
	price = frappe.get_doc("Item Price", {"item_code": doc.item_code})
	price.price_list_rate = 4 + number
	price.save()


@pytest.mark.slow
@pytest.mark.v2("v1 has no products of its seed with inventory items, categories and shipping profiles")
def test_the_demo_shop_is_the_same_after_ten_changes(demo):
	before = {handle: of_the_shop(row) for handle, row in whole(demo).items()}
	configure(demo, enable=0)
	made = docs()
	report = linking.preview()
	assert (report["matches"], report["other_variants"], report["conflicts"]) == (4, 4, 0)
	assert report["overwritten"] == {"Title": 4}
	linking.link()
	configure(demo)
	shop_items.queue_catalogue()
	drain()
	assert outbox() == []
	for number in range(1, 11):
		for doc in made:
			change(doc, number)
		drain()
		assert outbox() == []
	after = whole(demo)
	for handle, row in after.items():
		assert bytes_of(of_the_shop(row)) == bytes_of(before[handle])
	assert {row["title"] for row in after.values()} == {f"{code} 10" for code in LINKED}
	assert {doc.name for doc in made} == {row["external_id"] for row in after.values()}
	quantities = {
		variant["sku"]: level["stocked_quantity"]
		for row in after.values()
		for variant in row["variants"]
		for item in variant["inventory_items"]
		for level in item["inventory"]["location_levels"]
	}
	assert {sku for sku, quantity in quantities.items() if quantity == 7} == set(LINKED)
	assert set(quantities.values()) == {7, 1000000}
	assert found() == []
	repaired(demo, [doc.name for doc in made])
	for handle, row in whole(demo).items():
		assert bytes_of(of_the_shop(row)) == bytes_of(before[handle])


@pytest.mark.v2("see above")
def test_items_of_several_variants_of_a_demo_product_are_told_and_change_nothing(demo):
	"""One product stands for one Website Item."""
	before = bytes_of(whole(demo))
	for size in SIZES:
		website_item(f"SHORTS-{size}", group="Clothes")
	report = linking.preview()
	assert (report["matches"], report["conflicts"]) == (0, 4)
	linking.link()
	drain()
	rows = [row for row in outbox() if row.kind == "Product"]
	assert {row.status for row in rows} == {"Parked"}
	assert all("variants of other Website Items too" in row.error for row in rows)
	assert bytes_of(whole(demo)) == before
