"""What only the shop has stays: ERPNext writes the fields that it fills, and leaves the others as they are in Medusa."""

import threading

import frappe
import pytest
import requests

from medusa_integration.medusa.owners import ERPNEXT, SHOP, WHERE_FILLED
from medusa_integration.operations import linking
from medusa_integration.products import shop_items
from tests.support.doctor import found, repaired
from tests.support.factories import (
	all_owned_by,
	configure,
	drain,
	item_group,
	item_price,
	outbox,
	website_item,
)
from tests.support.shop import make_product, product_rows, products

PICTURES = ["https://cdn.example.com/a.png", "https://cdn.example.com/b.png"]


def save(doc, **values):
	doc.reload()
	doc.update(values)
	doc.save()
	frappe.db.commit()
	drain()
	assert outbox() == []


def whole(medusa, id: str) -> dict:
	"""All that Medusa has of a product, but for times, and for what this app owns."""
	fields = "*,*variants,*images,*tags,*categories,*sales_channels,*shipping_profile,*collection,*options"
	row = medusa.admin("GET", f"/admin/products/{id}", params={"fields": fields})["product"]
	row["sales_channels"] = sorted(channel["id"] for channel in row["sales_channels"])
	row["shipping_profile"] = (row["shipping_profile"] or {}).get("id")
	row["images"] = [image["url"] for image in row["images"]]
	row["variants"] = [{k: v for k, v in each.items() if k != "updated_at"} for each in row["variants"]]
	row["collection"] = (row["collection"] or {}).get("title")
	ours = ("updated_at", "title", "status", "external_id", "metadata", "collection_id")
	return {key: value for key, value in row.items() if key not in ours}


@pytest.fixture
def furnished(medusa) -> dict:
	"""A product as a shop has it: texts, pictures, two channels, a shipping profile and a collection of its own."""
	post = lambda path, **body: medusa.admin("POST", path, body)  # noqa: E731
	second = post("/admin/sales-channels", name="B2B")["sales_channel"]["id"]
	profile = post("/admin/shipping-profiles", name="Heavy", type="heavy")["shipping_profile"]["id"]
	collection = post("/admin/collections", title="Summer")["collection"]["id"]
	product = make_product(
		medusa,
		"TS-1",
		description="Written in the shop",
		subtitle="Soft",
		thumbnail=PICTURES[0],
		images=[{"url": url} for url in PICTURES],
		origin_country="DE",
		material="cotton",
		weight=140,
		collection_id=collection,
		status="published",
		discountable=True,
		metadata={"care": "30°"},
		sales_channels=[{"id": medusa.shop["sales_channel_id"]}, {"id": second}],
	)
	post(f"/admin/products/{product['id']}", shipping_profile_id=profile)
	variant = product["variants"][0]
	post(
		f"/admin/products/{product['id']}/variants/{variant['id']}",
		origin_country="DE",
		weight=140,
		metadata={"shelf": "A"},
		allow_backorder=False,
	)
	return product


@pytest.mark.slow
@pytest.mark.v2("shipping profiles and variants' metadata")
def test_ten_changes_leave_what_erpnext_has_blank(medusa, furnished):
	before = whole(medusa, furnished["id"])
	doc = website_item("TS-1", item_values={"country_of_origin": None})
	drain()
	linking.link()
	for number in range(10):
		save(doc, web_item_name=f"Shirt {number}", ranking=number, on_backorder=0)
	after = whole(medusa, furnished["id"])
	assert after == before
	row = products(medusa)[doc.name]
	assert row["title"] == "Shirt 9"
	assert row["metadata"]["care"] == "30°"
	assert [each for each in found() if each[2] == doc.name and each[1] != "price"] == []
	repaired(medusa, [doc.name])
	assert whole(medusa, furnished["id"]) == before


def test_texts_and_pictures_put_in_in_medusa_stay(medusa):
	doc = website_item("G-1", item_values={"country_of_origin": None})
	drain()
	body = {
		"description": "Written in the shop",
		"thumbnail": PICTURES[0],
		"images": PICTURES if medusa.version == "v1" else [{"url": url} for url in PICTURES],
		"origin_country": "DE",
		"discountable": True,
	}
	id = products(medusa)[doc.name]["id"]
	medusa.admin("POST", f"/admin/products/{id}", body)
	save(doc, web_item_name="Other")
	row = products(medusa)[doc.name]
	assert row["title"] == "Other"
	assert row["description"] == "Written in the shop"
	assert [image["url"] for image in row["images"]] == PICTURES
	assert row["thumbnail"] == PICTURES[0]
	assert row["origin_country"] == "DE"
	assert row["discountable"] is True
	save(doc, web_long_description="<p>Ours</p>")
	assert products(medusa)[doc.name]["description"] == "Ours"


