"""The price of one stock unit is ERPNext's own answer, in Medusa, on the storefront's cards and in quotations alike; an item
without one says so."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.api import get_sync_status
from medusa_integration.products import item_status
from medusa_integration.quotations.item_rates import Price, prices_of, prices_of_lines
from medusa_integration.storefront.cards import cards
from tests.site import run_jobs
from tests.support.factories import drain, item, item_price, outbox, website_item
from tests.support.shop import prices, store_price

STANDARD = "Standard Selling"


@pytest.fixture
def doc(medusa):
	"""An item that may be sold in a Box of 1,000."""
	units = [{"uom": "Nos", "conversion_factor": 1}, {"uom": "Box", "conversion_factor": 1000}]
	return website_item("G-1", item_values={"uoms": units})


def asked(medusa, doc) -> tuple:
	"""The price in the shop, on the card and in a quotation of one."""
	drain()
	doc.reload()
	(card,) = cards([doc.name])
	standard, negotiated = prices_of([doc.item_code], STANDARD)[doc.item_code]
	return (
		store_price(medusa, doc.medusa_id),
		card["standard_price"],
		card["negotiated_price"],
		standard,
		negotiated,
	)


def status(doc) -> tuple[str, str]:
	"""The status in the list, and the words on the form."""
	doc.reload()
	return doc.medusa_status, get_sync_status(doc.name)["no_price"]


def test_a_packing_unit_holds_for_its_multiples_alone(medusa, doc):
	item_price("G-1", 5, valid_from=add_days(today(), -9))
	later = item_price("G-1", 4, valid_from=add_days(today(), -1), packing_unit=10)
	assert asked(medusa, doc) == (5,) * 5
	quantities = [("G-1", quantity) for quantity in (1, 10, 15, 20, 0.5)]
	assert [price.standard for price in prices_of_lines(quantities, STANDARD).values()] == [5, 4, 5, 4, 5]
	later.packing_unit = 1
	later.save()
	assert asked(medusa, doc) == (4,) * 5


def test_only_a_price_of_ten_is_no_price_of_one(medusa, doc):
	price = item_price("G-1", 4, packing_unit=10)
	assert asked(medusa, doc) == (None, 0, 0, 0, 0)
	shown, words = status(doc)
	assert shown == "No Price"
	assert price.name in words and "multiples of 10" in words


def test_a_price_per_box_is_told(medusa, doc):
	price = item_price("G-1", 900, uom="Box")
	assert asked(medusa, doc) == (None, 0, 0, 0, 0)
	shown, words = status(doc)
	assert shown == "No Price"
	assert price.name in words and "per Box" in words and "per Nos" in words
	item_price("G-1", 1)
	assert asked(medusa, doc) == (1,) * 5
	assert status(doc) == ("In Shop", "")


def test_a_suppliers_price_is_not_the_shops(medusa, doc):
	"""In a price list for both buying and selling."""
	frappe.db.set_value("Price List", STANDARD, "buying", 1)
	try:
		supplier = frappe.get_doc({"doctype": "Supplier", "supplier_name": "Prices Ltd"}).insert()
		item_price("G-1", 5, valid_from=add_days(today(), -9))
		item_price("G-1", 2, supplier=supplier.name)
		assert asked(medusa, doc) == (5,) * 5
	finally:
		frappe.db.set_value("Price List", STANDARD, "buying", 0)
		frappe.db.set_value("Item Price", {"price_list": STANDARD}, "buying", 0)
		frappe.db.commit()


def test_a_variant_without_a_price_has_its_templates(medusa):
	doc = website_item("T-1-S")
	item("T-1")
	old = item_price("T-1", 7)  # from before the item became a template
	frappe.db.set_value("Item", "T-1", "has_variants", 1)
	frappe.db.set_value("Item", "T-1-S", "variant_of", "T-1")
	frappe.clear_document_cache("Item", "T-1")
	assert asked(medusa, doc) == (7,) * 5
	own = item_price("T-1-S", 6)
	assert asked(medusa, doc) == (6,) * 5
	own.delete()
	assert asked(medusa, doc) == (7,) * 5
	old.delete()
	assert asked(medusa, doc) == (None, 0, 0, 0, 0)


@pytest.mark.parametrize(("rate", "words"), [(0, "is 0"), (0.0004, "smallest unit of OMR")])
def test_what_is_free_or_rounds_to_nothing_is_told(medusa, doc, rate, words):
	price = item_price("G-1", 1)
	assert asked(medusa, doc) == (1,) * 5
	price.reload()
	price.db_set("price_list_rate", rate)  # ERPNext stores more decimals where the precision is higher
	price.run_method("validate")
	from medusa_integration.delivery.box import outbox as box
	from medusa_integration.prices.prices_to_medusa import PRICE

	box.add(PRICE, doc.name)
	assert asked(medusa, doc) == (None, 0, 0, 0, 0)
	shown, told = status(doc)
	assert shown == "No Price"
	assert price.name in told and words in told
	assert outbox() == []


def test_a_later_free_price_ends_the_one_before(medusa, doc):
	item_price("G-1", 5, valid_from=add_days(today(), -9))
	item_price("G-1", 0, valid_from=today())
	assert asked(medusa, doc) == (None, 0, 0, 0, 0)


def test_prices_of_customers_and_batches_are_not_the_shops(medusa, doc):
	from tests.support.factories import customer

	item_price("G-1", 5, valid_from=add_days(today(), -9))
	buyer = customer("Clinic Prices").name
	item_price("G-1", 3, valid_from=today(), customer=buyer)
	assert asked(medusa, doc) == (5,) * 5
	assert prices_of(["G-1"], STANDARD, buyer)["G-1"] == Price(5, 3)


def test_a_customers_price_with_a_packing_unit(medusa, doc):
	from tests.support.factories import customer

	item_price("G-1", 5)
	buyer = customer("Clinic Prices").name
	item_price("G-1", 3, packing_unit=6, customer=buyer)
	found = prices_of_lines([("G-1", 1), ("G-1", 12)], STANDARD, buyer)
	assert found == {("G-1", 1): Price(5, 5), ("G-1", 12): Price(5, 3)}


def test_without_any_price(medusa, doc):
	drain()
	shown, words = status(doc)
	assert shown == "No Price"
	assert f"no Item Price in {STANDARD}" in words


def test_a_price_that_ended_or_begins_later_is_told(medusa, doc):
	price = item_price("G-1", 5, valid_from=add_days(today(), -9))
	drain()
	assert status(doc) == ("In Shop", "")
	frappe.db.set_value("Item Price", price.name, "valid_upto", add_days(today(), -1))
	item_status.refresh_daily()
	shown, words = status(doc)
	assert (shown, "ended on" in words) == ("No Price", True)
	frappe.db.set_value("Item Price", price.name, {"valid_from": add_days(today(), 3), "valid_upto": None})
	assert "next one is from" in status(doc)[1]


def test_a_disabled_price_list_is_told(medusa, doc):
	item_price("G-1", 5)
	drain()
	price_list = frappe.get_doc("Price List", STANDARD)
	price_list.enabled = 0
	price_list.save()
	frappe.db.commit()
	run_jobs()
	try:
		assert prices(medusa) == {}
		assert STANDARD in status(doc)[1]
	finally:
		frappe.db.set_value("Price List", STANDARD, "enabled", 1)
		frappe.db.commit()
