"""A template becomes one product with options, its variants Medusa's variants."""

import frappe

from medusa_integration.products import shop_ids
from tests.support.factories import drain, outbox, variant
from tests.support.options import add_own_variant, shirts, shop_product


def test_a_template_becomes_a_product_with_options(medusa):
	page = shirts()
	drain()
	assert outbox() == []
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "M", "L"], "Colour": ["Red", "Blue"]}
	assert [each["sku"] for each in product["variants"]] == ["SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE"]
	first = product["variants"][0]
	assert (first["title"], first["values"]) == ("S / Red", {"Size": "S", "Colour": "Red"})
	assert first["metadata"]["item_code"] == "SHIRT-S-RED"
	page.reload()
	assert (page.medusa_id, page.medusa_variant_id) == (product["id"], None)
	assert frappe.db.get_value("Item", "SHIRT-S-RED", ["medusa_id", "medusa_variant_id"]) == (
		None,
		first["id"],
	)


def _variants(medusa, page) -> dict[str, dict]:
	return {each["sku"]: each for each in shop_product(medusa, page.name)["variants"]}


def _save_item(code: str, **values):
	doc = frappe.get_doc("Item", code)
	doc.update(values)
	doc.save()
	frappe.db.commit()
	return doc


def _drain(page) -> None:
	drain()
	assert outbox() == []


def test_a_variant_that_is_added_and_one_that_is_disabled(medusa):
	page = shirts()
	_drain(page)
	before = _variants(medusa, page)
	variant("SHIRT", "SHIRT-XL-BLUE", {"Size": "XL", "Colour": "Blue"})
	frappe.db.commit()
	_drain(page)
	product = shop_product(medusa, page.name)
	assert product["options"]["Size"] == ["S", "M", "L", "XL"]
	assert [each["sku"] for each in product["variants"]][-1] == "SHIRT-XL-BLUE"
	_save_item("SHIRT-M-RED", disabled=1)
	_drain(page)
	product = shop_product(medusa, page.name)
	assert product["options"] == {"Size": ["S", "L", "XL"], "Colour": ["Red", "Blue"]}
	after = {each["sku"]: each["id"] for each in product["variants"]}
	assert after["SHIRT-S-RED"] == before["SHIRT-S-RED"]["id"]
	assert "SHIRT-M-RED" not in after
	row = frappe.db.get_value("Item", "SHIRT-M-RED", ["medusa_variant_id", "medusa_former_ids"])
	assert row == (None, before["SHIRT-M-RED"]["id"])
	assert (
		shop_ids.by_variant([before["SHIRT-M-RED"]["id"]])[before["SHIRT-M-RED"]["id"]].item_code
		== "SHIRT-M-RED"
	)
	_save_item("SHIRT-M-RED", disabled=0)
	_drain(page)
	assert "SHIRT-M-RED" in _variants(medusa, page)


def test_a_deleted_variant_goes_and_the_shops_own_stay(medusa):
	page = shirts()
	_drain(page)
	product = shop_product(medusa, page.name)
	add_own_variant(medusa, product, "OWN-1", {"Size": "L", "Colour": "Red"})
	frappe.delete_doc("Item", "SHIRT-M-RED")
	frappe.db.commit()
	_drain(page)
	assert {*_variants(medusa, page)} == {"SHIRT-S-RED", "SHIRT-L-BLUE", "OWN-1"}


def test_a_renamed_variant_keeps_its_id(medusa):
	page = shirts()
	_drain(page)
	before = _variants(medusa, page)
	frappe.rename_doc("Item", "SHIRT-S-RED", "SHIRT-SMALL", force=True)
	frappe.db.commit()
	_drain(page)
	after = _variants(medusa, page)
	assert after["SHIRT-SMALL"]["id"] == before["SHIRT-S-RED"]["id"]
	assert after["SHIRT-SMALL"]["metadata"]["item_code"] == "SHIRT-SMALL"


def test_variants_that_exchange_codes_and_values(medusa):
	page = shirts()
	_drain(page)
	before = _variants(medusa, page)
	for old, new in (("SHIRT-S-RED", "X"), ("SHIRT-M-RED", "SHIRT-S-RED"), ("X", "SHIRT-M-RED")):
		frappe.rename_doc("Item", old, new, force=True)
	frappe.db.commit()
	_drain(page)
	after = _variants(medusa, page)
	assert after["SHIRT-M-RED"]["id"] == before["SHIRT-S-RED"]["id"]
	assert after["SHIRT-S-RED"]["id"] == before["SHIRT-M-RED"]["id"]
	assert after["SHIRT-M-RED"]["values"]["Size"] == "S"
	for code, size in (("SHIRT-M-RED", "M"), ("SHIRT-S-RED", "S")):
		frappe.db.set_value(
			"Item Variant Attribute", {"parent": code, "attribute": "Size"}, "attribute_value", size
		)
	_save_item("SHIRT-S-RED", description="changed", country_of_origin="Germany")
	_drain(page)
	last = _variants(medusa, page)
	assert {sku: each["id"] for sku, each in last.items()} == {sku: each["id"] for sku, each in after.items()}
	assert last["SHIRT-M-RED"]["values"]["Size"] == "M"


def test_a_save_of_a_variant_is_one_call(medusa):
	page = shirts()
	_drain(page)
	frappe.db.delete("Medusa Request Log")
	_save_item("SHIRT-S-RED", country_of_origin="Germany")
	_drain(page)
	assert _variants(medusa, page)["SHIRT-S-RED"]["origin_country"] == "DE"
	calls = [log for log in frappe.get_all("Medusa Request Log", pluck="url") if "/auth/" not in log]
	if medusa.version == "v2":
		assert len(calls) == 1
