"""Others of the kinds in test_shop_before.py, test_changed_in_medusa.py and test_for_sale.py, each of another kind."""

import frappe
import pytest

from medusa_integration.api import get_sync_status
from medusa_integration.operations import linking, product_import
from tests.support import buying
from tests.support.doctor import found
from tests.support.factories import configure, drain, item_price, move_stock, outbox, warehouse, website_item
from tests.support.shop import make_product, prices, product_rows, products, store_price


def sold(code: str):
	doc = website_item(code, website_warehouse=warehouse("Shelf"))
	item_price(code, 5)
	move_stock(warehouse("Shelf"), **{code.replace("-", "_"): 7})
	drain()
	doc.reload()
	return doc


def deleted_while_reserved(medusa) -> str:
	"""Delete the Website Item of a product that an order reserves; the order's id."""
	doc = sold("G-1")
	order = buying.place(medusa, [("G-1", 2)], market=buying.market(medusa, "bh", "omr"))
	frappe.delete_doc("Website Item", doc.name, force=True)
	frappe.db.commit()
	drain()
	return order


def end(medusa, order: str) -> None:
	medusa.admin("POST", f"/admin/orders/{order}/cancel")
	drain()
	drain()


@pytest.mark.slow
@pytest.mark.v2("v1 deletes a product that an order reserves, too")
def test_an_item_that_is_made_again_while_its_deletion_waits_keeps_the_product(medusa):
	order = deleted_while_reserved(medusa)
	again = website_item("G-1", website_warehouse=warehouse("Shelf"))
	drain()
	linking.link()
	drain()
	end(medusa, order)
	again.reload()
	(row,) = product_rows(medusa)
	assert (row["id"], row["status"]) == (again.medusa_id, "published")
	assert len(prices(medusa)["G-1"]) == 1
	assert (outbox(), found()) == ([], [])


@pytest.mark.v2("v1 deletes a product that an order reserves, too")
def test_a_product_imported_while_its_deletion_waits_stays_with_one_price(medusa):
	order = deleted_while_reserved(medusa)
	product_import.import_products(product_import.import_settings(item_group="Gloves", stock_uom="Nos"))
	page = frappe.get_doc("Website Item", {"item_code": "G-1"})
	page.published = 1
	page.save()
	drain()
	end(medusa, order)
	assert [row["id"] for row in product_rows(medusa)] == [page.medusa_id]
	assert len(prices(medusa)["G-1"]) == 1


@pytest.mark.parametrize("sku", ["TS-1\u200b", "\ufeffTS-1", "TS\u20131", "TS\u20111"])
def test_invisible_signs_and_other_dashes_in_a_sku_double_nothing(medusa, sku):
	product = make_product(medusa, sku)
	website_item("TS-1")
	drain()
	assert "Link existing products" in outbox()[0].error
	linking.link()
	drain()
	assert outbox() == []
	assert [row["id"] for row in product_rows(medusa)] == [product["id"]]


def test_the_preview_counts_drafts_that_will_be_published(medusa):
	configure(medusa, enable=0)
	make_product(medusa, "G-1", title="Product G-1", status="draft")
	website_item("G-1", item_values={"country_of_origin": None})
	assert linking.preview()["overwritten"] == {"Status": 1}


@pytest.mark.v2("v1 makes a product with several variants otherwise")
def test_the_advice_about_sizes_leads_to_a_product_each(medusa):
	product = make_product(medusa, "S", "M", title="Shirt")
	for code in ("S", "M"):
		website_item(code)
	drain()
	(other,) = (variant["id"] for variant in product["variants"] if variant["sku"] == "M")
	medusa.admin("DELETE", f"/admin/products/{product['id']}/variants/{other}")
	linking.link()
	drain()
	assert outbox() == []
	assert sorted(v["sku"] for row in product_rows(medusa) for v in row["variants"]) == ["M", "S"]


def test_an_item_that_became_a_template_is_not_sold(medusa):
	"""ERPNext refuses a Sales Order for it."""
	configure(medusa, variants_become="Products of their own")
	doc = sold("G-1")
	template = frappe.get_doc("Item", "G-1")
	template.flags.ignore_validate = True
	template.has_variants = 1
	template.save()
	drain()
	doc.reload()
	assert store_price(medusa, doc.medusa_id) is None
	assert doc.medusa_status == "No Price"
	assert "publish its variants" in get_sync_status(doc.name)["no_price"]


@pytest.mark.v2("v1's prices belong to the variant")
@pytest.mark.parametrize("what", ["variant", "product"])
def test_a_new_price_of_a_deleted_variant_says_what_to_do(medusa, what):
	doc = sold("G-1")
	variant = f"/variants/{doc.medusa_variant_id}" if what == "variant" else ""
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}{variant}")
	price = frappe.get_doc("Item Price", {"item_code": "G-1"})
	price.price_list_rate = 8
	price.save()
	drain()
	(row,) = outbox()
	assert "Choose Sync now" in row.error
	from medusa_integration.operations import queueing

	queueing.resend([doc.name])
	drain()
	doc.reload()
	assert outbox() == []
	assert store_price(medusa, doc.medusa_id) == 8


@pytest.mark.v2("v1 keeps no deleted channels")
def test_the_doctor_reads_products_of_a_deleted_channel(medusa):
	channel = medusa.admin("POST", "/admin/sales-channels", {"name": "North"})["sales_channel"]["id"]
	configure(medusa, sales_channel=channel)
	doc = sold("G-1")
	medusa.admin("DELETE", f"/admin/sales-channels/{channel}")
	assert found() == [("different", "sales_channel", doc.name)]
	configure(medusa, sales_channel="")
	doc.on_backorder = 1
	doc.save()
	drain()
	assert found() == []
	assert products(medusa)[doc.name]["status"] == "published"
