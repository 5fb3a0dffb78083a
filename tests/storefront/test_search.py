"""Searching the shop, and its products in the order of their prices."""

import frappe
import pytest

from tests.site import Client
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.checks import queries
from tests.support.shopwindow import product
from tests.support.storefront import PATH, configure_storefront

GROUP = "searched"


@pytest.fixture
def catalogue(shop):
	factories.item_group("Searched", factories.ROOT_GROUP, is_group=1)
	factories.item_group("Gauze", "Searched")
	frappe.get_doc({"doctype": "Brand", "brand": "Acme"}).insert()
	putty = {"web_long_description": '<p class="text">Not with latex gloves.</p>', "ranking": 99}
	for code, title, rate, group, more in (
		("PUTTY", "Impression Putty", 30, "Searched", putty),
		("GLOVE-M", "Nitrile Gloves, M", 4, "Searched", {"brand": "Acme"}),
		("GLOVE-L", "Nitrile Gloves, L", 6, "Searched", {"ranking": 5}),
		("MASK", "Face Mask", None, "Searched", {"short_description": "For the surgery, 100%"}),
		("AR-1", "قفازات نتريل", 5, "Searched", {}),
		("PAD-7", "Swab", 2, "Gauze", {}),
	):
		product(code, rate, group=group, web_item_name=title, **more)
	frappe.db.commit()
	return shop


def found(who, **asked) -> dict:
	response = who.call("get_website_items", url=GROUP, **asked)
	assert response.status_code == 200, response.text
	return response.json["message"]


def codes(who, **asked) -> list[str]:
	return [row["item_code"] for row in found(who, **asked)["paginatedProducts"]]


def test_titles_come_before_descriptions(catalogue):
	assert codes(catalogue, search="gloves") == ["GLOVE-L", "GLOVE-M", "PUTTY"]
	assert codes(catalogue, search="Glove") == ["GLOVE-L", "GLOVE-M", "PUTTY"]


def test_all_words_count_in_any_order(catalogue):
	assert codes(catalogue, search="m gloves NITRILE") == ["GLOVE-M"]
	assert codes(catalogue, search="latex putty") == ["PUTTY"]
	assert codes(catalogue, search="nitrile putty") == []


def test_codes_brands_groups_and_arabic_are_found(catalogue):
	assert codes(catalogue, search="pad-7") == ["PAD-7"]
	assert codes(catalogue, search="acme") == ["GLOVE-M"]
	assert codes(catalogue, search="gauze") == ["PAD-7"]
	assert codes(catalogue, search="قفازات") == ["AR-1"]


def test_a_typing_error_is_forgiven(catalogue):
	page = found(catalogue, search="nitrile golves")
	assert [row["item_code"] for row in page["paginatedProducts"]][:2] == ["GLOVE-L", "GLOVE-M"]
	assert page["searched_for"] == "nitrile gloves"
	assert found(catalogue, search="imprssion")["searched_for"] == "impression"


def test_a_word_of_a_description_is_not_corrected(catalogue):
	page = found(catalogue, search="latex")
	assert "searched_for" not in page and page["product_count"] == 1


def test_what_is_nowhere_is_not_found(catalogue):
	page = found(catalogue, search="bicycle")
	assert (page["product_count"], page["paginatedProducts"], page["total_pages"]) == (0, [], 0)
	assert codes(catalogue, search="span") == codes(catalogue, search="class") == []  # HTML's own words


def test_signs_stand_for_nothing(catalogue):
	for text in ("100%", "%", "_", "'; drop table", "\\"):
		response = catalogue.call("get_website_items", url=GROUP, search=text)
		assert response.status_code == (200 if any(sign.isalnum() for sign in text) else 400), text
	assert codes(catalogue, search="100%") == ["MASK"]


def test_a_blank_search_is_refused(catalogue):
	for text in ("", "  ", "“”"):
		words = refused(catalogue.call("get_website_items", url=GROUP, search=text), 400)
		assert words == "search: enter a word."
	assert Client().get(f"{PATH}get_website_items?url={GROUP}&search=").status_code == 400


def test_filters_and_counts_are_of_what_is_found(catalogue):
	page = found(catalogue, search="gloves", brand="Acme")
	assert (page["product_count"], page["distinct_brands"]) == (1, [{"name": "Acme", "count": 1}])
	assert codes(catalogue, search="gloves", sort_order="desc") == ["GLOVE-M", "GLOVE-L", "PUTTY"]


def test_a_changed_description_is_found_at_once(catalogue):
	assert codes(catalogue, search="vinyl") == []
	doc = frappe.get_doc("Website Item", {"item_code": "MASK"})
	doc.web_long_description = "<p>Vinyl</p>"
	doc.save()
	frappe.db.commit()
	assert codes(catalogue, search="vinyl") == ["MASK"]


def test_products_by_price(catalogue):
	"""By the price on the card: 0, on request, is last both ways."""
	configure_storefront(price_visibility_threshold=20)
	assert codes(catalogue, sort_order="price_asc") == [
		"PAD-7",
		"GLOVE-M",
		"AR-1",
		"GLOVE-L",
		"MASK",
		"PUTTY",
	]
	assert codes(catalogue, sort_order="price_desc")[:4] == ["GLOVE-L", "AR-1", "GLOVE-M", "PAD-7"]
	assert codes(catalogue, sort_order="price_asc", search="gloves") == ["GLOVE-M", "GLOVE-L", "PUTTY"]


def test_a_new_price_has_its_place_at_once(catalogue):
	assert codes(catalogue, sort_order="price_asc")[0] == "PAD-7"
	price = frappe.get_doc("Item Price", {"item_code": "PAD-7"})
	price.price_list_rate = 9
	price.save()
	frappe.db.commit()
	assert codes(catalogue, sort_order="price_asc") == [
		"GLOVE-M", "AR-1", "GLOVE-L", "PAD-7", "PUTTY", "MASK",
	]  # fmt: skip


def test_a_customer_sees_the_order_of_own_prices(catalogue):
	customer = factories.customer("Harbour Clinic", medusa_id="cus_harbour").name
	factories.item_price("GLOVE-L", 1, customer=customer)
	frappe.db.commit()
	assert codes(catalogue, sort_order="price_asc", customer_id="cus_harbour")[0] == "GLOVE-L"
	assert codes(catalogue, sort_order="price_asc")[0] == "PAD-7"


@pytest.mark.parametrize("asked", [{"search": "gloves"}, {"sort_order": "price_asc"}])
def test_queries_do_not_grow_with_the_products(catalogue, asked):
	from medusa_integration import api, generation

	def cold():
		generation.moved()
		frappe.db.commit()
		return api.get_website_items(url=GROUP, **asked)

	few = len(queries(cold))
	for n in range(30):
		product(f"MORE-{n}", 10 + n, group="Searched", web_item_name=f"Gloves {n}")
	frappe.db.commit()
	assert len(queries(cold)) == few
