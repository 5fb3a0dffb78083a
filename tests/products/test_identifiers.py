"""Barcodes, weights, customs numbers, the field map, brands as types or tags, handles and texts of the Website Item's page."""

import frappe
import pytest

from medusa_integration.api import get_sync_status
from medusa_integration.products import identifiers
from tests.support.doctor import found
from tests.support.factories import configure, drain, item, outbox, website_item
from tests.support.shop import calls, make_product, product_rows


def uom(name: str) -> str:
	if not frappe.db.exists("UOM", name):
		frappe.get_doc({"doctype": "UOM", "uom_name": name}).insert()
	return name


def factor(of: str, to: str, value: float):
	if not frappe.db.exists("UOM Category", "Mass"):
		frappe.get_doc({"doctype": "UOM Category", "category_name": "Mass"}).insert()
	values = {"category": "Mass", "from_uom": uom(of), "to_uom": uom(to), "value": value}
	return frappe.get_doc({"doctype": "UOM Conversion Factor", **values}).insert()


def weighed(code: str, weight: float, unit: str, **values):
	return website_item(code, item_values={"weight_per_unit": weight, "weight_uom": uom(unit), **values})


def whole(medusa, code: str) -> dict:
	"""The product with an item code as its SKU, with all fields, its variant as `variant`."""
	v2 = {"fields": "*,*variants,*type,*tags"}
	params = v2 if medusa.version == "v2" else {"expand": "variants,type,tags"}
	rows = medusa.admin("GET", "/admin/products", params={**params, "limit": 100})["products"]
	row = next(row for row in rows if row["variants"][0]["sku"] == code)
	return {**row, "variant": row["variants"][0]}


def barcode(code: str, kind: str = "EAN", unit: str | None = None) -> dict:
	return {"barcode": code, "barcode_type": kind, "uom": unit}


def save(doctype: str, name: str, **values) -> None:
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	doc.save()
	drain()


CODES = [
	barcode("4006381333931", "EAN"),
	barcode("4006381333948", "EAN"),
	barcode("036000291452", "UPC-A"),
	barcode("C39", "CODE-39"),
]


def test_barcodes_weight_and_customs_number_reach_the_product_and_its_variant(medusa):
	factor("Kg", "Gram", 1000)
	frappe.get_doc({"doctype": "Customs Tariff Number", "tariff_number": "4015.19"}).insert()
	weighed("G-1", 0.25, "Kg", customs_tariff_number="4015.19", barcodes=CODES)
	drain()
	row = whole(medusa, "G-1")
	assert [row["variant"][key] for key in ("ean", "upc", "barcode")] == [
		"4006381333931", "036000291452", "C39",
	]  # fmt: skip
	for each in (row, row["variant"]):
		assert (each["weight"], each["hs_code"]) == (250, "4015.19")
	assert (outbox(), [each for each in found() if each[1] != "price"]) == ([], [])


@pytest.mark.parametrize(
	("factors", "grams"),
	[
		([("Pfund", "Gram", 453.592)], 907.184),
		([("Gram", "Pfund", 0.0022046)], 907.194),
		([("Kg", "Gram", 1000), ("Kg", "Pfund", 2.204623)], 907.185),
		([("Pfund", "Kg", 0.45359), ("Kg", "Gram", 1000)], 907.18),
		([("Kg", "Unze", 35.27)], None),
		([], None),
	],
)
def test_a_weight_in_any_unit_is_grams(factors, grams):
	for each in factors:
		factor(*each)
	item("W-1", weight_per_unit=2, weight_uom=uom("Pfund"))
	assert identifiers.of_variants(["W-1"])["W-1"].get("weight") == grams


@pytest.mark.v2("the calls of v1 are one a product anyway")
def test_a_weight_without_factor_is_told_and_goes_once_there_is_one(medusa):
	doc = weighed("G-1", 3, "Boulder")
	drain()
	assert whole(medusa, "G-1")["weight"] is None
	assert "Add a UOM Conversion Factor from Boulder to Gram" in get_sync_status(doc.name)["not_sent"]
	factor("Boulder", "Gram", 6350.293)
	drain()
	assert whole(medusa, "G-1")["variant"]["weight"] == 19050.879
	assert get_sync_status(doc.name)["not_sent"] == ""


