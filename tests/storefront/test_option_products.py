"""A product with options on the storefront: one card, the lowest price, and its variants to choose from."""

import frappe
import pytest

from medusa_integration import generation
from medusa_integration.storefront.cards import cards
from medusa_integration.window import clearance, top_sellers
from tests.support import factories
from tests.support.checks import queries
from tests.support.storefront import configure_storefront

PRICES = {"SHIRT-S": 8, "SHIRT-M": 10, "SHIRT-L": 12}


@pytest.fixture
def shirt(shop):
	"""A shirt in three sizes, in the shop, and one that Medusa doesn't have yet."""
	configure_storefront(variants_become="Options of one product")
	page = factories.template("SHIRT", {"Size": ["S", "M", "L", "XL"], "Colour": ["Blue", "Red"]})
	page.db_set("medusa_id", "prod_SHIRT")
	frappe.db.set_value("Item", "SHIRT", "medusa_id", "prod_SHIRT")
	for size, colour in (("S", "Blue"), ("M", "Blue"), ("L", "Red"), ("XL", "Red")):
		code = f"SHIRT-{size}"
		factories.variant("SHIRT", code, {"Size": size, "Colour": colour})
		if size != "XL":
			frappe.db.set_value("Item", code, "medusa_variant_id", f"variant_{code}")
			factories.item_price(code, PRICES[code])
	factories.website_item("SHIRT-M", group="Gloves")
	frappe.db.commit()
	return shop


def get(shop, name, /, **arguments):
	response = shop.call(name, **arguments)
	assert response.status_code == 200, response.text
	return response.json["message"]


def page_of(shop, **filters):
	return get(shop, "get_website_items", url="gloves", **filters)


def test_one_card_stands_for_all_variants(shirt):
	found = page_of(shirt)
	(card,) = found["paginatedProducts"]
	assert (found["product_count"], card["id"], card["item_code"]) == (1, "prod_SHIRT", "SHIRT")
	assert (card["has_variants"], card["variant_id"]) == (True, None)
	assert (card["standard_price"], card["negotiated_price"], card["price_from"]) == (8, 8, True)


def test_variants_of_one_price_have_no_price_from(shirt):
	frappe.db.set_value("Item Price", {"item_code": ("like", "SHIRT-%")}, "price_list_rate", 9)
	frappe.db.commit()
	(card,) = page_of(shirt)["paginatedProducts"]
	assert (card["standard_price"], "price_from" in card) == (9, False)


def test_a_variant_without_a_price_is_no_lowest_price(shirt):
	frappe.delete_doc("Item Price", frappe.db.get_value("Item Price", {"item_code": "SHIRT-S"}))
	frappe.db.commit()
	(card,) = page_of(shirt)["paginatedProducts"]
	assert card["standard_price"] == 10


def test_the_variants_are_told_with_their_options(shirt):
	found = get(shirt, "get_website_variants", medusa_id="prod_SHIRT")["related_items"]
	assert {card["variant_id"]: card["options"] for card in found} == {
		"variant_SHIRT-S": {"Size": "S", "Colour": "Blue"},
		"variant_SHIRT-M": {"Size": "M", "Colour": "Blue"},
		"variant_SHIRT-L": {"Size": "L", "Colour": "Red"},
	}
	assert {card["item_code"]: card["standard_price"] for card in found} == PRICES
	assert [card["item_code"] for card in found] == ["SHIRT-S", "SHIRT-M", "SHIRT-L"]
	assert {card["id"] for card in found} == {"prod_SHIRT"}
	assert not any(card["in_stock"] for card in found)
	assert {card["colour"] for card in found} == {"Blue", "Red"}
	assert not any(card["has_variants"] for card in found)


def test_whether_it_has_variants(shirt):
	assert get(shirt, "get_product_has_variants", medusa_id="prod_SHIRT")["has_variants"] is True
	specs = get(shirt, "get_distinct_specs", medusa_ids=["prod_SHIRT"])
	assert specs["has_variants_map"] == {"prod_SHIRT": True}
	assert specs["distinct_colours"] == ["Blue", "Red"]


def test_the_colours_of_the_variants_are_filters(shirt):
	assert page_of(shirt)["distinct_colours"] == ["Blue", "Red"]
	assert page_of(shirt, colour="Red")["product_count"] == 1
	assert page_of(shirt, colour="Green")["product_count"] == 0
	frappe.get_doc("Item", "SHIRT-L").update({"disabled": 1}).save(ignore_permissions=True)
	frappe.get_doc("Item", "SHIRT-XL").update({"disabled": 1}).save(ignore_permissions=True)
	frappe.db.commit()
	assert page_of(shirt)["distinct_colours"] == ["Blue"]


