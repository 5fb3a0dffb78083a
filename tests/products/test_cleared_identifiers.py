"""Identifiers of a template's variants that are cleared in ERPNext: ours go, the shop's own stay, and a blank erases nothing
that ERPNext hasn't written."""

import frappe
import pytest

from tests.products.test_identifiers import barcode, factor
from tests.support.doctor import found
from tests.support.factories import all_owned_by, configure, drain, outbox, variant
from tests.support.options import shirts, shop_product

EAN, OTHER = "4006381333931", "5901234123457"
KEYS = ("ean", "hs_code", "weight")
BLANK = {"barcodes": [], "customs_tariff_number": None, "weight_per_unit": 0, "weight_uom": None}


def tariff(number: str) -> str:
	if not frappe.db.exists("Customs Tariff Number", number):
		frappe.get_doc({"doctype": "Customs Tariff Number", "tariff_number": number}).insert()
	return number


def save(code: str, **values) -> None:
	doc = frappe.get_doc("Item", code)
	doc.update(values)
	doc.save()
	drain()
	assert outbox() == []


def variant_of(medusa, page, sku: str = "SHIRT-S-RED") -> dict:
	return next(each for each in shop_product(medusa, page.name)["variants"] if each["sku"] == sku)


def values(medusa, page, sku: str = "SHIRT-S-RED") -> list:
	row = variant_of(medusa, page, sku)
	return [row[key] for key in KEYS]


def write_in_shop(medusa, page, **values) -> None:
	product = shop_product(medusa, page.name)
	row = variant_of(medusa, page)
	medusa.admin("POST", f"/admin/products/{product['id']}/variants/{row['id']}", values)


@pytest.fixture
def page(medusa):
	factor("Kg", "Gram", 1000)
	return shirts()


def fill(**values) -> None:
	ours = {
		"barcodes": [barcode(EAN)],
		"customs_tariff_number": tariff("4015.19"),
		"weight_per_unit": 0.25,
		"weight_uom": "Kg",
	}
	save("SHIRT-S-RED", **{**ours, **values})


def test_replaced_values_go_and_cleared_ones_too(medusa, page):
	fill()
	assert values(medusa, page) == [EAN, "4015.19", 250]
	fill(barcodes=[barcode(OTHER)], customs_tariff_number=tariff("6109.10"), weight_per_unit=0.5)
	assert values(medusa, page) == [OTHER, "6109.10", 500]
	save("SHIRT-S-RED", **BLANK)
	assert values(medusa, page) == [None, None, None]
	assert values(medusa, page, "SHIRT-M-RED") == [None, None, None]
	assert [each for each in found() if each[1] != "price"] == []


def test_one_value_cleared_leaves_the_others(medusa, page):
	fill()
	save("SHIRT-S-RED", barcodes=[])
	assert values(medusa, page) == [None, "4015.19", 250]


def test_a_blank_of_erpnext_erases_nothing_of_the_shops(medusa, page):
	drain()
	write_in_shop(medusa, page, ean=OTHER, hs_code="9999.99", weight=70)
	save("SHIRT-S-RED", country_of_origin="Bahrain")
	assert values(medusa, page) == [OTHER, "9999.99", 70]
	fill(barcodes=[])
	assert values(medusa, page) == [OTHER, "4015.19", 250]
	save("SHIRT-S-RED", **BLANK)
	assert values(medusa, page) == [OTHER, None, None]


def test_a_value_that_the_shop_changed_since_stays_when_ours_is_cleared(medusa, page):
	fill()
	write_in_shop(medusa, page, ean=OTHER, weight=70)
	save("SHIRT-S-RED", **BLANK)
	assert values(medusa, page) == [OTHER, None, 70]


def test_erpnext_alone_erases_by_choice(medusa, page):
	configure(medusa, field_owners=all_owned_by("ERPNext"), variants_become="Options of one product")
	drain()
	write_in_shop(medusa, page, ean=OTHER, hs_code="9999.99", weight=70)
	save("SHIRT-S-RED", country_of_origin="Bahrain")
	assert values(medusa, page) == [None, None, None]


def test_the_templates_value_takes_the_place_of_a_cleared_one(medusa, page):
	save("SHIRT", weight_per_unit=1, weight_uom="Kg", customs_tariff_number=tariff("6109.10"))
	fill()
	assert values(medusa, page) == [EAN, "4015.19", 250]
	save("SHIRT-S-RED", **BLANK)
	assert values(medusa, page) == [None, "6109.10", 1000]
	save("SHIRT", weight_per_unit=0, weight_uom=None, customs_tariff_number=None)
	assert values(medusa, page) == [None, None, None]


def test_a_value_that_changes_together_with_the_variants_reaches_the_shop(medusa, page):
	"""The product is looked up then; what the template itself has blank keeps no variant's value back."""
	fill()
	frappe.get_doc("Item", "SHIRT-S-RED").update(
		{"barcodes": [barcode(OTHER)], "weight_per_unit": 0.5}
	).save()
	variant("SHIRT", "SHIRT-XL-BLUE", {"Size": "XL", "Colour": "Blue"})
	drain()
	assert outbox() == []
	assert values(medusa, page) == [OTHER, "4015.19", 500]


def test_a_country_that_erpnext_lacks_stays(medusa, page):
	save("SHIRT-S-RED", country_of_origin=None)
	save("SHIRT", country_of_origin=None)
	write_in_shop(medusa, page, origin_country="IT")
	fill()
	assert variant_of(medusa, page)["origin_country"] == "IT"


def test_fields_of_the_shop_arent_written_to_variants(medusa, page):
	configure(
		medusa,
		field_owners=[{"field": "Weight", "owned_by": "Shop"}],
		variants_become="Options of one product",
	)
	drain()
	write_in_shop(medusa, page, weight=70)
	fill()
	assert values(medusa, page) == [EAN, "4015.19", 70]