@pytest.mark.v2("the calls of v1 are one a product anyway")
def test_a_save_of_the_title_is_one_call_and_a_changed_barcode_reaches_the_variant(medusa):
	doc = website_item("G-1", item_values={"barcodes": CODES[:1]})
	drain()
	before = calls(medusa, "product")
	save("Website Item", doc.name, web_item_name="Other")
	assert calls(medusa, "product") == before + 1
	save("Item", "G-1", barcodes=[barcode("5901234123457")])
	row = whole(medusa, "G-1")
	assert (row["title"], row["variant"]["ean"]) == ("Other", "5901234123457")


def test_values_of_the_shop_stay_and_ours_go_when_they_are_cleared(medusa):
	doc = website_item("G-1", item_values={"barcodes": CODES[:1]})
	drain()
	row = whole(medusa, "G-1")
	shops = {"upc": "036000291452", "weight": 70, "material": "latex"}
	medusa.admin("POST", f"/admin/products/{row['id']}/variants/{row['variant']['id']}", shops)
	save("Item", "G-1", country_of_origin="Bahrain")
	save("Item", "G-1", barcodes=[])
	variant = whole(medusa, "G-1")["variant"]
	assert variant["ean"] is None
	assert {key: variant[key] for key in shops} == shops
	assert (outbox(), doc.reload().medusa_filled.count("ean")) == ([], 0)


@pytest.mark.v2("v1 tells of a taken barcode in PostgreSQL's words")
def test_a_barcode_that_the_shop_has_parks_with_a_step(medusa):
	foreign = make_product(medusa, "X-1")
	path = f"/admin/products/{foreign['id']}/variants/{foreign['variants'][0]['id']}"
	medusa.admin("POST", path, {"ean": "4006381333931"})
	website_item("G-1", item_values={"barcodes": CODES[:1]})
	website_item("G-2")
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "has the barcode 4006381333931: Made by hand (X-1). Take it off" in row.error
	assert whole(medusa, "G-2")
	medusa.admin("POST", path, {"ean": None})
	frappe.call("medusa_integration.api.retry_rows", names=[row.name])
	drain()
	assert whole(medusa, "G-1")["variant"]["ean"] == "4006381333931"


@pytest.mark.v2("v1 sends each product alone")
def test_two_items_exchange_their_barcodes(medusa):
	one, other = "4006381333931", "5901234123457"
	website_item("G-1", item_values={"barcodes": [barcode(one)]})
	website_item("G-2", item_values={"barcodes": [barcode(other)]})
	drain()
	for name, codes in (("G-1", []), ("G-2", [barcode(one)]), ("G-1", [barcode(other)])):
		doc = frappe.get_doc("Item", name)
		doc.barcodes = []
		doc.extend("barcodes", codes)
		doc.save()
	drain()
	assert outbox() == []
	assert [whole(medusa, code)["variant"]["ean"] for code in ("G-1", "G-2")] == [other, one]


@pytest.mark.v2("the unit is the same for both versions")
def test_the_barcode_and_the_weight_are_those_of_the_unit_in_the_shop(medusa):
	configure(medusa, unit_in_shop="Sales UOM")
	weighed(
		"G-1",
		5,
		"Gram",
		sales_uom=uom("Box"),
		uoms=[{"uom": "Box", "conversion_factor": 12}],
		barcodes=[barcode("4006381333931"), barcode("5901234123457", unit="Box")],
	)
	drain()
	variant = whole(medusa, "G-1")["variant"]
	assert (variant["weight"], variant["ean"]) == (60, "5901234123457")


