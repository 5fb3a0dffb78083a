"""Options and their values follow ERPNext's Item Attributes."""

import frappe
import pytest

from tests.support.factories import drain, item_attribute, outbox, template, variant, website_item
from tests.support.options import add_own_variant, become, shirts, shop_product


def _drain() -> None:
	drain()
	assert outbox() == []


def _ids(product: dict) -> dict[str, str]:
	return {each["sku"]: each["id"] for each in product["variants"]}


def _set_values(attribute: str, *values: str) -> None:
	doc = frappe.get_doc("Item Attribute", attribute)
	doc.item_attribute_values = []
	for value in values:
		doc.append("item_attribute_values", {"attribute_value": value, "abbr": value[:20]})
	doc.save()
	frappe.db.commit()


def _give(code: str, **values: str) -> None:
	doc = frappe.get_doc("Item", code)
	for row in doc.attributes:
		row.attribute_value = values.get(row.attribute, row.attribute_value)
	for name in values.keys() - {row.attribute for row in doc.attributes}:
		doc.append("attributes", {"attribute": name, "attribute_value": values[name]})
	doc.save()
	frappe.db.commit()


def test_values_in_another_order(medusa):
	page = shirts()
	_drain()
	_set_values("Size", "XL", "L", "M", "S")
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"]["Size"] == ["L", "M", "S"]
	assert [each["sku"] for each in product["variants"]] == ["SHIRT-L-BLUE", "SHIRT-M-RED", "SHIRT-S-RED"]


def test_a_renamed_value_keeps_variants(medusa):
	page = shirts()
	_drain()
	before = _ids(shop_product(medusa, page.name))
	_set_values("Size", "Small", "S", "M", "L", "XL")
	_give("SHIRT-S-RED", Size="Small")
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"]["Size"] == ["Small", "M", "L"]
	assert _ids(product) == before
	assert product["variants"][0]["title"] == "Small / Red"


def test_a_renamed_attribute_keeps_variants(medusa):
	page = shirts()
	_drain()
	before = _ids(shop_product(medusa, page.name))
	frappe.rename_doc("Item Attribute", "Size", "Width", force=True)
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Width": ["S", "M", "L"], "Colour": ["Red", "Blue"]}
	assert _ids(product) == before
	frappe.rename_doc("Item Attribute", "Width", "Size", force=True)
	frappe.db.commit()


def test_numeric_attributes_in_numeric_order(medusa):
	become()
	frappe.get_doc(
		{
			"doctype": "Item Attribute",
			"attribute_name": "Length",
			"numeric_values": 1,
			"from_range": 0,
			"to_range": 100,
			"increment": 0.5,
		}
	).insert()
	page = template("ROD", {"Length": []})
	for number in ("10", "2", "9.5"):
		variant("ROD", f"ROD-{number}", {"Length": number})
	frappe.db.commit()
	_drain()
	assert shop_product(medusa, page.name)["options"] == {"Length": ["2", "9.5", "10"]}


def test_a_second_attribute(medusa):
	become()
	page = template("SHIRT", {"Size": ["S", "M", "L", "XL"]})
	for size in ("S", "M"):
		variant("SHIRT", f"SHIRT-{size}", {"Size": size})
	frappe.db.commit()
	_drain()
	before = _ids(shop_product(medusa, page.name))
	item_attribute("Colour", ["Red", "Blue"])
	doc = frappe.get_doc("Item", "SHIRT")
	doc.append("attributes", {"attribute": "Colour"})
	doc.save()
	_give("SHIRT-S", Colour="Red")
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "M"], "Colour": ["Red", "–"]}
	assert _ids(product) == before
	_give("SHIRT-M", Colour="Blue")
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "M"], "Colour": ["Red", "Blue"]}
	assert _ids(product) == before


def test_an_attribute_that_goes(medusa):
	page = shirts()
	_drain()
	before = _ids(shop_product(medusa, page.name))
	for code in ("SHIRT", "SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE"):
		frappe.db.delete("Item Variant Attribute", {"parent": code, "attribute": "Colour"})
	frappe.get_doc("Website Item", page.name).db_set("ranking", 3)
	_save(page.name)
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "M", "L"]}
	assert _ids(product) == before


def _save(page: str, **values) -> None:
	doc = frappe.get_doc("Website Item", page)
	doc.update({"short_description": frappe.generate_hash(), **values})
	doc.save()
	frappe.db.commit()


