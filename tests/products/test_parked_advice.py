"""Every reason for which a row of products, collections, prices or quantities is parked names a step. Each test takes the step,
literally, and sees the row go. The last test finds a reason that has no test here.

Others: tests/products/test_shop_before.py (collections), tests/products/test_changed_in_medusa.py (deleted variants, channels),
tests/products/test_kinds_of_rows.py (sizes, Sync now), tests/delivery/test_refusals.py (too large).
"""

import re
from pathlib import Path

import frappe
import pytest

import medusa_integration
from medusa_integration.api import retry_rows
from medusa_integration.operations import linking, queueing
from tests.support.factories import (
	drain,
	item_group,
	item_price,
	move_stock,
	outbox,
	warehouse,
	website_item,
)
from tests.support.shop import make_product, prices, product_rows, products, quantities

# The constants with words of the dialects, and where a test takes the step.
TAKEN = {
	"VARIANT_GONE": "here and test_changed_in_medusa.py",
	"NO_VARIANT": "here and test_kinds_of_rows.py",
	"SKU_HELD": "here",
	"COLLECTIONS_ALIKE": "test_shop_before.py",
	"CATEGORIES_ALIKE": "test_categories.py",
	"PARENT_REFUSED": "test_categories.py",
	"BARCODE_TAKEN": "test_identifiers.py",
	"HANDLE_TAKEN": "here and test_shop_before.py",
	"TITLE_TAKEN": "test_shop_before.py",
	"CHOICE_GONE": "test_changed_in_medusa.py",
	"TOO_LARGE": "tests/delivery/test_refusals.py",
	"NO_STOCK_LOCATION": "here and tests/stock/test_stock_calls.py",
	"LOCATION_GONE": "tests/stock/test_places.py",
	"UNMANAGED": "here",
	"NO_PART": "tests/stock/test_bundle_kits.py",
	"INVENTORY_KIT": "tests/stock/test_changed_in_medusa.py",
	"ITEM_TAKEN": "here",
	"SKU_KEPT": "here",
	"SAME_VALUES": "test_options_shape.py",
	"IN_THE_WAY": "test_options_shape.py",
}


def parked(kind: str) -> str:
	"""The words of the one parked row of a kind."""
	(row,) = [row for row in outbox() if row.kind == kind]
	assert row.status == "Parked"
	return row.error


def retry() -> None:
	retry_rows([row.name for row in outbox()])
	frappe.db.commit()
	drain()


def gone() -> None:
	assert [(row.kind, row.status, row.error) for row in outbox()] == []


def sold(code: str, **values):
	shelf = warehouse("Shelf")
	doc = website_item(code, website_warehouse=shelf, **values)
	item_price(code, 5)
	move_stock(shelf, **{code.replace("-", "_"): 7})
	drain()
	doc.reload()
	return doc


def set_sku(medusa, product: dict, sku: str, former: str = "") -> None:
	"""Of the variant with the former SKU, or of the first one: Medusa answers variants in any sequence."""
	variant = next(each for each in product["variants"] if former in ("", each["sku"]))
	medusa.admin("POST", f"/admin/products/{product['id']}/variants/{variant['id']}", {"sku": sku})


# --- products


