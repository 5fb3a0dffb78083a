"""Variants that are reserved, merged, moved or already in the shop, and what is repaired."""

import frappe
import pytest

from medusa_integration.operations import links, lost_products, variants_switch
from medusa_integration.products import product_events, variant_words
from tests.support.doctor import examined, found
from tests.support.factories import drain, outbox, template, variant, website_item
from tests.support.options import shirts, shop_product
from tests.support.shop import make_product, product_rows


def _drain() -> None:
	for _turn in range(4):
		frappe.db.set_value("Medusa Outbox", {"status": "Pending"}, "due", "2020-01-01")
		frappe.db.commit()
		drain()
	assert outbox() == []


def _ids(medusa, page) -> dict[str, str]:
	return {each["sku"]: each["id"] for each in shop_product(medusa, page.name)["variants"]}


def _save_item(code: str, **values) -> None:
	doc = frappe.get_doc("Item", code)
	doc.update(values)
	doc.save()
	frappe.db.commit()


def reserve(medusa, sku: str, quantity: int = 1) -> str:
	"""Reserve some of an SKU, as an open order does. Returns the reservation's id."""
	params = {"sku[]": [sku], "fields": "id"}
	(item,) = medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	place = medusa.shop["stock_location_id"]
	path = f"/admin/inventory-items/{item['id']}/location-levels"
	levels = medusa.admin("GET", path)["inventory_levels"]
	if not levels:
		medusa.admin("POST", path, {"location_id": place, "stocked_quantity": 9})
	body = {"inventory_item_id": item["id"], "location_id": place, "quantity": quantity}
	return medusa.admin("POST", "/admin/reservations", body)["reservation"]["id"]


def level(medusa, sku: str) -> tuple[int, int]:
	params = {
		"sku[]": [sku],
		"fields": "id,location_levels.stocked_quantity,location_levels.reserved_quantity",
	}
	(item,) = medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	(row,) = item["location_levels"]
	return row["stocked_quantity"], row["reserved_quantity"]


@pytest.mark.v2("v1 deletes variants that an order reserves")
def test_a_reserved_variant_is_unsellable_and_deleted_later(medusa):
	page = shirts()
	_drain()
	reservation = reserve(medusa, "SHIRT-M-RED", 2)
	frappe.delete_doc("Item", "SHIRT-M-RED")
	variant("SHIRT", "SHIRT-XL-RED", {"Size": "XL", "Colour": "Red"})
	frappe.db.commit()
	drain()
	product = shop_product(medusa, page.name)
	left = next(each for each in product["variants"] if each["sku"] == "SHIRT-M-RED")
	assert (left["values"], left["allow_backorder"], level(medusa, "SHIRT-M-RED")) == ({}, False, (2, 2))
	assert product["options"]["Size"] == ["S", "L", "XL"]
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert (row.status, row.attempts) == ("Pending", 0)
	assert "reserves" in row.error
	medusa.admin("DELETE", f"/admin/reservations/{reservation}")
	_drain()
	assert {*_ids(medusa, page)} == {"SHIRT-S-RED", "SHIRT-L-BLUE", "SHIRT-XL-RED"}


def test_a_merged_variant_goes(medusa):
	page = shirts()
	_drain()
	before = _ids(medusa, page)
	frappe.rename_doc("Item", "SHIRT-M-RED", "SHIRT-S-RED", merge=True, force=True)
	frappe.db.commit()
	_drain()
	assert _ids(medusa, page) == {sku: before[sku] for sku in ("SHIRT-S-RED", "SHIRT-L-BLUE")}


def test_a_variant_that_another_template_gets(medusa):
	page = shirts()
	other = template("PULLOVER", {"Size": ["S", "M", "L"]})
	variant("PULLOVER", "PULLOVER-L", {"Size": "L"})
	frappe.db.commit()
	_drain()
	former = _ids(medusa, page)["SHIRT-M-RED"]
	frappe.db.delete("Item Variant Attribute", {"parent": "SHIRT-M-RED", "attribute": "Colour"})
	frappe.db.set_value("Item", "SHIRT-M-RED", "variant_of", "PULLOVER")
	for name in (page.name, other.name):
		frappe.get_doc("Website Item", name).update({"short_description": "x"}).save()
	frappe.db.commit()
	_drain()
	assert {*_ids(medusa, page)} == {"SHIRT-S-RED", "SHIRT-L-BLUE"}
	assert {*_ids(medusa, other)} == {"SHIRT-M-RED", "PULLOVER-L"}
	row = frappe.db.get_value("Item", "SHIRT-M-RED", ["medusa_variant_id", "medusa_former_ids"])
	assert row == (_ids(medusa, other)["SHIRT-M-RED"], former)


def test_a_variant_past_its_end_of_life(medusa):
	page = shirts()
	_drain()
	frappe.db.set_value("Item", "SHIRT-M-RED", "end_of_life", "2020-01-01")
	product_events.queue_ended_items()
	_drain()
	assert {*_ids(medusa, page)} == {"SHIRT-S-RED", "SHIRT-L-BLUE"}
	assert product_events.queue_ended_items() == 0


