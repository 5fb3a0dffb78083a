"""What a person did to our products in Medusa is seen and mended, or said."""

import frappe
import pytest

from medusa_integration.api import queue_lost_products, retry_rows
from medusa_integration.operations import linking, queueing
from medusa_integration.products import shop_items
from tests.site import run_jobs
from tests.support import buying
from tests.support.doctor import examined, found
from tests.support.factories import configure, drain, item_price, move_stock, outbox, warehouse, website_item
from tests.support.shop import make_product, prices, product_rows, products, quantities, store_price


def change_title(doc):
	doc.reload()
	doc.web_item_name = "Changed"
	doc.save()


def sync_all(doc):
	shop_items.queue_catalogue()


def resend(doc):
	queueing.resend([doc.name])


def a_night(doc):
	assert queue_lost_products() == 2


def repair(doc):

	examined().queue_repairs()


def sold(code: str):
	shelf = warehouse("Shelf")
	doc = website_item(code, website_warehouse=shelf)
	item_price(code, 5)
	move_stock(shelf, **{code.replace("-", "_"): 7})
	drain()
	doc.reload()
	return doc


def delete_variant(medusa, doc):
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}")


def test_a_product_whose_reply_was_lost_gets_its_deleted_variant_again(medusa):
	"""ERPNext doesn't know its id yet, and it has no SKU by which it could be found."""
	doc = sold("G-1")
	delete_variant(medusa, doc)
	for doctype, name in (("Website Item", doc.name), ("Item", "G-1")):
		blank = {"medusa_id": None, "medusa_variant_id": None}
		frappe.db.set_value(doctype, name, blank, update_modified=False)
	frappe.db.set_value("Website Item", doc.name, "medusa_hash", None, update_modified=False)
	resend(doc)
	drain()
	assert outbox() == []
	((name, product),) = products(medusa).items()
	assert (name, product["id"]) == (doc.name, frappe.db.get_value("Website Item", doc.name, "medusa_id"))
	assert [variant["sku"] for variant in product["variants"]] == ["G-1"]


@pytest.mark.parametrize("act", [change_title, sync_all, resend, a_night, repair])
def test_deleted_variants_come_back_with_price_and_stock(medusa, act):
	docs = [sold("G-1"), sold("G-2")]
	for doc in docs:
		delete_variant(medusa, doc)
	for doc in docs:
		act(doc)
	frappe.db.commit()
	drain()
	assert outbox() == []
	for doc in docs:
		doc.reload()
		(variant,) = products(medusa)[doc.name]["variants"]
		assert (variant["id"], variant["sku"]) == (doc.medusa_variant_id, doc.item_code)
		assert store_price(medusa, doc.medusa_id) == 5
	assert quantities(medusa) == {"G-1": 7, "G-2": 7}
	assert set(prices(medusa)) == {"G-1", "G-2"}
	assert doc.medusa_status == "In Shop"


def test_a_deleted_product_comes_back_by_sync_all(medusa):
	doc = sold("G-1")
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	sync_all(doc)
	frappe.db.commit()
	drain()
	assert outbox() == []
	doc.reload()
	assert [row["id"] for row in product_rows(medusa)] == [doc.medusa_id]
	assert quantities(medusa) == {"G-1": 7}
	assert store_price(medusa, doc.medusa_id) == 5


def test_a_product_that_was_replaced_by_hand_is_linked(medusa):
	doc = sold("G-1")
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	by_hand = make_product(medusa, "G-1")
	change_title(doc)
	frappe.db.commit()
	drain()
	assert "Link existing products" in outbox()[0].error
	linking.link()
	drain()
	assert outbox() == []
	assert [row["id"] for row in product_rows(medusa)] == [by_hand["id"]]
	assert store_price(medusa, by_hand["id"]) == 5
	assert quantities(medusa) == {"G-1": 7}


@pytest.mark.v2("v1's wipe")
def test_a_product_split_by_hand_is_told_and_mended_by_what_is_advised(medusa):
	doc = sold("G-1")
	path = f"/admin/products/{doc.medusa_id}"
	(option,) = medusa.admin("GET", path, params={"fields": "*options"})["product"]["options"]
	for value in ("S", "M"):
		add = {"update": [{"product_option_id": option["id"], "add": [{"value": value}]}]}
		medusa.admin("POST", f"{path}/options/batch", add)
	made = [
		medusa.admin(
			"POST",
			f"{path}/variants",
			{"title": value, "sku": f"G-1-{value}", "options": {option["title"]: value}, "prices": []},
		)["product"]
		for value in ("S", "M")
	]
	delete_variant(medusa, doc)
	change_title(doc)
	frappe.db.commit()
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "none of its other variants has the SKU G-1" in row.error
	variant = next(v for v in made[-1]["variants"] if v["sku"] == "G-1-S")
	medusa.admin("POST", f"{path}/variants/{variant['id']}", {"sku": "G-1"})
	retry_rows([row.name])
	frappe.db.commit()
	drain()
	assert outbox() == []
	doc.reload()
	assert doc.medusa_variant_id == variant["id"]
	assert [amount for _list, _currency, amount in prices(medusa)["G-1"]] == [5]


