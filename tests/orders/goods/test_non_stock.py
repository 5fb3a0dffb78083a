"""Items that ERPNext keeps no stock of are to be had however much there is; those that it does, as far as there is."""

import frappe
import pytest
import requests

from medusa_integration.operations import queueing
from tests.support.doctor import found
from tests.support.factories import drain, item_price, move_stock, outbox, products, warehouse, website_item
from tests.support.shop import buy, make_product, quantities


def service(code: str = "SVC-1", **values):
	"""A Website Item of an Item without stock, with a price, in the shop."""
	doc = website_item(code, item_values={"is_stock_item": 0}, **values)
	item_price(code, 5)
	drain()
	doc.reload()
	return doc


def variant(medusa, name: str) -> dict:
	return products(medusa)[name]["variants"][0]


def keep_stock(code: str, kept: int) -> None:
	"""Change whether ERPNext keeps stock of an Item, which it allows while no submitted document moves any."""
	doc = frappe.get_doc("Item", code)
	doc.is_stock_item = kept
	doc.save()
	drain()
	assert outbox() == []


def test_an_item_without_stock_is_bought(medusa):
	doc = service()
	assert variant(medusa, doc.name)["manage_inventory"] is False
	assert buy(medusa, doc.medusa_variant_id)["id"]
	assert found() == []


def test_an_item_with_stock_is_bought_as_far_as_there_is(medusa):
	shelf = warehouse("Shelf")
	doc = website_item("G-1", website_warehouse=shelf)
	item_price("G-1", 5)
	drain()
	doc.reload()
	with pytest.raises(requests.HTTPError):
		buy(medusa, doc.medusa_variant_id)


@pytest.mark.slow
def test_an_item_gets_stock_and_loses_it_again(medusa):
	shelf = warehouse("Shelf")
	doc = service(website_warehouse=shelf)
	keep_stock("SVC-1", 1)
	assert variant(medusa, doc.name)["manage_inventory"] is True
	for _again in range(2):
		receipt = move_stock(shelf, SVC_1=5)
		drain()
		assert quantities(medusa) == {"SVC-1": 5}
		receipt.cancel()
		keep_stock("SVC-1", 0)
		assert variant(medusa, doc.name)["manage_inventory"] is False
		assert not frappe.db.get_value("Website Item", doc.name, "medusa_stock")
		assert found() == []
		keep_stock("SVC-1", 1)
		assert variant(medusa, doc.name)["manage_inventory"] is True
		assert quantities(medusa) == {"SVC-1": 0}
		assert found() == []


@pytest.mark.slow
def test_what_was_in_stock_is_bought_all_the_same(medusa):
	shelf = warehouse("Shelf")
	doc = website_item("G-1", website_warehouse=shelf)
	item_price("G-1", 5)
	receipt = move_stock(shelf, G_1=1)
	drain()
	doc.reload()
	receipt.cancel()
	keep_stock("G-1", 0)
	assert buy(medusa, doc.medusa_variant_id)["id"]
	queueing.resend([doc.name])
	drain()
	assert outbox() == []


@pytest.mark.v2("v1 has no inventory items")
def test_a_product_is_made_anew_where_its_inventory_item_was_left(medusa):
	"""Medusa keeps the inventory item of a variant that stops managing inventory, and no other gets its sku."""
	shelf = warehouse("Shelf")
	doc = website_item("G-1", website_warehouse=shelf)
	item_price("G-1", 5)
	receipt = move_stock(shelf, G_1=7)
	drain()
	receipt.cancel()
	keep_stock("G-1", 0)
	doc.reload()
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	frappe.db.set_value("Item", "G-1", "is_stock_item", 1)
	frappe.clear_document_cache("Item", "G-1")
	move_stock(shelf, G_1=7)
	queueing.resend([doc.name])
	drain()
	assert outbox() == []
	assert quantities(medusa) == {"G-1": 7}
	assert found() == []


@pytest.mark.v2("v1 has no inventory items")
def test_a_batch_gets_its_inventory_items_back(medusa):
	"""Medusa applies a part of the batch that it refuses."""
	names = [website_item(f"G-{n}").name for n in range(4)]
	drain()
	for name in names[:2]:
		there = products(medusa)[name]
		path = f"/admin/products/{there['id']}/variants/{there['variants'][0]['id']}"
		medusa.admin("POST", path, {"manage_inventory": False})
	foreign = make_product(medusa, "X-1")["id"]
	for name in names:
		queueing.resend([name])
	late = website_item("G-4").name
	drain()
	assert outbox() == []
	fields = "sku,manage_inventory,inventory_items.inventory.sku"
	rows = medusa.admin("GET", "/admin/product-variants", params={"fields": fields, "limit": 100})["variants"]
	for row in rows:
		assert row["manage_inventory"] is True
		assert [each["inventory"]["sku"] for each in row["inventory_items"]] == [row["sku"]]
	assert products(medusa).keys() == {*names, late, None}
	assert products(medusa)[None]["id"] == foreign


@pytest.mark.v2("v1 has no inventory items")
def test_a_renamed_item_without_stock_yet_frees_its_sku(medusa):
	website_item("G-1")
	drain()
	frappe.rename_doc("Item", "G-1", "G-9", show_alert=False)
	drain()
	website_item("G-1")
	drain()
	assert outbox() == []
	assert {row["variants"][0]["sku"] for row in products(medusa).values()} == {"G-1", "G-9"}
