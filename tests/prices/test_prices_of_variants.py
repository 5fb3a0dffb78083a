"""Each variant of a template's product has its own prices in Medusa; the template's row sends them all."""

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration.api import get_sync_status
from medusa_integration.prices.prices_to_medusa import PRICE
from tests.support.doctor import found
from tests.support.factories import configure, drain, item_price, outbox, template, variant, website_item
from tests.support.shop import delete_price, make_product, prices

SIZES = ("S", "M", "L")


@pytest.fixture
def page(medusa):
	"""A template's Website Item, whose product is in the shop with a variant for each size."""
	configure(medusa, variants_become="Options of one product")
	doc = template("T-1", {"Size": list(SIZES)})
	for size in SIZES:
		variant("T-1", f"T-1-{size}", {"Size": size})
	put_in_shop(medusa, doc, [f"T-1-{size}" for size in SIZES])
	return doc


def put_in_shop(medusa, doc, codes):
	"""As if the products' room had sent it."""
	made = make_product(medusa, *codes, external_id=doc.name)
	ids = {row["sku"]: row["id"] for row in made["variants"]}
	values = {"medusa_id": made["id"], "medusa_synced_on": now_datetime(), "medusa_variant_id": None}
	frappe.db.set_value("Website Item", doc.name, values)
	frappe.db.set_value("Item", doc.item_code, "medusa_id", made["id"])
	for code in codes:
		frappe.db.set_value("Item", code, "medusa_variant_id", ids[code])
	frappe.db.delete("Medusa Outbox")
	frappe.db.commit()


def of_each(medusa) -> dict[str, float]:
	return {sku: rows[0][2] for sku, rows in prices(medusa).items()}


def kept(code: str) -> str | None:
	return frappe.db.get_value("Item", code, "medusa_prices")


def test_each_variant_has_its_price(medusa, page):
	rows = [item_price(f"T-1-{size}", 5 + n) for n, size in enumerate(SIZES)]
	assert [(row.kind, row.reference_name) for row in outbox()] == [("Price", page.name)]
	drain()
	assert outbox() == []
	assert of_each(medusa) == {"T-1-S": 5, "T-1-M": 6, "T-1-L": 7}
	for row in rows:
		row.reload()
		assert row.medusa_id and row.medusa_price_id
		assert row.medusa_id in kept(row.item_code)
	assert not frappe.db.get_value("Website Item", page.name, "medusa_prices")
	rows[0].price_list_rate = 9
	rows[0].save()
	drain()
	rows[1].reload()
	rows[1].delete()
	drain()
	assert of_each(medusa) == {"T-1-S": 9, "T-1-L": 7}


def test_a_price_of_the_template_holds_for_its_variants(medusa, page):
	frappe.db.set_value("Item", "T-1", "has_variants", 0)
	frappe.clear_document_cache("Item", "T-1")
	item_price("T-1", 3)  # from before it became a template
	frappe.db.set_value("Item", "T-1", "has_variants", 1)
	frappe.clear_document_cache("Item", "T-1")
	item_price("T-1-M", 4)
	drain()
	assert of_each(medusa) == {"T-1-S": 3, "T-1-M": 4, "T-1-L": 3}


def test_a_variant_without_a_price_is_named(medusa, page):
	item_price("T-1-S", 5)
	drain()
	page.reload()
	assert page.medusa_status == "No Price"
	words = get_sync_status(page.name)["no_price"]
	assert "T-1-M" in words and "T-1-L" in words and "T-1-S" not in words
	for size in ("M", "L"):
		item_price(f"T-1-{size}", 5)
	drain()
	page.reload()
	assert (page.medusa_status, get_sync_status(page.name)["no_price"]) == ("In Shop", "")


def test_a_problem_of_one_variant_keeps_no_other_back(medusa, page):
	item_price("T-1-S", 5)
	item_price("T-1-M", 6)
	frappe.db.set_value("Item", "T-1-M", "medusa_variant_id", "variant_gone")
	drain()
	assert of_each(medusa) == {"T-1-S": 5}
	(row,) = outbox()
	assert (row.status, row.reference_name) == ("Parked", page.name)
	assert "T-1-M" in row.error and "T-1-S" not in row.error


def test_a_variant_that_came_back_gets_its_prices_again(medusa, page):
	"""Medusa deleted the former variant's prices with it."""
	for size in SIZES:
		item_price(f"T-1-{size}", 5)
	drain()
	medusa.admin("DELETE", f"/admin/products/{frappe.db.get_value('Website Item', page.name, 'medusa_id')}")
	put_in_shop(medusa, page, [f"T-1-{size}" for size in SIZES])
	from medusa_integration.delivery.box import outbox as box

	box.add(PRICE, page.name)
	drain()
	assert of_each(medusa) == dict.fromkeys(("T-1-S", "T-1-M", "T-1-L"), 5)


def test_a_variants_own_page_queues_its_template(medusa, page):
	own = website_item("T-1-S")
	frappe.db.delete("Medusa Outbox")
	item_price("T-1-S", 5)
	assert [row.reference_name for row in outbox()] == [page.name]
	from medusa_integration.delivery.box import outbox as box

	frappe.db.delete("Medusa Outbox")
	box.add(PRICE, own.name)
	drain()
	assert of_each(medusa) == {"T-1-S": 5}
	assert outbox() == []


def test_the_doctor_compares_variants(medusa, page):
	for size in SIZES:
		item_price(f"T-1-{size}", 5)
	drain()
	assert [each for each in found() if "price" in each[1]] == []
	delete_price(medusa, "T-1-M")
	assert [each for each in found() if "price" in each[1]] == [("missing", "T-1-M: price OMR", page.name)]