def test_a_variant_made_in_medusa_meanwhile_stays(medusa):
	doc = sold("G-1")
	path = f"/admin/products/{doc.medusa_id}"
	if medusa.version == "v2":
		(option,) = medusa.admin("GET", path, params={"fields": "*options"})["product"]["options"]
		add = {"update": [{"product_option_id": option["id"], "add": [{"value": "XL"}]}]}
		medusa.admin("POST", f"{path}/options/batch", add)
		values = {"title": "XL", "sku": "G-1-XL", "options": {option["title"]: "XL"}, "prices": []}
		medusa.admin("POST", f"{path}/variants", values)
	doc.on_backorder = 1
	doc.save()
	frappe.db.commit()
	drain()
	row = products(medusa)[doc.name]
	assert next(v for v in row["variants"] if v["sku"] == "G-1")["allow_backorder"] is True
	assert len(row["variants"]) == (2 if medusa.version == "v2" else 1)
	assert [each for each in found() if each[1] != "price"] == []


@pytest.mark.v2("v1 deletes a product that an order reserves, too")
def test_a_deleted_item_that_an_order_reserves_is_off_sale_at_once_and_gone_later(medusa):
	doc, other = sold("G-1"), sold("G-2")
	order = buying.place(medusa, [("G-1", 2)], market=buying.market(medusa, "bh", "omr"))
	for each in (doc, other):
		frappe.delete_doc("Website Item", each.name, force=True)
	frappe.db.commit()
	drain()
	(row,) = outbox()
	assert (row.status, row.reference_name) == ("Pending", doc.name)
	assert "reserves it" in row.error and "taken off sale" in row.error
	(left,) = product_rows(medusa)
	assert (left["status"], left["sales_channels"]) == ("draft", [])
	medusa.admin("POST", f"/admin/orders/{order}/cancel")
	frappe.db.set_value("Medusa Outbox", row.name, "due", frappe.utils.now_datetime())
	frappe.db.commit()
	drain()
	assert outbox() == []
	assert product_rows(medusa) == []


def test_a_deleted_collection_is_made_again_by_night(medusa):
	docs = [sold("G-1"), sold("G-2")]
	medusa.admin("DELETE", f"/admin/collections/{frappe.db.get_value('Item Group', 'Gloves', 'medusa_id')}")
	assert queue_lost_products() == 2
	drain()
	assert outbox() == []
	assert queue_lost_products() == 0
	rows = products(medusa)
	assert {rows[doc.name]["collection"]["title"] for doc in docs} == {"Gloves"}


def test_a_night_without_medusa_changes_nothing(medusa, proxy):
	sold("G-1")
	proxy.down()
	assert queue_lost_products() == 0
	assert outbox() == []


@pytest.mark.parametrize(
	"lost", [False, pytest.param(True, marks=pytest.mark.v2("v2's path of a variant's deletion"))]
)
def test_a_deleted_item_leaves_the_variants_that_are_the_shops_own(medusa, proxy, lost):
	by_hand = make_product(medusa, "G-1", "G-1-XL")
	doc = website_item("G-1")
	item_price("G-1", 5)
	linking.link()
	drain()
	if lost:  # Medusa deletes the variant, and its reply doesn't arrive.
		proxy.fail("drop", match=f"POST /admin/products/{by_hand['id']}/variants/batch")
	frappe.delete_doc("Website Item", doc.name, force=True)
	drain()
	assert bool(outbox()) == lost
	retry_rows([row.name for row in outbox()])
	frappe.db.commit()
	drain()
	(row,) = product_rows(medusa)
	assert (row["id"], row["external_id"]) == (by_hand["id"], None)
	assert [variant["sku"] for variant in row["variants"]] == ["G-1-XL"]
	assert prices(medusa) == {}


@pytest.mark.v2("v1 has no shipping profiles to choose, and refuses a channel that is gone")
@pytest.mark.parametrize(
	("path", "field", "label"),
	[
		("sales-channels", "sales_channel", "Sales Channel"),
		("shipping-profiles", "shipping_profile", "Shipping Profile"),
	],
)
def test_a_chosen_channel_or_profile_that_is_gone_is_told_and_mended_by_what_is_advised(
	medusa, path, field, label
):
	body = {"name": "Chosen", **({"type": "chosen"} if field == "shipping_profile" else {})}
	id = medusa.admin("POST", f"/admin/{path}", body)[field]["id"]
	configure(medusa, **{field: id})
	medusa.admin("DELETE", f"/admin/{path}/{id}")
	doc = website_item("G-1")
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert row.error.startswith(f"The {label} that is chosen")
	config = frappe.get_doc("Medusa Configuration")
	config.update({field: ""})
	config.save()
	run_jobs(("long",))
	drain()
	assert outbox() == []
	assert products(medusa)[doc.name]["status"] == "published"
