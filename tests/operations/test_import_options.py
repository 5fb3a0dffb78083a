"""Import products: a product with sizes and colours becomes an Item template, its variants and a Website Item, and is linked."""

import frappe
import pytest

from medusa_integration.operations import imported_template, linking, product_import
from medusa_integration.products import shop_items
from medusa_integration.users import as_user
from tests.support.checks import external_ids
from tests.support.factories import (
	configure,
	drain,
	item,
	item_attribute,
	item_group,
	outbox,
	prices,
	template,
	variant,
)
from tests.support.shop import everything_of, make_product, product_rows
from tests.support.users import signed_in

MADE = ("Item", "Website Item", "Item Price", "Item Attribute", "Item Attribute Value", "File")
PICTURES = ["https://cdn.example.com/front.jpg", "https://cdn.example.com/blue.jpg"]


@pytest.fixture
def shop(medusa):
	configure(medusa, enable=0, variants_become="Options of one product")
	item_group("Gloves")
	frappe.db.commit()
	return medusa


def in_shop(medusa, options: dict[str, list[str]], *variants: tuple, title: str = "Shirt", **values) -> dict:
	"""A product by hand; each variant is (sku, values of the options, more fields)."""
	rows = [_variant(medusa, options, *each) for each in variants]
	of_shop = (
		[{"title": each} for each in options]
		if medusa.version == "v1"
		else [{"title": each, "values": texts} for each, texts in options.items()]
	)
	values = {"title": title, "status": "published", **values}
	return make_product(medusa, options=of_shop, variants=rows, **values)


def _variant(medusa, options, sku: str, values: list[str], price: float | None = 5, **more) -> dict:
	is_v1 = medusa.version == "v1"
	told = [{"value": each} for each in values] if is_v1 else dict(zip(options, values, strict=False))
	amount = price and price * (1000 if is_v1 else 1)
	prices = [{"currency_code": "omr", "amount": amount}] if price else []
	return {"title": " / ".join(values), "sku": sku, "options": told, "prices": prices, **more}


def shirts(medusa, prefix: str = "SHIRT", **values) -> dict:
	"""A product with two sizes in two colours."""
	options = {"Size": ["S", "M"], "Colour": ["Red", "Blue"]}
	rows = [(f"{prefix}-{a}-{b}", [a, b]) for a in options["Size"] for b in options["Colour"]]
	return in_shop(medusa, options, *rows, **values)


def chosen(**values):
	return product_import.import_settings(**{"item_group": "Gloves", "stock_uom": "Nos", **values})


def run(ids=None, **values) -> dict:
	report = product_import.import_products(chosen(**values), ids)
	frappe.db.commit()
	return report


def problem(**values) -> str:
	"""The reason why the only product can't be imported. Nothing of it is made."""
	before = everything()
	report = product_import.preview(chosen(**values))
	(row,) = report["rows"]
	assert (report["ready"], report["blocked"]) == (0, 1), row["notes"]
	report = run([row["id"]])
	assert (report["imported"], report["problems"][0]["reason"]) == (0, row["problem"])
	assert everything() == before
	return row["problem"]


def notes(**values) -> str:
	report = product_import.preview(chosen(**values))
	(row,) = report["rows"]
	assert not row["problem"]
	return " ".join(row["notes"])


def everything() -> list:
	frappe.db.commit()
	return [frappe.get_all(doctype, ["name", "modified"], order_by="name") for doctype in MADE]


def options_of(code: str) -> dict[str, str]:
	rows = frappe.get_all(
		"Item Variant Attribute", {"parent": code}, ["attribute", "attribute_value"], order_by="idx"
	)
	return {row.attribute: row.attribute_value for row in rows}


def values_of(attribute: str) -> list[str]:
	rows = frappe.get_doc("Item Attribute", attribute).item_attribute_values
	short = [row.abbr.lower() for row in rows]
	assert len(set(short)) == len(short)
	return [row.attribute_value for row in rows]


