"""The product cards of the storefront's lists."""

import frappe
import pytest

from medusa_integration.customers.shop_customers import Party
from medusa_integration.patches import move_price_threshold
from medusa_integration.sold_variants import variants_in_shop
from medusa_integration.storefront.cards import cards
from tests.support import factories, landing
from tests.support.checks import queries
from tests.support.shopwindow import product

CARD = {
	"id", "variant_id", "item_code", "title", "item_name", "collection_title", "thumbnail", "rating",
	"is_wishlisted", "has_variants", "colour", "shape", "shade", "standard_price", "negotiated_price",
}  # fmt: skip


def clinic(**values) -> Party:
	return Party("Customer", factories.customer("Clinic Cards", **values).name)


def one(doc, customer: Party | None = None) -> dict:
	(card,) = cards([doc.name], customer)
	return card


def test_a_card_has_what_is_documented():
	doc = product("C-1", 12.5, specifications={"Colour": "<p>Sky &amp; <b>blue</b></p>", "Shade": "A2"})
	doc.db_set("custom_overall_rating", 4.5)
	card = one(doc)
	assert set(card) == CARD
	assert card == {
		"id": "prod_C-1",
		"variant_id": "variant_C-1",
		"item_code": "C-1",
		"title": "Product C-1",
		"item_name": "Product C-1",
		"collection_title": "Gloves",
		"thumbnail": None,
		"rating": 4.5,
		"is_wishlisted": False,
		"has_variants": False,
		"colour": "Sky & blue",
		"shape": None,
		"shade": "A2",
		"standard_price": 12.5,
		"negotiated_price": 12.5,
	}


def test_the_order_is_the_callers_and_what_is_not_shown_is_left_out():
	docs = [product(f"C-{n}") for n in range(5)]
	docs[1].db_set("published", 0)
	docs[3].db_set("medusa_id", None)
	names = [doc.name for doc in docs]
	assert [card["item_code"] for card in cards([*reversed(names), "Nothing", names[0]])] == [
		"C-4",
		"C-2",
		"C-0",
	]
	assert cards([]) == []


def test_the_thumbnail_is_an_absolute_address():
	doc = product("C-1")
	doc.db_set("website_image", "/files/a glove.jpg")
	assert one(doc)["thumbnail"] == frappe.utils.get_url("/files/a%20glove.jpg")
	doc.db_set("website_image", "/private/files/secret.jpg")
	assert one(doc)["thumbnail"] is None


def test_a_customer_has_its_own_prices():
	doc, customer = product("C-1", 12.5), clinic()
	factories.item_price("C-1", 11, customer=customer.name)
	assert (one(doc, customer)["standard_price"], one(doc, customer)["negotiated_price"]) == (12.5, 11)
	assert one(doc)["negotiated_price"] == 12.5


def test_the_customers_price_list_sets_the_standard_price():
	frappe.get_doc(
		{"doctype": "Price List", "price_list_name": "In Dollars", "currency": "USD", "selling": 1}
	).insert()
	doc, customer = product("C-1", 12.5), clinic(default_price_list="In Dollars")
	factories.item_price("C-1", 30, price_list="In Dollars", currency="USD")
	assert one(doc, customer)["standard_price"] == one(doc, customer)["negotiated_price"] == 30
	frappe.db.set_value("Price List", "In Dollars", "enabled", 0)
	assert one(doc, customer)["standard_price"] == 12.5


def shown_below(threshold: float) -> None:
	"""Set the configuration's *Prices Shown Below*, in the company's currency: OMR."""
	config = frappe.get_doc("Medusa Configuration")
	config.price_visibility_threshold = threshold
	config.save()


@pytest.mark.parametrize(("rate", "shown"), [(49.99, 49.99), (50, 0), (51, 0)])
def test_from_the_threshold_on_a_price_is_on_request(rate, shown):
	shown_below(50)
	doc, customer = product("C-1", rate), clinic()
	factories.item_price("C-1", 20, customer=customer.name)
	assert one(doc)["standard_price"] == one(doc)["negotiated_price"] == shown
	assert one(doc, customer)["negotiated_price"] == (20 if shown else 0)


def test_without_a_threshold_all_prices_are_shown():
	doc = product("C-1", 123456)
	assert one(doc)["standard_price"] == one(doc)["negotiated_price"] == 123456


def test_the_landing_pages_threshold_holds_where_the_configuration_has_none():
	doc = product("C-1", 30)
	with landing.kept():
		page = frappe.get_doc("Homepage Landing", "Active Homepage Landing")
		page.price_visibility_threshold = 30
		page.save()
		assert one(doc)["standard_price"] == 0
		shown_below(31)
		assert one(doc)["standard_price"] == 30