def test_no_item_group(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	frappe.db.set_value("Website Item", doc.name, "item_group", "Nowhere")
	queueing.resend([doc.name])
	drain()
	assert "Choose another one in the Item and its Website Item" in parked("Product")
	item_group("Masks")
	frappe.db.set_value("Item", "G-1", "item_group", "Masks")
	doc.reload()
	doc.item_group = "Masks"
	doc.save()
	drain()
	gone()


def test_a_parked_item_group(medusa):
	made = [
		medusa.admin("POST", "/admin/collections", {"title": title, "handle": handle})["collection"]["id"]
		for title, handle in (("gloves", "gloves-1"), ("GLOVES", "gloves-2"))
	]
	website_item("G-1")
	drain()
	assert "Its Item Group Gloves isn't accepted" in parked("Product")
	medusa.admin("DELETE", f"/admin/collections/{made[1]}")
	(row,) = [row for row in outbox() if row.kind == "Product"]
	retry_rows([row.name])
	frappe.db.commit()
	drain()
	gone()


def test_several_products_with_the_code(medusa):
	make_product(medusa, "G-1 ", title="One", handle="one")
	other = make_product(medusa, "g-1", title="Two", handle="two")
	website_item("G-1")
	drain()
	assert "Change the SKU of all but one in Medusa, and link again" in parked("Product")
	set_sku(medusa, other, "G-2")
	linking.link()
	drain()
	gone()


def test_several_variants_with_the_code(medusa):
	product = make_product(medusa, "G-1 ", "g-1", title="One")
	website_item("G-1")
	drain()
	assert "Change the SKU of all but one in Medusa, and link again" in parked("Product")
	set_sku(medusa, product, "G-2")
	linking.link()
	drain()
	gone()


def test_a_variant_of_another_items_product_has_the_code(medusa):
	product = make_product(medusa, "G-1", "G-1-XL", title="One")
	website_item("G-1")
	linking.link()
	drain()
	website_item("G-1-XL")
	drain()
	assert "Give that variant another SKU in Medusa, then Retry" in parked("Product")
	set_sku(medusa, product, "OLD", "G-1-XL")
	retry()
	gone()
	assert len(product_rows(medusa)) == 2


@pytest.mark.v2("v1 has no external ids")
@pytest.mark.parametrize("step", ["another SKU", "delete"])
@pytest.mark.usefixtures("unpublished_stay")
def test_a_product_with_the_id_of_another_item(medusa, step):
	other = website_item("G-9", published=0)
	product = make_product(medusa, "G-1", external_id=other.name)
	website_item("G-1")
	drain()
	assert "give its variant another SKU in Medusa, then Retry. If not, delete it" in parked("Product")
	if step == "delete":
		medusa.admin("DELETE", f"/admin/products/{product['id']}")
	else:
		set_sku(medusa, product, "G-9")
	retry()
	gone()


@pytest.mark.parametrize("step", ["its own", "another"])
def test_a_product_of_the_same_name_without_a_sku(medusa, step):
	product = make_product(medusa, None, title="Gloves of ours", handle="x")
	website_item("G-1", web_item_name="Gloves of ours")
	drain()
	assert "give its variant a SKU of its own, then Retry" in parked("Product")
	set_sku(medusa, product, "G-1" if step == "its own" else "X-1")
	linking.link() if step == "its own" else retry()
	gone_after_drain()
	assert len(product_rows(medusa)) == (1 if step == "its own" else 2)


def gone_after_drain() -> None:
	drain()
	gone()


@pytest.mark.parametrize("step", ["its own", "another", "delete"])
def test_a_product_of_the_same_name_without_any_variant(medusa, step):
	product = make_product(medusa, "X", title="Gloves of ours", handle="x")
	path = f"/admin/products/{product['id']}"
	medusa.admin("DELETE", f"{path}/variants/{product['variants'][0]['id']}")
	website_item("G-1", web_item_name="Gloves of ours")
	assert linking.preview()["conflicts"] == 1
	drain()
	words = parked("Product")
	assert "without any variant" in words and "add a variant with the SKU G-1" in words
	if step == "delete":
		medusa.admin("DELETE", path)
		retry()
	else:
		add_variant(medusa, product, "G-1" if step == "its own" else "X-1")
		linking.link() if step == "its own" else retry()
	gone_after_drain()
	rows = product_rows(medusa)
	assert len(rows) == (2 if step == "another" else 1)
	assert [v["sku"] for row in rows for v in row["variants"]].count("G-1") == 1


def add_variant(medusa, product: dict, sku: str) -> None:
	"""As Medusa's admin does it."""
	path = f"/admin/products/{product['id']}"
	if medusa.version == "v1":
		row = medusa.admin("GET", path, params={"expand": "options"})["product"]
		options = [{"option_id": option["id"], "value": "One"} for option in row["options"]]
	else:
		(option,) = product["options"]
		options = {option["title"]: option["values"][0]["value"]}
	medusa.admin("POST", f"{path}/variants", {"title": "One", "sku": sku, "options": options, "prices": []})


@pytest.mark.parametrize("step", ["another SKU", "delete"])
def test_a_renamed_item_whose_new_code_is_a_foreign_products_sku(medusa, step):
	doc = website_item("G-1")
	drain()
	foreign = make_product(medusa, "G-2", title="By hand", handle="by-hand")
	frappe.rename_doc("Item", "G-1", "G-2", force=True)
	drain()
	words = parked("Product")
	assert "Another product of the shop has the SKU G-2" in words
	assert "Link existing products" not in words
	if step == "delete":
		medusa.admin("DELETE", f"/admin/products/{foreign['id']}")
	else:
		set_sku(medusa, foreign, "G-3")
	retry()
	gone_after_drain()
	assert products(medusa)[doc.name]["variants"][0]["sku"] == "G-2"


@pytest.mark.v2("v1 makes variants otherwise")
def test_a_product_split_by_hand_whose_variants_are_all_deleted(medusa):
	doc = sold("G-1")
	path = f"/admin/products/{doc.medusa_id}"
	(option,) = medusa.admin("GET", path, params={"fields": "*options"})["product"]["options"]
	for value in ("S", "M"):
		add = {"update": [{"product_option_id": option["id"], "add": [{"value": value}]}]}
		medusa.admin("POST", f"{path}/options/batch", add)
		body = {"title": value, "sku": f"G-1-{value}", "options": {option["title"]: value}, "prices": []}
		variants = medusa.admin("POST", f"{path}/variants", body)["product"]["variants"]
	medusa.admin("DELETE", f"{path}/variants/{doc.medusa_variant_id}")
	queueing.resend([doc.name])
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert "or delete them all, then Retry" in row.error
	for variant in variants:
		if variant["sku"] != "G-1":
			medusa.admin("DELETE", f"{path}/variants/{variant['id']}")
	retry()
	gone_after_drain()
	assert quantities(medusa) == {"G-1": 7}


# --- collections


def test_a_collection_with_the_groups_handle_is_another(medusa):
	id = medusa.admin("POST", "/admin/collections", {"title": "Handschuhe", "handle": "gloves"})[
		"collection"
	]["id"]
	website_item("G-1")
	drain()
	assert "change its handle. Then Retry" in parked("Collection")
	medusa.admin("POST", f"/admin/collections/{id}", {"handle": "handschuhe"})
	retry()
	gone()


# --- prices


def test_a_currency_that_the_shop_doesnt_sell_in(medusa):
	website_item("G-1")
	price = item_price("G-1", 5)
	frappe.db.set_value("Item Price", price.name, "currency", "EUR")
	drain()
	assert "add the currency in Medusa's store settings, then retry" in parked("Price")
	currencies(medusa, "omr", "usd", "eur")
	try:
		retry()
	finally:
		currencies(medusa, "omr", "usd")
	gone()
	assert [row[1:] for row in prices(medusa)["G-1"]] == [("eur", 5)]


def currencies(medusa, *codes: str) -> None:
	if medusa.version == "v1":
		medusa.admin("POST", "/admin/store", {"currencies": list(codes)})
		return
	(store,) = medusa.admin("GET", "/admin/stores")["stores"]
	rows = [{"currency_code": code, "is_default": code == "omr"} for code in codes]
	medusa.admin("POST", f"/admin/stores/{store['id']}", {"supported_currencies": rows})


@pytest.mark.parametrize("step", ["change", "delete"])
def test_a_negative_price(medusa, step):
	website_item("G-1")
	price = item_price("G-1", 5)
	frappe.db.set_value("Item Price", price.name, "price_list_rate", -5)
	drain()
	assert "Change its rate or delete it" in parked("Price")
	price.reload()
	if step == "change":
		price.price_list_rate = 6
		price.save()
	else:
		price.delete()
	drain()
	gone()


# --- stock


@pytest.mark.v2("v1 has no stock locations and inventory items")
def test_no_stock_location(medusa):
	body = {"name": "Second", "address": {"address_1": "Way 2", "country_code": "om"}}
	second = medusa.admin("POST", "/admin/stock-locations", body)["stock_location"]["id"]
	try:
		sold("G-1")
		assert "Choose one in the Medusa Configuration" in parked("Stock")
		config = frappe.get_doc("Medusa Configuration")
		config.stock_location = medusa.shop["stock_location_id"]
		config.save()
		frappe.db.commit()
		drain()
		gone()
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{second}")


@pytest.mark.v2("v1 has no inventory items")
def test_a_variant_that_manages_no_inventory(medusa):
	doc = sold("G-1")
	path = f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
	medusa.admin("POST", path, {"manage_inventory": False})
	move_stock(warehouse("Shelf"), G_1=2)
	drain()
	assert "Choose Sync now on the Website Item" in parked("Stock")
	queueing.resend([doc.name])
	drain()
	gone()
	assert quantities(medusa) == {"G-1": 9}


@pytest.mark.v2("v1 has no inventory items")
def test_a_variant_without_its_inventory_item(medusa):
	"""A person has given it to another variant."""
	doc = sold("G-1")
	other = make_product(medusa, "X-1", handle="x")
	ours, theirs = (inventory_item(medusa, sku) for sku in ("G-1", "X-1"))
	for row, variant in (
		(doc.medusa_variant_id, (doc.medusa_id, ours)),
		(other["variants"][0]["id"], (other["id"], theirs)),
	):
		medusa.admin("DELETE", f"/admin/products/{variant[0]}/variants/{row}/inventory-items/{variant[1]}")
	link = {"inventory_item_id": ours, "required_quantity": 1}
	variant = other["variants"][0]["id"]
	medusa.admin("POST", f"/admin/products/{other['id']}/variants/{variant}/inventory-items", link)
	move_stock(warehouse("Shelf"), G_1=2)
	drain()
	assert "give the other variant's inventory item another SKU, then Retry" in parked("Stock")
	medusa.admin("POST", f"/admin/inventory-items/{ours}", {"sku": "X-9"})
	retry()
	gone()
	assert quantities(medusa)["G-1"] == 9


@pytest.mark.v2("v1 has no inventory items")
@pytest.mark.parametrize("step", ["another SKU", "delete"])
def test_another_inventory_item_with_the_new_code(medusa, step):
	sold("G-1")
	id = medusa.admin("POST", "/admin/inventory-items", {"sku": "G-2"})["inventory_item"]["id"]
	frappe.rename_doc("Item", "G-1", "G-2", force=True)
	drain()
	assert "Another inventory item in Medusa has the SKU G-2" in parked("Stock")
	if step == "delete":
		medusa.admin("DELETE", f"/admin/inventory-items/{id}")
	else:
		medusa.admin("POST", f"/admin/inventory-items/{id}", {"sku": "X-9"})
	retry()
	gone()
	assert quantities(medusa) == {"G-2": 7}


def inventory_item(medusa, sku: str) -> str:
	(row,) = medusa.admin("GET", "/admin/inventory-items", params={"sku": sku})["inventory_items"]
	return row["id"]


# --- all


def test_no_reason_is_without_a_test():
	root = Path(medusa_integration.__file__).parent / "medusa"
	files = [*root.glob("*.py"), *root.glob("v[12]/*.py")]
	texts = [path.read_text() for path in files if "order" not in path.name]
	used = {
		name
		for text in texts
		for name in re.findall(r"(?:NotSendable|NoStockLocation)\(\s*([A-Z_]{3,})\b", text)
	}
	assert used == set(TAKEN)