def test_a_product_with_options_becomes_a_template_and_is_linked(shop):
	product = shirts(shop, handle="summer-shirt", description="Soft & cool", origin_country="OM", weight=120)
	untouched = everything_of(shop)
	assert run() == {"imported": 1, "refused": 0, "problems": []}
	doc = frappe.get_doc("Item", "summer-shirt")
	assert (doc.item_name, doc.has_variants, doc.variant_based_on) == ("Shirt", 1, "Item Attribute")
	assert sorted(row.attribute for row in doc.attributes) == ["Colour", "Size"]
	codes = frappe.get_all("Item", {"variant_of": doc.name}, pluck="name", order_by="name")
	assert codes == ["SHIRT-M-Blue", "SHIRT-M-Red", "SHIRT-S-Blue", "SHIRT-S-Red"]
	assert options_of("SHIRT-M-Blue") == {"Size": "M", "Colour": "Blue"}
	blue = frappe.get_doc("Item", "SHIRT-M-Blue")
	assert (blue.stock_uom, blue.is_stock_item, blue.country_of_origin) == ("Nos", 1, "Oman")
	assert blue.item_name.startswith("Shirt - ") and {"M", "Blue"} <= set(blue.item_name.split())
	rates = frappe.get_all("Item Price", {"item_code": ("in", codes)}, pluck="price_list_rate")
	assert rates == [5, 5, 5, 5]
	page = frappe.get_doc("Website Item", {"item_code": doc.name})
	assert (page.web_item_name, page.published, page.has_variants) == ("Shirt", 1, 1)
	assert frappe.db.count("Website Item", {"item_code": ("in", codes)}) == 0
	for each in (doc, page):
		assert (each.medusa_id, each.medusa_variant_id) == (product["id"], None)
	told = {each["sku"]: each["id"] for each in product["variants"]}
	assert {code: frappe.db.get_value("Item", code, "medusa_variant_id") for code in codes} == told
	assert page.medusa_status == "In Shop" and page.medusa_hash == "linked"
	assert everything_of(shop) == untouched
	assert outbox() == []
	if shop.version == "v2":
		assert external_ids(shop) == {page.name: 1}
	assert run() == {"imported": 0, "refused": 0, "problems": []}
	assert linking.link()["linked"] == 0


def test_the_preview_says_what_is_made_and_writes_nothing(shop):
	item_attribute("Colour", ["Red"])
	product = shirts(shop)
	frappe.db.commit()
	before, untouched = everything(), everything_of(shop)
	report = product_import.preview(chosen())
	assert (report["products"], report["ready"], report["blocked"]) == (1, 1, 0)
	(row,) = report["rows"]
	assert (row["id"], row["item_code"], row["price"]) == (product["id"], product["handle"], "5")
	told = " ".join(row["notes"])
	assert "a template with 4 variants" in told and "SHIRT-S-Red" in told
	assert "The Item Attribute Size is made, with the values S, M" in told
	assert "The Item Attribute Colour gets the values Blue" in told
	assert everything() == before and everything_of(shop) == untouched


def test_prices_that_differ_are_shown_as_a_range(shop):
	in_shop(shop, {"Size": ["S", "M"]}, ("A-S", ["S"], 5), ("A-M", ["M"], 7.5))
	report = product_import.preview(chosen())
	assert report["rows"][0]["price"] == "5 – 7.5"
	run()
	rates = dict(frappe.get_all("Item Price", fields=["item_code", "price_list_rate"], as_list=True))
	assert (rates["A-S"], rates["A-M"]) == (5, 7.5)


def test_a_variant_without_price_is_said(shop):
	in_shop(shop, {"Size": ["S", "M"]}, ("A-S", ["S"], 5), ("A-M", ["M"], None))
	assert "These variants have no base price in OMR: A-M" in notes()
	run()
	assert frappe.get_all("Item Price", {"item_code": ("like", "A-%")}, pluck="item_code") == ["A-S"]


def test_an_attribute_with_other_values_is_extended(shop):
	template("OLD", {"Size": ["S", "XL"]})
	variant("OLD", "OLD-S", {"Size": "S"})
	in_shop(shop, {"size ": ["s", "L", "M"]}, ("A-S", ["s"]), ("A-L", ["L"]), ("A-M", ["M"]))
	told = notes()
	assert "The Item Attribute Size gets the values" in told
	assert "Its option size becomes Size" in told and "these values of Size change as written here: S" in told
	run()
	assert values_of("Size")[:2] == ["S", "XL"] and sorted(values_of("Size")[2:]) == ["L", "M"]
	assert frappe.db.count("Item Attribute", {"name": ("like", "size%")}) == 1
	assert options_of("A-S") == {"Size": "S"}


def test_a_numeric_attribute(shop):
	frappe.get_doc(
		{
			"doctype": "Item Attribute",
			"attribute_name": "Length",
			"numeric_values": 1,
			"from_range": 10,
			"to_range": 20,
			"increment": 0.5,
		}
	).insert()
	shirts(shop, "FIRST", title="First")  # ERPNext remembers the numeric attributes of a job's first template
	in_shop(shop, {"Length": ["10", "12.5"]}, ("A-10", ["10"]), ("A-12", ["12.5"]), title="Second")
	assert run()["imported"] == 2
	assert options_of("A-12") == {"Length": "12.5"}
	assert frappe.db.get_value("Item Variant Attribute", {"parent": "A-12"}, "to_range") == 20
	assert values_of("Length") == []


