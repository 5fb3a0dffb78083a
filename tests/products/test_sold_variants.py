"""Which Items a product of the shop sells."""

import frappe
import pytest

from medusa_integration import sold_variants
from medusa_integration.patches import keep_variants_as_products
from tests.support import factories


@pytest.fixture
def shirt():
	page = factories.template("SHIRT", {"Size": ["S", "M", "L"]})
	for size in ("S", "M", "L"):
		factories.variant("SHIRT", f"SHIRT-{size}", {"Size": size})
	return page


def _become(value: str) -> None:
	frappe.db.set_single_value("Medusa Configuration", "variants_become", value)


def test_a_templates_product_sells_its_variants(shirt):
	_become("Options of one product")
	assert sold_variants.variants_of([shirt.name]) == {shirt.name: ["SHIRT-L", "SHIRT-M", "SHIRT-S"]}
	assert sold_variants.products_of(["SHIRT-L", "SHIRT"]) == {"SHIRT-L": shirt.name, "SHIRT": shirt.name}


def test_variants_that_cannot_be_sold_are_left_out(shirt):
	_become("Options of one product")
	frappe.db.set_value("Item", "SHIRT-L", "disabled", 1)
	frappe.db.set_value("Item", "SHIRT-M", "end_of_life", "2020-01-01")
	own = factories.website_item("SHIRT-S")
	frappe.db.set_value("Website Item", own.name, "published", 0)
	assert sold_variants.variants_of([shirt.name]) == {shirt.name: []}
	assert sold_variants.products_of(["SHIRT-S"]) == {"SHIRT-S": shirt.name}


def test_variants_are_products_of_their_own_where_the_site_says_so(shirt):
	_become("Products of their own")
	own = factories.website_item("SHIRT-S")
	assert sold_variants.variants_of([shirt.name]) == {}
	assert sold_variants.products_of(["SHIRT-S", "SHIRT-M"]) == {"SHIRT-S": own.name}


@pytest.mark.parametrize(
	("id", "kept"), [("prod_1", "Products of their own"), (None, "Options of one product")]
)
def test_an_upgrade_keeps_what_a_site_has_sent(shirt, id, kept):
	_become("Options of one product")
	shirt.db_set("medusa_id", id)
	keep_variants_as_products.execute()
	assert frappe.db.get_single_value("Medusa Configuration", "variants_become") == kept
