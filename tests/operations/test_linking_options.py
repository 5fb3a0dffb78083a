"""A shop whose products have sizes and colours: they are linked to ERPNext's templates, variant by variant."""

import frappe
import pytest

from medusa_integration.operations import linking
from tests.support.checks import external_ids
from tests.support.factories import configure, outbox, template, variant, website_item
from tests.support.shop import everything_of, make_product

SIZES = ("S", "M", "L")


@pytest.fixture
def before(medusa):
	"""The integration before it is switched on, with variants as options of one product."""
	configure(medusa, enable=0, variants_become="Options of one product")
	return medusa


def shirt(code: str = "SHIRT", sizes=SIZES, **values):
	"""A template with its variants; its Website Item."""
	page = template(code, {"Size": list(sizes)}, **values)
	for size in sizes:
		variant(code, f"{code}-{size}", {"Size": size})
	return page


def made_by_hand(medusa, *skus: str, title: str = "Shirt", **values) -> dict:
	return make_product(medusa, *skus, title=title, price=5, status="published", **values)


def ids(product: dict) -> dict[str, str]:
	return {each["sku"]: each["id"] for each in product["variants"]}


def linked(page) -> tuple:
	"""The ids of a template's Website Item, and of its variants' Items by item code."""
	frappe.db.rollback()
	of_page = frappe.db.get_value("Website Item", page.name, ["medusa_id", "medusa_variant_id"])
	of_item = frappe.db.get_value("Item", page.item_code, ["medusa_id", "medusa_variant_id"])
	assert of_page == of_item
	rows = frappe.get_all(
		"Item", {"variant_of": page.item_code}, ["name", "medusa_id", "medusa_variant_id"], order_by="name"
	)
	assert not any(row.medusa_id for row in rows)
	return of_page, {row.name: row.medusa_variant_id for row in rows}


def test_a_product_with_sizes_is_linked_to_its_template(before):
	page = shirt()
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L", title="Some shirt")
	untouched = everything_of(before)
	preview = linking.preview()
	assert (preview["matches"], preview["variants"], preview["variants_left"]) == (1, 3, 0)
	assert (preview["conflicts"], preview["items_left"], preview["products_left"]) == (0, 0, 0)
	(match,) = preview["examples"]["matches"]
	assert (match["website_item"], match["product"]) == (page.name, "Some shirt")
	assert linked(page) == ((None, None), dict.fromkeys(("SHIRT-L", "SHIRT-M", "SHIRT-S")))
	report = linking.link()
	assert (report["linked"], report["variants"], report["conflicts"], report["items_left"]) == (1, 3, 0, 0)
	assert linked(page) == ((product["id"], None), ids(product))
	assert everything_of(before) == untouched
	assert outbox() == []
	if before.version == "v2":
		assert external_ids(before) == {page.name: 1}
	assert linking.link() == {
		"linked": 0,
		"variants": 0,
		"conflicts": 0,
		"items_left": 0,
		"examples": {"conflicts": []},
	}