def test_values_that_a_numeric_attribute_refuses(shop):
	numeric = {"numeric_values": 1, "from_range": 10, "to_range": 20, "increment": 0.5}
	frappe.get_doc({"doctype": "Item Attribute", "attribute_name": "Length", **numeric}).insert()
	values = ["10.2", "30", "long", "nan", "12.5"]
	in_shop(shop, {"Length": values}, *((f"A-{value}", [value]) for value in values))
	reason = problem()
	assert "from 10 to 20 in steps of 0.5" in reason
	assert all(value in reason for value in values[:4]) and "12.5" not in reason


def test_a_disabled_attribute_is_said(shop):
	item_attribute("Size", ["S", "M"]).db_set("disabled", 1)
	in_shop(shop, {"Size": ["S", "M"]}, ("A-S", ["S"]), ("A-M", ["M"]))
	assert "Item Attribute Size is disabled" in problem()


def test_values_in_any_writing(shop):
	values = ["كبير جدًا", "👕", "👖", "<b>wide</b>", "a & b"]
	in_shop(shop, {"المقاس": values}, *((f"A-{number}", [value]) for number, value in enumerate(values)))
	assert run()["problems"] == []
	assert set(values_of("المقاس")) == {"كبير جدًا", "👕", "👖", "‹b›wide‹/b›", "a & b"}
	assert options_of("A-0") == {"المقاس": "كبير جدًا"}


def test_texts_that_are_too_long_are_said(shop):
	in_shop(shop, {"Size": ["S" * 200, "M"]}, ("A-S", ["S" * 200]), ("A-M", ["M"]))
	assert "200 characters, and ERPNext takes 140" in problem()


def test_a_long_value_fits_and_abbreviations_differ(shop):
	values = ["Extra long sleeve, white", "Extra long sleeve, black", "Extra long sleeve" * 8]
	in_shop(shop, {"Size": values}, *((f"A-{number}", [value]) for number, value in enumerate(values)))
	assert run()["imported"] == 1
	assert sorted(values_of("Size")) == sorted(values)
	assert len(frappe.db.get_value("Item", "A-2", "item_name")) <= 140


def test_an_option_that_erpnext_has_no_name_for_is_said(shop):
	in_shop(shop, {"Item Attribute": ["S", "M"]}, ("A-S", ["S"]), ("A-M", ["M"]))
	assert "no Item Attribute with the name of its option Item Attribute" in problem()


def test_equal_combinations_are_said(shop):
	in_shop(shop, {"Size": ["S", "s"]}, ("A-1", ["S"]), ("A-2", ["s"]))
	reason = problem()
	assert "A-1" in reason and "A-2" in reason and "have the same options: S" in reason


@pytest.mark.v2("v1 wants all values")
def test_a_variant_without_a_value_is_said(shop):
	product = in_shop(shop, {"Size": ["S", "M"]}, ("A-S", ["S"]), ("A-M", ["M"]))
	(id,) = (each["id"] for each in product["variants"] if each["sku"] == "A-M")
	body = {"update": [{"id": id, "options": {}}]}
	shop.admin("POST", f"/admin/products/{product['id']}/variants/batch", body)
	assert "Its variant A-M has no Size" in problem()


def test_variants_without_sku_get_a_code(shop):
	item("gloves-L")
	in_shop(shop, {"Size": ["S", "L"]}, ("A-S", ["S"]), (None, ["L"]), handle="gloves")
	told = notes()
	assert "1 of its variants have no sku: they get gloves-L-2 when it is sent" in told
	run()
	assert options_of("gloves-L-2") == {"Size": "L"}


def test_a_template_code_that_is_taken(shop):
	item("shirt")
	in_shop(shop, {"Size": ["S", "L"]}, ("shirt-template", ["S"]), ("A-L", ["L"]), handle="shirt")
	run()
	assert frappe.db.get_value("Item", "A-L", "variant_of") == "shirt-2"


def test_skus_of_items_that_are_no_variants_are_said(shop):
	item("SHIRT-S-Red")
	shirts(shop)
	reason = problem()
	assert "SHIRT-S-Red" in reason and "not variants of one template" in reason


def test_skus_of_two_templates_are_said(shop):
	for code in ("ONE", "TWO"):
		template(code, {"Size": ["S", "M"]})
	variant("ONE", "SHIRT-S-Red", {"Size": "S"})
	variant("TWO", "SHIRT-M-Red", {"Size": "M"})
	shirts(shop)
	assert "not variants of one template: " in problem()


def test_a_template_with_a_website_item_is_to_be_linked(shop):
	template("ONE", {"Size": ["S", "M"]})
	variant("ONE", "SHIRT-S-Red", {"Size": "S"})
	shirts(shop)
	assert "The Item ONE has a Website Item: choose Link existing products" in problem()
	assert linking.link()["variants"] == 1


