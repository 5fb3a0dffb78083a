"""Products and collections that were in the shop before the app are matched, or shown as unclear; never doubled."""

import frappe
import pytest

from medusa_integration.delivery.lanes import Lanes
from medusa_integration.operations import linking
from tests.support.factories import drain, item_group, outbox, template, variant, website_item
from tests.support.shop import collection_rows, make_product, product_rows


def parked() -> dict[str, str]:
	return {row.reference_name: row.error for row in outbox() if row.status == "Parked"}


def collection(medusa, title: str, **values) -> str:
	return medusa.admin("POST", "/admin/collections", {"title": title, **values})["collection"]["id"]


@pytest.mark.parametrize(
	("sku", "code"),
	[
		("TS-1 ", "TS-1"),
		("  TS-1", "TS-1"),
		("cs-1", "CS-1"),
		("Glove  M", "Glove M"),
		("Cafe\u0301-1", "Caf\u00e9-1"),
		("\uff27-1", "G-1"),
		("STRASSE-1", "stra\u00dfe-1"),
	],
)
def test_a_product_with_nearly_the_same_sku_is_linked_and_not_doubled(medusa, sku, code):
	product = make_product(medusa, sku)
	doc = website_item(code)
	drain()
	assert "Link existing products" in parked()[doc.name]
	assert linking.preview()["matches"] == 1
	linking.link()
	drain()
	assert outbox() == []
	(row,) = product_rows(medusa)
	assert (row["id"], row["variants"][0]["sku"]) == (product["id"], code)
	assert frappe.db.get_value("Website Item", doc.name, "medusa_id") == product["id"]


def test_two_products_with_nearly_the_same_sku_are_unclear(medusa):
	make_product(medusa, "cs-1", title="One", handle="one")
	make_product(medusa, "Cs-1", title="Two", handle="two")
	doc = website_item("CS-1")
	drain()
	assert "2 products" in parked()[doc.name]
	report = linking.preview()
	assert (report["matches"], report["conflicts"]) == (0, 1)
	assert "One (one), Two (two)" in report["examples"]["conflicts"][0]["reason"]
	assert len(product_rows(medusa)) == 2


def test_the_exact_sku_comes_first(medusa):
	make_product(medusa, "cs-1", handle="one")
	exact = make_product(medusa, "CS-1", handle="two")
	doc = website_item("CS-1")
	linking.link()
	assert frappe.db.get_value("Website Item", doc.name, "medusa_id") == exact["id"]


def test_a_product_of_the_same_name_without_sku_is_unclear_until_it_has_one(medusa):
	product = make_product(medusa, None, title="nitrile  Gloves")
	doc = website_item("G-1", web_item_name="Nitrile gloves")
	drain()
	assert "give its variant the SKU G-1" in parked()[doc.name]
	assert linking.preview()["conflicts"] == 1
	variant = product["variants"][0]["id"]
	medusa.admin("POST", f"/admin/products/{product['id']}/variants/{variant}", {"sku": "G-1"})
	linking.link()
	drain()
	assert outbox() == []
	assert [row["id"] for row in product_rows(medusa)] == [product["id"]]


def test_a_product_of_the_same_name_and_another_sku_is_another_product(medusa):
	make_product(medusa, "X-1", title="Nitrile gloves")
	website_item("G-1", web_item_name="Nitrile gloves")
	drain()
	assert outbox() == []
	assert len(product_rows(medusa)) == 2


def test_sizes_that_are_items_of_their_own_are_said_to_be_so(medusa):
	make_product(medusa, "S", "M", title="Shirt")
	docs = [website_item("S"), website_item("M")]
	drain()
	for doc in docs:
		assert "variants of other Website Items too" in parked()[doc.name]
		assert "Choose Link existing products" not in parked()[doc.name]


@pytest.mark.parametrize("title", ["Gloves", "gloves", " Gloves  ", "GLOVES"])
def test_a_collection_of_the_same_title_is_taken_over(medusa, title):
	id = collection(medusa, title, handle="our-gloves", metadata={"banner": "x"})
	product = make_product(medusa, "X-1", handle="x", collection_id=id)
	doc = website_item("G-1")
	assert linking.preview()["collections"] == 1
	drain()
	assert outbox() == []
	(row,) = collection_rows(medusa)
	assert (row["id"], row["handle"]) == (id, "our-gloves")
	assert frappe.db.get_value("Item Group", "Gloves", "medusa_id") == id
	rows = {row["id"]: row["collection_id"] for row in product_rows(medusa)}
	assert rows[product["id"]] == rows[frappe.db.get_value("Website Item", doc.name, "medusa_id")] == id


def test_a_collection_with_products_of_the_shops_own_outlives_its_item_group(medusa):
	id = collection(medusa, "Gloves", handle="our-gloves")
	make_product(medusa, "X-1", handle="x", collection_id=id)
	doc = website_item("G-1")
	drain()
	frappe.delete_doc("Website Item", doc.name)
	frappe.delete_doc("Item", "G-1")
	frappe.delete_doc("Item Group", "Gloves")
	drain()
	assert outbox() == []
	assert [row["id"] for row in collection_rows(medusa)] == [id]