def test_an_upgrade_sends_only_the_products_that_have_such_values(medusa):
	"""The hash of a product without them is the one of the version before."""
	factor("Kg", "Gram", 1000)
	plain, heavy = website_item("G-1"), weighed("G-2", 1, "Kg")
	drain()
	plain.reload()
	before = "|".join(field for field in (plain.medusa_hash, plain.medusa_filled))
	assert not any(key in before for key in ("weight", "ean", "brand_link"))
	made = calls(medusa, "product")
	frappe.call("medusa_integration.api.export_catalogue")
	drain()
	assert calls(medusa, "product") == made
	assert "weight" in heavy.reload().medusa_filled


# --- the field map


def mapped(*rows: tuple) -> list[dict]:
	keys = ("source", "field", "target", "metadata_key", "conversion")
	return [dict(zip(keys, row, strict=False)) for row in rows]


@pytest.mark.v2("v1's columns are the same keys")
def test_mapped_fields_reach_columns_and_metadata(medusa):
	rows = mapped(
		("Item", "default_manufacturer_part_no", "material"),
		("Item", "max_discount", "length"),
		("Website Item", "ranking", "metadata", "rank", "Number"),
		("Item", "has_batch_no", "metadata", "batched", "As it is"),
		("Website Item", "short_description", "metadata", "uses", "List"),
		("Item", "end_of_life", "metadata", "until", "Date"),
		("Website Item", "website_image_alt", "subtitle"),
	)
	configure(medusa, field_map=rows)
	values = {"default_manufacturer_part_no": "latex", "max_discount": 12.5, "end_of_life": "2099-12-31"}
	doc = website_item(
		"G-1", item_values=values, ranking=3, short_description="clinic, home", website_image_alt="Soft"
	)
	drain()
	row = whole(medusa, "G-1")
	assert (row["material"], row["variant"]["length"], row["subtitle"]) == ("latex", 12.5, "Soft")
	metadata = {key: row["metadata"][key] for key in ("rank", "batched", "uses", "until")}
	assert metadata == {"rank": 3, "batched": False, "uses": ["clinic", "home"], "until": "2099-12-31"}
	save("Website Item", doc.name, website_image_alt="Softer")
	save("Item", "G-1", max_discount=0)
	row = whole(medusa, "G-1")
	assert (row["subtitle"], row["length"], row["variant"]["length"]) == ("Softer", None, None)
	assert (outbox(), [each for each in found() if each[1] != "price"]) == ([], [])


@pytest.mark.parametrize(
	("rows", "words"),
	[
		([("Item", "no_such", "material")], "Item has no field no_such"),
		([("Item", "barcodes", "material")], "is a table or a password"),
		([("Item", "brand", "metadata", "")], "Fill in the Metadata Key"),
		([("Item", "brand", "metadata", "brand_name")], "The app itself writes the metadata key brand_name"),
		(
			[("Item", "brand", "material"), ("Item", "item_name", "material")],
			"material is the target of several",
		),
		([("Item", "details", "material")], "Item has no field details"),
	],
)
def test_a_wrong_row_of_the_field_map_is_refused(rows, words):
	doc = frappe.get_doc("Medusa Configuration")
	doc.set("field_map", mapped(*rows))
	with pytest.raises(frappe.ValidationError, match=words):
		doc.save()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "12 cm", "1,5", "--", "1e999999999"])
def test_a_value_that_is_no_number_is_told_and_not_sent(value):
	doc = frappe.get_doc("Medusa Configuration")
	doc.set("field_map", mapped(("Item", "default_manufacturer_part_no", "height")))
	doc.save()
	page = website_item("G-1", item_values={"default_manufacturer_part_no": value})
	assert "height" not in identifiers.of_variants(["G-1"])["G-1"]
	assert "can't be read as Number" in get_sync_status(page.name)["not_sent"]


def test_the_map_is_previewed_on_an_item():
	doc = frappe.get_doc("Medusa Configuration")
	doc.set(
		"field_map",
		mapped(("Item", "item_name", "metadata", "name"), ("Website Item", "web_item_name", "weight")),
	)
	doc.save()
	page = website_item("G-1")
	rows = frappe.call("medusa_integration.api.preview_field_map", website_item=page.name)
	assert [(row["target"], row["value"], row["problem"]) for row in rows] == [
		("metadata.name", "Item G-1", ""),
		("weight", None, "can't be read as Number"),
	]