def test_the_patch_takes_over_the_landing_pages_threshold():
	doc = product("C-1", 30)
	with landing.kept():
		page = "Homepage Landing", "Active Homepage Landing"
		frappe.db.set_value(*page, "price_visibility_threshold", 30)
		move_price_threshold.execute()
		assert frappe.db.get_single_value("Medusa Configuration", "price_visibility_threshold") == 30
		assert one(doc)["standard_price"] == 0
		shown_below(0)  # the configuration alone decides from now on
		assert one(doc)["standard_price"] == 30
		move_price_threshold.execute()
		assert one(doc)["standard_price"] == 30


@pytest.mark.parametrize(("rate", "shown"), [(0.385, (129, 0)), (None, (0, 0))])
def test_the_threshold_is_in_the_companys_currency(rate, shown):
	"""50 OMR are 129.87 USD. Without a rate no price is known to be below."""
	doc = {"doctype": "Price List", "price_list_name": "In Dollars", "selling": 1, "currency": "USD"}
	frappe.get_doc(doc).insert()
	shown_below(50)
	if rate:
		pair = {"from_currency": "USD", "to_currency": "OMR", "exchange_rate": rate, "for_selling": 1}
		frappe.get_doc({"doctype": "Currency Exchange", "date": "2026-01-01", **pair}).insert()
	customer = clinic(default_price_list="In Dollars")
	docs = [product("C-1", 10), product("C-2", 10)]
	for doc, price in zip(docs, (129, 130), strict=True):
		factories.item_price(doc.item_code, price, price_list="In Dollars")
	assert tuple(one(doc, customer)["standard_price"] for doc in docs) == shown
	assert [one(doc)["standard_price"] for doc in docs] == [10, 10]


def test_a_wish_is_its_customers_alone():
	doc, customer = product("C-1"), clinic()
	doc.append("custom_medusa_wishlist", {"medusa_customer_id": "cus_Clinic Cards"}).db_insert()
	other = Party("Lead", factories.lead("Aisha").name)
	assert [one(doc, who)["is_wishlisted"] for who in (customer, other, None)] == [True, False, False]


def test_another_item_of_which_it_is_the_parent_is_a_variant():
	parent, child = product("C-1"), product("C-2")
	child.db_set("custom_parent_website_item", parent.name)
	assert [one(doc)["has_variants"] for doc in (parent, child)] == [True, False]
	child.db_set("published", 0)
	parent.db_set("custom_parent_website_item", parent.name)
	assert not one(parent)["has_variants"]


def test_a_product_without_anything():
	doc = product("C-1", None)
	assert (one(doc)["standard_price"], one(doc)["colour"], one(doc)["thumbnail"]) == (0, None, None)


def test_the_queries_do_not_grow():
	docs = [product(f"C-{n}", 10 + n, specifications={"Colour": "Red"}) for n in range(20)]
	customer = clinic()
	names = [doc.name for doc in docs]
	cards(names, customer)
	few, many = (len(queries(lambda: cards(some, customer))) for some in (names[:2], names))
	assert few == many <= 8


def test_products_without_options_take_no_query_for_options():
	names = [product(f"C-{n}", 10 + n).name for n in range(3)]
	cards(names)
	assert [query for query in queries(lambda: cards(names)) if "`template`" in query] == []
	assert [query for query in queries(lambda: variants_in_shop(["C-0"])) if "Website Item" in query] == []


def test_specifications_follow_the_item():
	doc = product("C-1", specifications={"Color:": "Red", "SHAPE": "Round", "Weight": "5 g"})
	assert (one(doc)["colour"], one(doc)["shape"]) == ("Red", "Round")
	doc.set(
		"website_specifications",
		[{"label": "colour", "description": "Red"}, {"label": "Colour", "description": "<b>Green</b>"}],
	)
	doc.save()
	assert (one(doc)["colour"], one(doc)["shape"]) == ("Red, Green", None)
	new = frappe.rename_doc("Website Item", doc.name, "Renamed Card", force=True)
	assert cards([new])[0]["colour"] == "Red, Green"
	frappe.delete_doc("Website Item", new)
	assert not frappe.get_all("Medusa Specification", {"website_item": ("in", [new, doc.name])})


def test_the_patch_fills_in_what_is_there():
	from medusa_integration.patches import fill_specifications

	doc = product("C-1", specifications={"Shade": "A3"})
	frappe.db.delete("Medusa Specification")
	assert one(doc)["shade"] is None
	fill_specifications.execute()
	assert one(doc)["shade"] == "A3"