def test_strange_values(medusa):
	"""In Arabic, with emoji, long, and differing in case."""
	become()
	values = ["أحمر", "🌶️ hot", "x" * 140, "red", "Red "]
	page = template("ODD", {"Shade": []})
	item_attribute("Shade", values)
	for number, value in enumerate(values):
		variant("ODD", f"ODD-{number}", {"Shade": value})
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Shade": values}
	assert [each["sku"] for each in product["variants"]] == [f"ODD-{number}" for number in range(5)]


def test_a_value_of_200_signs(medusa):
	page = shirts()
	long = "ä" * 200
	_write_value("SHIRT-S-RED", "Size", long)
	_drain()
	product = shop_product(medusa, page.name)
	assert long in product["options"]["Size"]


def _write_value(code: str, attribute: str, value: str) -> None:
	frappe.db.set_value(
		"Item Variant Attribute", {"parent": code, "attribute": attribute}, "attribute_value", value
	)
	frappe.db.commit()


def test_two_variants_with_equal_attributes(medusa):
	page = shirts()
	_drain()
	_write_value("SHIRT-L-BLUE", "Size", "S")
	_write_value("SHIRT-L-BLUE", "Colour", "Red")
	_save(page.name)
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "SHIRT-L-BLUE" in row.error and "SHIRT-S-RED" in row.error
	assert len(_ids(shop_product(medusa, page.name))) == 2  # the older one of the two stays
	_give("SHIRT-L-BLUE", Size="L")
	_drain()
	assert {*_ids(shop_product(medusa, page.name))} == {"SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE"}


def test_a_template_without_variants(medusa):
	page = shirts({})
	_drain()
	page.reload()
	assert not page.medusa_id
	assert page.medusa_status == "Not in Shop"
	variant("SHIRT", "SHIRT-S-RED", {"Size": "S", "Colour": "Red"})
	frappe.db.commit()
	_drain()
	before = _ids(shop_product(medusa, page.name))
	doc = frappe.get_doc("Item", "SHIRT-S-RED")
	doc.disabled = 1
	doc.save()
	frappe.db.commit()
	_drain()
	assert shop_product(medusa, page.name)["status"] == "draft"
	page.reload()
	assert page.medusa_status == "Draft"
	doc.reload()
	doc.disabled = 0
	doc.save()
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert (product["status"], _ids(product)) == ("published", before)


def test_an_item_that_becomes_a_template_and_back(medusa):
	become()
	page = website_item("SHIRT")
	_drain()
	page.reload()
	product_id, variant_id = page.medusa_id, page.medusa_variant_id
	item_attribute("Size", ["S", "M", "L", "XL"])
	doc = frappe.get_doc("Item", "SHIRT")
	doc.update({"has_variants": 1, "variant_based_on": "Item Attribute", "attributes": []})
	doc.append("attributes", {"attribute": "Size"})
	doc.save()
	for size in ("S", "M"):
		variant("SHIRT", f"SHIRT-{size}", {"Size": size})
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert product["id"] == product_id
	assert product["options"] == {"Size": ["S", "M"]}
	assert _ids(product)["SHIRT-S"] == variant_id
	for size in ("S", "M"):
		frappe.delete_doc("Item", f"SHIRT-{size}")
	doc.reload()
	doc.update({"has_variants": 0, "attributes": []})
	doc.save()
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert product["id"] == product_id
	assert product["options"] == {"Default": ["Default"]}
	assert _ids(product) == {"SHIRT": variant_id}
	page.reload()
	assert page.medusa_variant_id == variant_id


def test_the_shops_own_variant_with_the_same_options(medusa):
	page = shirts()
	_drain()
	add_own_variant(medusa, shop_product(medusa, page.name), "OWN-1", {"Size": "L", "Colour": "Red"})
	variant("SHIRT", "SHIRT-L-RED", {"Size": "L", "Colour": "Red"})
	frappe.db.commit()
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "OWN-1" in row.error and "SHIRT-L-RED" in row.error


@pytest.mark.slow
def test_a_hundred_variants(medusa):
	become()
	sizes, colours = [f"S{n}" for n in range(10)], [f"C{n}" for n in range(10)]
	page = template("MANY", {"Size": sizes, "Colour": colours})
	for size in sizes:
		for colour in colours:
			variant("MANY", f"MANY-{size}-{colour}", {"Size": size, "Colour": colour})
	frappe.db.commit()
	_drain()
	product = shop_product(medusa, page.name)
	assert len(product["variants"]) == 100
	assert product["options"] == {"Size": sizes, "Colour": colours}