def test_a_variants_own_page_decides(medusa):
	page = shirts()
	_drain()
	own = website_item("SHIRT-M-RED", variant_of="SHIRT", on_backorder=1)
	_save_item("SHIRT-M-RED", image="https://example.com/m.png")
	_drain()
	product = shop_product(medusa, page.name)
	first = next(each for each in product["variants"] if each["sku"] == "SHIRT-M-RED")
	assert first["allow_backorder"] is True
	assert first["metadata"]["image"] == "https://example.com/m.png"
	assert "https://example.com/m.png" in [each["url"] for each in product["images"]]
	assert len(product_rows(medusa)) == 1
	own.reload()
	assert (own.medusa_id, own.medusa_variant_id) == (None, first["id"])
	assert own.medusa_status == frappe.db.get_value("Website Item", page.name, "medusa_status")
	own.published = 0
	own.save()
	frappe.db.commit()
	_drain()
	assert {*_ids(medusa, page)} == {"SHIRT-S-RED", "SHIRT-L-BLUE"}
	own.reload()
	assert (own.medusa_variant_id, own.medusa_status) == (None, "Not in Shop")
	frappe.delete_doc("Website Item", own.name)
	frappe.db.commit()
	_drain()
	assert len(_ids(medusa, page)) == 3


def test_a_template_whose_variants_are_in_the_shop_already(medusa):
	make_product(medusa, "SHIRT-S-RED", title="Shirt by hand")
	shirts()
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "Link existing products" in row.error and "SHIRT-S-RED" in row.error


def test_variants_that_were_deleted_in_medusa_are_made_again(medusa):
	page = shirts()
	_drain()
	before = _ids(medusa, page)
	product = shop_product(medusa, page.name)
	medusa.admin("DELETE", f"/admin/products/{product['id']}/variants/{before['SHIRT-M-RED']}")
	assert lost_products.queue_lost_products() == 1
	_drain()
	after = _ids(medusa, page)
	assert {*after} == {*before}
	assert frappe.db.get_value("Item", "SHIRT-M-RED", "medusa_variant_id") == after["SHIRT-M-RED"]
	assert lost_products.queue_lost_products() == 0


def test_a_changed_variant_of_a_deleted_product(medusa):
	page = shirts()
	_drain()
	medusa.admin("DELETE", f"/admin/products/{shop_product(medusa, page.name)['id']}")
	_save_item("SHIRT-M-RED", country_of_origin="Germany")
	_drain()
	assert len(_ids(medusa, page)) == 3


def test_reset_links_finds_the_variants_again(medusa):
	page = shirts()
	_drain()
	before = _ids(medusa, page)
	links.clear_all_website_item_id()
	assert not frappe.get_all("Item", {"medusa_variant_id": ("is", "set")})
	frappe.get_doc("Website Item", page.name).update({"short_description": "x"}).save()
	frappe.db.commit()
	_drain()
	assert _ids(medusa, page) == before
	assert len(product_rows(medusa)) == 1


def test_a_deleted_template(medusa):
	page = shirts()
	_drain()
	frappe.delete_doc("Website Item", page.name)
	frappe.db.commit()
	_drain()
	assert product_rows(medusa) == []
	assert not frappe.get_all("Item", {"medusa_variant_id": ("is", "set")})


def test_the_doctor_sees_variants(medusa):
	page = shirts()
	_drain()
	assert found() == []
	product = shop_product(medusa, page.name)
	ids = _ids(medusa, page)
	path = f"/admin/products/{product['id']}/variants"
	medusa.admin("POST", f"{path}/{ids['SHIRT-S-RED']}", {"title": "Changed"})
	medusa.admin("DELETE", f"{path}/{ids['SHIRT-M-RED']}")
	seen = {(each[0], each[1]) for each in found()}
	assert {("different", "variant title"), ("missing", "variant")} <= seen
	examined().queue_repairs()
	_drain()
	assert found() == []
	assert {*_ids(medusa, page)} == {*ids}


def test_what_the_forms_say(medusa):
	page = shirts()
	_drain()
	own = website_item("SHIRT-M-RED", variant_of="SHIRT")
	frappe.db.commit()
	_drain()
	own.reload()
	assert variant_words.status_line(own) == f"Sold as a variant of {page.web_item_name} ({page.name})."
	page.reload()
	assert own.medusa_status == page.medusa_status == "No Price"
	page.published = 0
	page.save()
	frappe.db.commit()
	assert "Publish that" in variant_words.status_line(own)
	report = variants_switch.preview("Products of their own")
	assert (report["changes"], report["templates"]) == (True, 0)
	page.published = 1
	page.save()
	frappe.db.commit()
	report = variants_switch.preview("Products of their own")
	assert (report["templates"], report["variants"], report["left_out"], report["made"]) == (1, 3, 2, 1)
	assert report["examples"]["left_out"] == ["SHIRT-L-BLUE", "SHIRT-S-RED"]
	assert variants_switch.preview("Options of one product")["changes"] is False