# --- brands


def test_a_brand_becomes_a_tag_and_the_shops_tags_stay(medusa):
	for name in ("Acme", "Other"):
		frappe.get_doc({"doctype": "Brand", "brand": name}).insert()
	configure(medusa, brand_becomes="Tag")
	doc = website_item("G-1", item_values={"brand": "Acme"})
	website_item("G-2", item_values={"brand": "Acme"})
	drain()
	row = whole(medusa, "G-1")
	assert [tag["value"] for tag in row["tags"]] == ["Acme"]
	tags = [{"value": "Summer"}, *({"id": tag["id"], "value": tag["value"]} for tag in row["tags"])]
	if medusa.version == "v2":
		summer = medusa.admin("POST", "/admin/product-tags", {"value": "Summer"})["product_tag"]["id"]
		tags = [{"id": summer}, *({"id": tag["id"]} for tag in row["tags"])]
	medusa.admin("POST", f"/admin/products/{row['id']}", {"tags": tags})
	frappe.db.set_value("Item", "G-1", "brand", "Other")
	save("Website Item", doc.name)
	assert {tag["value"] for tag in whole(medusa, "G-1")["tags"]} == {"Summer", "Other"}
	assert [each for each in found() if each[1] != "price"] == []
	frappe.db.set_value("Item", "G-1", "brand", None)
	save("Website Item", doc.name)
	assert {tag["value"] for tag in whole(medusa, "G-1")["tags"]} == {"Summer"}


def test_a_brand_becomes_a_product_type_and_back(medusa):
	frappe.get_doc({"doctype": "Brand", "brand": "Acme"}).insert()
	if medusa.version == "v2":
		medusa.admin("POST", "/admin/product-types", {"value": "Acme"})
	doc = website_item("G-1", item_values={"brand": "Acme"})
	drain()
	assert whole(medusa, "G-1")["type"] is None
	configure(medusa, brand_becomes="Product type")
	save("Website Item", doc.name, ranking=2)
	assert whole(medusa, "G-1")["type"]["value"] == "Acme"
	configure(medusa, brand_becomes="Metadata only")
	save("Website Item", doc.name, ranking=3)
	(row,) = product_rows(medusa)
	assert (whole(medusa, "G-1")["type"], row["metadata"]["brand_name"]) == (None, "Acme")


# --- the page's handle and texts


@pytest.mark.v2("v1 finds products by their handles, so that they keep the app's")
def test_the_route_is_the_handle_and_follows_its_changes(medusa):
	configure(medusa, handle_from="Route")
	doc = website_item("G-1", route="gloves/latex_Glove.v2")
	drain()
	assert whole(medusa, "G-1")["handle"] == "latex-glove-v2"
	save("Website Item", doc.name, route="gloves/nitrile")
	assert whole(medusa, "G-1")["handle"] == "nitrile"
	second = website_item("G-2", route="masks/nitrile")
	drain()
	(row,) = outbox()
	assert (row.reference_name, row.status) == (second.name, "Pending")
	assert "handle" in row.error


@pytest.mark.v2("metadata is the same for both versions")
def test_the_pages_texts_for_search_engines_are_metadata(medusa):
	configure(medusa, send_seo=1)
	doc = website_item("G-1", route="gloves/latex")
	drain()
	meta = frappe.get_doc({"doctype": "Website Route Meta", "__newname": "gloves/latex", "meta_tags": []})
	meta.append("meta_tags", {"key": "title", "value": "Gloves for clinics"})
	meta.append("meta_tags", {"key": "description", "value": "Soft &amp; safe"})
	meta.insert()
	drain()
	metadata = next(row for row in product_rows(medusa) if row["external_id"] == doc.name)["metadata"]
	assert (metadata["meta_title"], metadata["meta_description"]) == ("Gloves for clinics", "Soft & safe")