def test_a_template_without_website_item_gets_one(shop):
	page = template("ONE", {"Size": ["S", "M"]})
	for size in ("S", "M"):
		variant("ONE", f"SHIRT-{size}-Red", {"Size": size})
	frappe.delete_doc("Website Item", page.name)
	product = shirts(shop)
	told = notes()
	assert "The template and its variants" in told and "stay in the shop as they are" in told
	assert run()["imported"] == 1
	assert frappe.db.get_value("Website Item", {"item_code": "ONE"}, "medusa_id") == product["id"]
	linked = frappe.get_all(
		"Item", {"variant_of": "ONE", "medusa_variant_id": ("is", "set")}, pluck="name", order_by="name"
	)
	assert linked == ["SHIRT-M-Red", "SHIRT-S-Red"]
	assert not frappe.db.exists("Item", "SHIRT-S-Blue")
	assert frappe.db.count("Item Price", {"item_code": ("like", "SHIRT-%")}) == 2


def test_a_product_that_erpnext_refuses_leaves_nothing(shop, monkeypatch):
	shirts(shop, title="Refused")
	shirts(shop, "OTHER", title="Good")
	make = imported_template._make_variant

	def refuse(candidate, planned, chosen):
		if planned.code == "SHIRT-M-Blue":
			frappe.throw("Not this one")
		make(candidate, planned, chosen)

	monkeypatch.setattr(imported_template, "_make_variant", refuse)
	report = run()
	assert (report["imported"], report["refused"]) == (1, 1)
	assert report["problems"][0]["reason"] == "Not this one"
	assert frappe.get_all("Item", {"name": ("like", "SHIRT%")}) == []
	monkeypatch.undo()
	assert run()["imported"] == 1
	assert sorted(values_of("Size")) == ["M", "S"]


def test_a_user_who_may_make_no_attributes_is_told(shop):
	shirts(shop)
	signed_in("importer@example.com", "System Manager", "Stock User")
	with as_user("importer@example.com"):
		report = run()
	assert report["refused"] == 1 and report["problems"][0]["reason"]
	assert frappe.db.count("Item", {"variant_of": ("is", "set")}) == 0


def test_backorders_that_differ_are_said(shop):
	in_shop(
		shop,
		{"Size": ["S", "M"]},
		("A-S", ["S"]),
		("A-M", ["M"]),
	)
	product = in_shop(shop, {"Size": ["S", "M"]}, ("B-S", ["S"]), ("B-M", ["M"]), title="Second")
	_change(shop, product, "B-S", allow_backorder=True)
	rows = product_import.preview(chosen())["rows"]
	(told,) = [" ".join(row["notes"]) for row in rows if row["title"] == "Second"]
	assert "none may when it is sent" in told
	run()
	assert not frappe.db.exists("Website Item", {"on_backorder": 1})


def _change(medusa, product: dict, sku: str, **values) -> None:
	(id,) = (each["id"] for each in product["variants"] if each["sku"] == sku)
	medusa.admin("POST", f"/admin/products/{product['id']}/variants/{id}", values)


def test_pictures_come_as_links(shop):
	images = [{"url": url} for url in PICTURES] if shop.version == "v2" else PICTURES
	product = shirts(shop, thumbnail=PICTURES[0], images=images, handle="shirt")
	if shop.version == "v2":
		_change(shop, product, "SHIRT-S-Blue", thumbnail=PICTURES[1])
	run()
	page = frappe.get_doc("Website Item", {"item_code": "shirt"})
	assert (page.website_image, frappe.db.get_value("Item", "shirt", "image")) == (PICTURES[0], PICTURES[0])
	if shop.version == "v2":
		assert frappe.db.get_value("Item", "SHIRT-S-Blue", "image") == PICTURES[1]
	assert frappe.db.get_value("Item", "SHIRT-S-Red", "image") is None
	assert outbox() == []


def test_as_products_of_their_own_the_setting_is_named(shop):
	configure(shop, enable=0, variants_become="Products of their own")
	shirts(shop)
	reason = problem()
	assert "It has 4 variants" in reason and "Set Variants become to Options of one product" in reason


def test_the_next_sending_keeps_what_was_imported(shop):
	product = shirts(shop, description="Soft & cool", metadata={"shelf": "7"})
	run()
	configure(shop, variants_become="Options of one product")
	shop_items.queue_catalogue()
	drain()
	assert outbox() == []
	(row,) = product_rows(shop)
	for key in ("id", "title", "handle", "description", "status"):
		assert (key, row[key]) == (key, product[key])
	assert row["metadata"]["shelf"] == "7"
	told = {each["sku"]: each["id"] for each in product["variants"]}
	assert {each["sku"]: each["id"] for each in row["variants"]} == told
	assert {sku: [each[2] for each in rows] for sku, rows in prices(shop).items()} == {
		sku: [5] for sku in told
	}