def test_what_erpnext_filled_and_cleared_goes(medusa):
	doc = website_item("G-1", web_long_description="<p>Ours</p>", website_image="/files/a.png")
	drain()
	save(doc, web_long_description="", website_image="")
	row = products(medusa)[doc.name]
	assert not row["description"]
	assert (row["images"], row["thumbnail"]) == ([], None)
	id = row["id"]
	medusa.admin("POST", f"/admin/products/{id}", {"description": "Written in the shop"})
	save(doc, web_item_name="Other")
	assert products(medusa)[doc.name]["description"] == "Written in the shop"


def test_what_erpnext_cleared_and_the_shop_has_changed_stays(medusa):
	doc = website_item("G-1", web_long_description="<p>Ours</p>")
	drain()
	id = products(medusa)[doc.name]["id"]
	medusa.admin("POST", f"/admin/products/{id}", {"description": "Better words"})
	save(doc, web_long_description="")
	assert products(medusa)[doc.name]["description"] == "Better words"
	assert [each for each in found() if each[1] != "price"] == []


def test_a_field_that_is_erpnexts_is_cleared_with_it(medusa):
	configure(medusa, field_owners=all_owned_by(ERPNEXT))
	doc = website_item("G-1", web_long_description="<p>Ours</p>")
	drain()
	save(doc, web_long_description="")
	assert not products(medusa)[doc.name]["description"]
	medusa.admin("POST", f"/admin/products/{doc.medusa_id}", {"description": "Written in the shop"})
	save(doc, web_item_name="Other")
	assert not products(medusa)[doc.name]["description"]


def test_a_field_that_is_the_shops_is_written_once(medusa):
	configure(medusa, field_owners=all_owned_by(SHOP))
	doc = website_item("G-1", web_item_name="First", web_long_description="<p>First</p>")
	drain()
	row = products(medusa)[doc.name]
	assert (row["title"], row["description"], row["discountable"]) == ("First", "First", True)
	save(doc, web_item_name="Second", web_long_description="<p>Second</p>", ranking=3)
	row = products(medusa)[doc.name]
	assert (row["title"], row["description"]) == ("First", "First")
	assert row["metadata"]["ranking"] == 3
	assert [each for each in found() if each[1] != "price"] == []


def test_a_field_is_named_once():
	config = frappe.get_doc("Medusa Configuration")
	for owner in (ERPNEXT, WHERE_FILLED):
		config.append("field_owners", {"field": "Title", "owned_by": owner})
	with pytest.raises(frappe.ValidationError, match="twice"):
		config.save()


def test_a_product_in_a_collection_of_the_shops_own_stays_there(medusa):
	doc = website_item("G-1")
	drain()
	summer = medusa.admin("POST", "/admin/collections", {"title": "Summer"})["collection"]["id"]
	id = products(medusa)[doc.name]["id"]
	medusa.admin("POST", f"/admin/products/{id}", {"collection_id": summer})
	item_group("Masks")
	frappe.db.set_value("Item", "G-1", "item_group", "Masks")
	save(doc, item_group="Masks")
	assert products(medusa)[doc.name]["collection_id"] == summer
	medusa.admin("POST", f"/admin/products/{id}", {"collection_id": None})
	repaired(medusa, [doc.name])
	assert products(medusa)[doc.name]["collection"]["title"] == "Masks"


def test_a_sales_channel_is_removed_only_where_the_app_added_it(medusa):
	channels = [
		medusa.admin("POST", "/admin/sales-channels", {"name": name, "description": name})["sales_channel"][
			"id"
		]
		for name in ("North", "South")
	]
	default = medusa.shop["sales_channel_id"]
	ours, linked = website_item("G-1"), website_item("G-2")
	by_hand = make_product(medusa, "G-2")
	linking.link()
	drain()
	for chosen in channels:
		configure(medusa, sales_channel=chosen)
		shop_items.queue_catalogue()
		drain()
	rows = {row["id"]: {each["id"] for each in row["sales_channels"]} for row in product_rows(medusa)}
	ours.reload(), linked.reload()
	assert rows[ours.medusa_id] == {channels[1]}
	assert rows[by_hand["id"]] == {default, channels[1]}


@pytest.mark.slow
@pytest.mark.v2("v2 drops and remakes the links that an update names")
def test_a_product_can_be_had_during_each_of_200_saves(medusa):
	doc = website_item("G-1")
	item_price("G-1", 5)
	drain()
	doc.reload()
	url = f"{medusa.url}/store/products/{doc.medusa_id}"
	headers = {"x-publishable-api-key": medusa.shop["publishable_key"]}
	stop, codes = threading.Event(), []

	def look():
		while not stop.is_set():
			codes.append(requests.get(url, headers=headers, timeout=10).status_code)

	looking = threading.Thread(target=look)
	looking.start()
	try:
		for number in range(200):
			values = {"web_item_name": f"Name {number}"}
			if number % 5 == 0:  # these are looked up
				values["on_backorder"] = number // 5 % 2
			save(doc, **values)
	finally:
		stop.set()
		looking.join()
	assert len(codes) > 200
	assert set(codes) == {200}