def test_collections_alike_are_unclear_until_one_is_renamed(medusa):
	first = collection(medusa, "gloves", handle="gloves-1")
	second = collection(medusa, "GLOVES", handle="gloves-2")
	doc = website_item("G-1")
	report = linking.preview()
	assert "gloves-1, gloves-2" in report["examples"]["conflicts"][0]["reason"]
	drain()
	assert "gloves-1, gloves-2" in parked()["Gloves"]
	assert len(collection_rows(medusa)) == 2
	medusa.admin("POST", f"/admin/collections/{second}", {"title": "Mittens"})
	retry()
	assert outbox() == []
	assert frappe.db.get_value("Item Group", "Gloves", "medusa_id") == first
	assert frappe.db.get_value("Website Item", doc.name, "medusa_id")


def test_a_collection_with_the_groups_handle_and_another_title_is_unclear(medusa):
	id = collection(medusa, "Handschuhe", handle="gloves")
	website_item("G-1")
	drain()
	assert "give it the title Gloves" in parked()["Gloves"]
	medusa.admin("POST", f"/admin/collections/{id}", {"title": "Gloves"})
	retry()
	assert outbox() == []
	assert [row["id"] for row in collection_rows(medusa)] == [id]


def test_a_group_of_the_same_name_as_another_groups_collection_gets_its_own(medusa):
	website_item("G-1")
	drain()
	frappe.rename_doc("Item Group", "Gloves", "Mittens", force=True)
	drain()
	item_group("Gloves", route="gloves-again")
	website_item("G-2", group="Gloves")
	drain()
	assert outbox() == []
	assert len(collection_rows(medusa)) == 2


@pytest.mark.v2("v1 keeps the stock at the variant")
@pytest.mark.parametrize("sku", ["g-1", "G-1 ", "G-1"])
def test_an_inventory_item_without_a_variant_is_used(medusa, sku):
	item = medusa.admin("POST", "/admin/inventory-items", {"sku": sku})["inventory_item"]["id"]
	website_item("G-1")
	drain()
	assert outbox() == []
	rows = medusa.admin("GET", "/admin/inventory-items", params={"fields": "id,sku"})["inventory_items"]
	assert [row["id"] for row in rows] == [item]


def retry() -> None:
	from medusa_integration.api import retry_rows

	retry_rows([row.name for row in outbox()])
	frappe.db.commit()
	drain()


def rename_group(old: str, new: str) -> None:
	frappe.rename_doc("Item Group", old, new, force=True)
	drain()


@pytest.mark.parametrize("title", ["Mittens", " mittens "])
@pytest.mark.parametrize("step", ["delete the other", "rename the other", "delete ours"])
def test_a_group_renamed_to_the_title_of_a_collection_of_the_shops_own_is_told(medusa, title, step):
	foreign = collection(medusa, title, handle="our-mittens")
	doc = website_item("G-1")
	drain()
	own = frappe.db.get_value("Item Group", "Gloves", "medusa_id")
	rename_group("Gloves", "Mittens")
	assert "another collection with the title Mittens, with the handle our-mittens" in parked()["Mittens"]
	assert {row["id"]: row["title"] for row in collection_rows(medusa)}[own] == "Gloves"
	if step == "rename the other":
		medusa.admin("POST", f"/admin/collections/{foreign}", {"title": "Scarves"})
	else:
		gone = foreign if step == "delete the other" else own
		medusa.admin("DELETE", f"/admin/collections/{gone}")
	retry()
	drain()
	assert outbox() == []
	kept = foreign if step == "delete ours" else own
	titles = {row["id"]: row["title"] for row in collection_rows(medusa)}
	assert titles[kept] == "Mittens"
	assert list(titles.values()).count("Mittens") == 1
	rows = {row["id"]: row["collection_id"] for row in product_rows(medusa)}
	assert rows[frappe.db.get_value("Website Item", doc.name, "medusa_id")] == kept


def test_groups_that_exchange_their_names_keep_their_collections(medusa):
	website_item("G-1")
	website_item("M-1", group="Mittens")
	drain()
	ids = {name: frappe.db.get_value("Item Group", name, "medusa_id") for name in ("Gloves", "Mittens")}
	for old, new in (("Gloves", "Other"), ("Mittens", "Gloves"), ("Other", "Mittens")):
		frappe.rename_doc("Item Group", old, new, force=True)
	drain()
	assert outbox() == []
	titles = {row["id"]: row["title"] for row in collection_rows(medusa)}
	assert titles == {ids["Gloves"]: "Mittens", ids["Mittens"]: "Gloves"}


def test_a_group_whose_letters_change_keeps_its_collection(medusa):
	website_item("G-1", group="gloves")
	drain()
	rename_group("gloves", "GLOVES ALL")
	rename_group("GLOVES ALL", "Gloves All")
	assert outbox() == []
	assert [row["title"] for row in collection_rows(medusa)] == ["Gloves All"]


def test_products_that_the_shop_cannot_have_are_sent_without_waiting_for_the_database(medusa, monkeypatch):
	"""It prepares the next batch meanwhile, and Medusa would have nothing to do."""
	make_product(medusa, "M-1", title="Masks")
	asked, run = [], Lanes.run

	def noted(lanes, work):
		asked.append(work.__qualname__)
		return run(lanes, work)

	monkeypatch.setattr(Lanes, "run", noted)
	page = template("SHIRT", {"Size": ["S"]})
	variant("SHIRT", "SHIRT-S", {"Size": "S"})
	website_item("G-1")
	drain()
	assert not [name for name in asked if "_unclear" in name]
	assert frappe.db.get_value("Website Item", page.name, "medusa_id")
	doc = website_item("m-1")
	drain()
	assert "Link existing products" in parked()[doc.name]
