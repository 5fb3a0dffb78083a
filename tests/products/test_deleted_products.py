"""Products of Website Items that were deleted while the integration was off, or unseen, and variants of the shop's own in them."""

import frappe

from medusa_integration.operations import linking
from medusa_integration.products import shop_items
from tests.support.doctor import examined, found
from tests.support.factories import configure, drain, item_group, item_price, outbox, website_item
from tests.support.shop import collections, make_product, price_lists, prices, product_rows


def sold(code: str):
	doc = website_item(code)
	item_price(code, 5)
	drain()
	doc.reload()
	return doc


def lost(doc) -> None:
	"""The Website Item goes without an event, as by a restored backup."""
	frappe.db.delete("Website Item", {"name": doc.name})
	frappe.db.delete("Item Price", {"item_code": doc.item_code})
	frappe.db.commit()


def repaired(delete: bool = True) -> None:
	comparison = examined()
	comparison.queue_repairs()
	if delete:
		comparison.queue_deletions()
	drain()


def skus(medusa) -> list[list[str]]:
	return [sorted(v["sku"] for v in row["variants"]) for row in product_rows(medusa)]


def shared(medusa, *others: str):
	"""A product of the shop with G-1, which is ours, and variants of its own."""
	make_product(medusa, "G-1", *others)
	doc = website_item("G-1")
	item_price("G-1", 5)
	linking.link()
	drain()
	doc.reload()
	return doc


# --- the doctor's extra products


def test_an_extra_product_with_variants_of_the_shops_own_is_not_deleted(medusa):
	doc = shared(medusa, "G-1-XL")
	lost(doc)
	(extra,) = examined().extras()
	assert "variants of the shop's own stay" in extra.ours
	repaired()
	assert outbox() == []
	(row,) = product_rows(medusa)
	assert (row["id"], row["external_id"]) == (doc.medusa_id, None)
	assert skus(medusa) == [["G-1-XL"]]
	assert [each for each in found() if each[1] != "price"] == []


def test_an_extra_product_whose_own_variant_is_gone_is_the_shops(medusa):
	doc = shared(medusa, "G-1-XL")
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}")
	lost(doc)
	repaired()
	assert skus(medusa) == [["G-1-XL"]]
	assert found() == []


def test_an_extra_product_without_others_is_deleted(medusa):
	doc = sold("G-1")
	sold("G-2")
	lost(doc)
	repaired(delete=False)
	assert len(product_rows(medusa)) == 2
	repaired()
	assert skus(medusa) == [["G-2"]]
	assert found() == []


def test_an_extra_product_with_another_sku_in_medusa_is_deleted(medusa):
	"""It is the app's one variant all the same."""
	doc = sold("G-1")
	path = f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
	medusa.admin("POST", path, {"sku": "ANOTHER"})
	lost(doc)
	repaired()
	assert product_rows(medusa) == []


def test_a_row_without_the_variants_id_spares_the_shops_variants(medusa):
	"""As Website Items without one, and older versions, leave it."""
	doc = shared(medusa, "G-1-XL")
	doc.db_set("medusa_variant_id", None)
	doc.reload()
	frappe.delete_doc("Website Item", doc.name, force=True)
	drain()
	assert outbox() == []
	assert skus(medusa) == [["G-1-XL"]]


# --- while the integration is off


def test_what_is_deleted_while_it_is_off_leaves_the_shop_when_it_is_on_again(medusa):
	doc, other = sold("G-1"), sold("G-2")
	configure(medusa, enable=0)
	frappe.delete_doc("Website Item", doc.name, force=True)
	frappe.db.commit()
	drain()
	assert len(product_rows(medusa)) == 2  # nothing is sent while it is off
	configure(medusa)
	drain()
	assert [row["id"] for row in product_rows(medusa)] == [other.medusa_id]
	assert outbox() == []
	assert set(prices(medusa)) == {"G-2"}
	assert len(price_lists(medusa)) == 1


def test_what_is_made_again_while_it_is_off_has_one_product(medusa):
	doc = sold("G-1")
	configure(medusa, enable=0)
	frappe.delete_doc("Website Item", doc.name, force=True)
	again = website_item("G-1")
	item_price("G-1", 6, valid_from="2020-01-01")
	frappe.db.commit()
	configure(medusa)
	shop_items.queue_catalogue()
	drain()
	drain()
	again.reload()
	assert [row["id"] for row in product_rows(medusa)] == [again.medusa_id]
	assert outbox() == []


def test_a_group_that_is_deleted_while_it_is_off_takes_its_collection_along(medusa):
	item_group("Masks")
	doc = website_item("M-1", group="Masks")
	drain()
	configure(medusa, enable=0)
	frappe.delete_doc("Website Item", doc.name, force=True)
	frappe.delete_doc("Item", "M-1", force=True)
	frappe.delete_doc("Item Group", "Masks", force=True)
	frappe.db.commit()
	configure(medusa)
	drain()
	assert "Masks" not in collections(medusa)
	assert product_rows(medusa) == []
	assert outbox() == []


def test_what_never_was_in_the_shop_queues_nothing(medusa):
	configure(medusa, enable=0)
	doc = website_item("G-1")
	frappe.delete_doc("Website Item", doc.name, force=True)
	assert outbox() == []