def test_prices_of_the_product_and_of_its_variants(shirt):
	both = [
		{"medusa_product_id": "prod_SHIRT", "medusa_variant_id": f"variant_SHIRT-{size}"} for size in "SML"
	]
	found = get(shirt, "get_medusa_prices", items=both)
	assert {id: price["item_code"] for id, price in found.items()} == {
		f"variant_{code}": code for code in PRICES
	}
	found = get(shirt, "get_medusa_prices", items=[{"medusa_product_id": "prod_SHIRT"}])
	assert found == {"prod_SHIRT": {"item_code": "SHIRT", "standard_price": 8, "negotiated_price": 8}}
	assert get(shirt, "get_shown_prices", medusa_ids=["prod_SHIRT"]) == {
		"prod_SHIRT": {"standard_price": 8, "negotiated_price": 8, "price_from": True}
	}
	assert get(shirt, "get_website_image", medusa_id="prod_SHIRT")["price"] == 8


def test_prices_on_request_are_no_lowest_price(shirt):
	frappe.db.set_single_value("Medusa Configuration", "price_visibility_threshold", 9)
	frappe.db.commit()
	(card,) = page_of(shirt)["paginatedProducts"]
	assert (card["standard_price"], "price_from" in card) == (8, False)


def test_a_page_of_products_with_options_takes_the_same_number_of_queries(shirt):
	def count() -> int:
		generation.moved()
		names = frappe.get_all("Website Item", {"medusa_id": ("is", "set")}, pluck="name")
		return len(queries(lambda: cards(names)))

	one = count()
	for number in range(3):
		page = factories.template(f"CAP-{number}", {"Size": ["S", "M"]})
		page.db_set("medusa_id", f"prod_CAP-{number}")
		for size in "SM":
			code = f"CAP-{number}-{size}"
			factories.variant(f"CAP-{number}", code, {"Size": size})
			frappe.db.set_value("Item", code, "medusa_variant_id", f"variant_{code}")
	assert count() == one


def test_as_products_of_their_own_variants_have_cards_of_their_own(shirt):
	configure_storefront(variants_become="Products of their own")
	frappe.db.set_value("Website Item", {"item_code": "SHIRT-M"}, "medusa_id", "prod_SHIRT-M")
	frappe.db.commit()
	cards = {card["item_code"]: card for card in page_of(shirt)["paginatedProducts"]}
	assert set(cards) == {"SHIRT", "SHIRT-M"}
	assert not cards["SHIRT"]["has_variants"]


def test_sales_of_variants_count_for_their_product(shirt):
	for code, quantity in (("SHIRT-S", 2), ("SHIRT-L", 3)):
		order = factories.sales_order((code, quantity, 10))
		factories.invoice(order)
	frappe.db.set_single_value("Medusa Configuration", "dental_group", "Gloves")
	top_sellers.refresh()
	rows = frappe.get_all(
		"Product Collection Item", {"parentfield": "dental_items"}, ["item_code", "sales_count"]
	)
	assert [(row.item_code, row.sales_count) for row in rows] == [("SHIRT", 5)]
	factories.website_item("O-1", group="Others")
	frappe.db.set_value("Website Item", {"item_code": "O-1"}, "medusa_id", "prod_O-1")
	frappe.db.commit()
	found = get(shirt, "fetch_relevant_items", product_id="prod_O-1", item_group="Gloves")
	assert [card["item_code"] for card in found] == ["SHIRT"]


def test_a_variants_batch_that_expires_puts_its_product_on_clearance(shirt):
	frappe.db.set_value("Item", "SHIRT-L", "has_batch_no", 1)
	frappe.db.commit()
	batch = frappe.get_doc(
		doctype="Batch",
		batch_id="B-1",
		item="SHIRT-L",
		batch_qty=5,
		expiry_date=frappe.utils.add_days(frappe.utils.today(), 9),
	)
	batch.insert(ignore_permissions=True)
	batch.db_set("batch_qty", 5)
	clearance.fetch_clearance_items()
	assert frappe.get_all("Expiring Items Table", pluck="website_item") == [
		frappe.db.get_value("Website Item", {"item_code": "SHIRT"})
	]


def test_a_quotation_of_a_variant_has_its_item_and_its_products_warehouse(shirt):
	factories.customer("Clinic")
	warehouse = factories.warehouse("Shop")
	frappe.db.set_value("Website Item", {"item_code": "SHIRT"}, "website_warehouse", warehouse)
	frappe.db.commit()
	ids = {"customer_id": "cus_Clinic", "draft_order_id": "draft_1", "quotation_id": "quote_1"}
	items = [{"variant_id": "variant_SHIRT-L", "quantity": 2}]
	name = get(shirt, "create_quotation", items=items, **ids)["quotationId"]
	quotation = frappe.get_doc("Quotation", name)
	assert [(row.item_code, row.qty, row.rate) for row in quotation.items] == [("SHIRT-L", 2, 12)]
