"""A change of *Variants become*: products are merged and split, and orders of the former ids are still found."""

import frappe

from medusa_integration.products import shop_ids
from medusa_integration.products.shop_items import queue_catalogue
from tests.support.factories import drain, item_price, outbox, website_item
from tests.support.options import become, shirts, shop_product
from tests.support.shop import product_rows, products

CODES = ("SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE")
OWN = "Products of their own"


def _drain() -> None:
	for _turn in range(6):
		frappe.db.set_value("Medusa Outbox", {"status": "Pending"}, "due", "2020-01-01")
		frappe.db.commit()
		drain()
	assert outbox() == []


def _switch(value: str) -> None:
	become(value)
	queue_catalogue()
	frappe.db.commit()
	_drain()


def _with_own_pages():
	page = shirts()
	become(OWN)
	for code in CODES:
		website_item(code, variant_of="SHIRT")
		item_price(code, 5)
	frappe.db.commit()
	queue_catalogue()
	_drain()
	return page


def _item_of(id: str) -> str:
	return shop_ids.by_variant([id])[id].item_code


def test_products_are_merged(medusa):
	page = _with_own_pages()
	before = {row["variants"][0]["sku"]: row for row in product_rows(medusa)}
	assert {*before} == {*CODES, "SHIRT"}
	_switch("Options of one product")
	(row,) = product_rows(medusa)
	assert row["id"] == before["SHIRT"]["id"]
	product = shop_product(medusa, page.name)
	assert {each["sku"] for each in product["variants"]} == {*CODES}
	for code in CODES:
		former = before[code]
		assert _item_of(former["variants"][0]["id"]) == code
		assert shop_ids.by_product([former["id"]])[former["id"]].item_code == code
		ids = frappe.db.get_value("Website Item", {"item_code": code}, ["medusa_id", "medusa_variant_id"])
		assert ids == (None, frappe.db.get_value("Item", code, "medusa_variant_id"))
	statuses = {*frappe.get_all("Website Item", pluck="medusa_status")}
	assert len(statuses) == 1


def test_products_are_split_again(medusa):
	page = _with_own_pages()
	_switch("Options of one product")
	merged = {each["sku"]: each["id"] for each in shop_product(medusa, page.name)["variants"]}
	_switch(OWN)
	rows = {row["variants"][0]["sku"]: row for row in product_rows(medusa)}
	assert {*rows} == {*CODES, "SHIRT"}
	for code in CODES:
		assert _item_of(merged[code]) == code
		assert _item_of(rows[code]["variants"][0]["id"]) == code
	assert shop_product(medusa, page.name)["options"] == {"Default": ["Default"]}
	_switch("Options of one product")
	assert {each["sku"] for each in shop_product(medusa, page.name)["variants"]} == {*CODES}


def test_variants_of_a_template_that_isnt_published_stay_products(medusa):
	_with_own_pages()
	page = frappe.get_doc("Website Item", {"item_code": "SHIRT"})
	page.published = 0
	page.save()
	frappe.db.commit()
	_drain()
	_switch("Options of one product")
	published = {row["variants"][0]["sku"] for row in product_rows(medusa) if row["status"] == "published"}
	assert published == {*CODES}
	page.reload()
	page.published = 1
	page.save()
	frappe.db.commit()
	queue_catalogue()
	_drain()
	(row,) = product_rows(medusa)
	assert row["status"] == "published"
	page.reload()
	page.published = 0
	page.save()
	frappe.db.commit()
	queue_catalogue()
	_drain()
	published = {row["variants"][0]["sku"] for row in product_rows(medusa) if row["status"] == "published"}
	assert published == {*CODES}


def test_variants_are_for_sale_until_the_new_product_stands(medusa, proxy=None):
	page = _with_own_pages()
	become("Options of one product")
	frappe.db.set_value("Item Group", "Gloves", "medusa_id", None)  # the template's product has to wait
	queue_catalogue()
	frappe.db.commit()
	_drain()
	assert len(products(medusa)) == 1
	assert len(shop_product(medusa, page.name)["variants"]) == 3


def test_a_deleted_template_page(medusa):
	page = _with_own_pages()
	_switch("Options of one product")
	ids = {each["sku"]: each["id"] for each in shop_product(medusa, page.name)["variants"]}
	frappe.delete_doc("Website Item", page.name)
	frappe.db.commit()
	_drain()
	assert {row["variants"][0]["sku"] for row in product_rows(medusa)} == {*CODES}
	assert _item_of(ids["SHIRT-S-RED"]) == "SHIRT-S-RED"
