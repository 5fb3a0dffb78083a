"""Pages of the catalogue: get_website_items and get_clearance_items."""

import frappe
import pytest

from medusa_integration import api
from tests.site import Client
from tests.support import factories
from tests.support.cases import cases
from tests.support.checks import queries
from tests.support.shopwindow import product
from tests.support.storefront import PATH

PAGE = {
	"product_count", "total_pages", "current_page", "items_in_page", "distinct_parent_item_groups",
	"distinct_collection_titles", "distinct_brands", "distinct_colours", "distinct_shapes", "distinct_shades",
	"paginatedProducts",
}  # fmt: skip
PRODUCT = {
	"id", "variant_id", "item_code", "title", "collection_title", "thumbnail", "rating", "is_wishlisted",
	"has_variants", "colour", "shape", "shade", "standard_price", "negotiated_price",
}  # fmt: skip


@pytest.fixture
def dental(shop):
	"""Shelf > Dental > (Mirrors, Probes) and Shelf > Medical > Probes Too, with products."""
	for name, parent in (
		("Shelf", factories.ROOT_GROUP), ("Dental", "Shelf"), ("Medical", "Shelf"), ("Mirrors", "Dental"),
		("Probes", "Dental"), ("Probes Too", "Medical"),
	):  # fmt: skip
		factories.item_group(name, parent, is_group=int(name in ("Shelf", "Dental", "Medical")))
	for name in ("Acme", "Zeta"):
		frappe.get_doc({"doctype": "Brand", "brand": name}).insert()
	red, blue = {"Colour": "Red", "Shape": "Round"}, {"Colour": "<p>Blue</p>", "Shade": "A2"}
	product("M-1", 10, group="Mirrors", brand="Acme", ranking=1, specifications=red)
	product(
		"M-2", 20, group="Mirrors", brand="Zeta", ranking=9, specifications=blue, web_item_name="A mirror"
	)
	product("P-1", 30, group="Probes", brand="Acme", specifications=blue)
	product("T-1", 40, group="Probes Too")
	frappe.db.set_value("Website Item", {"item_code": "M-1"}, "custom_in_stock", 1)
	frappe.db.commit()
	return shop


def get(shop, name="get_website_items", /, **arguments):
	response = shop.call(name, **arguments)
	assert response.status_code == 200, response.text
	return response.json["message"]


def codes(page: dict) -> list[str]:
	return [each["item_code"] for each in page["paginatedProducts"]]


def test_a_page_has_what_is_documented(dental):
	page = get(dental, url="/shelf/dental")
	assert set(page) == PAGE
	assert all(set(each) == PRODUCT for each in page["paginatedProducts"])
	assert codes(page) == ["M-2", "M-1", "P-1"]  # by title
	del page["paginatedProducts"]
	assert page == {
		"product_count": 3,
		"total_pages": 1,
		"current_page": 1,
		"items_in_page": 3,
		"distinct_parent_item_groups": [{"title": "Dental", "handle": "dental"}],
		"distinct_collection_titles": [{"name": "Mirrors", "count": 2}, {"name": "Probes", "count": 1}],
		"distinct_brands": [{"name": "Acme", "count": 2}, {"name": "Zeta", "count": 1}],
		"distinct_colours": ["Blue", "Red"],
		"distinct_shapes": ["Round"],
		"distinct_shades": ["A2"],
	}


@cases(
	"filters, found",
	[
		({"collection_title": "Mirrors"}, "M-1 M-2"),
		({"collection_title": ["Mirrors", "Probes"], "brand": ["Acme"]}, "M-1 P-1"),
		({"brand": "Zeta"}, "M-2"),
		({"colour": "Blue"}, "M-2 P-1"),
		({"colour": ["Blue", "Red"], "shape": "Round"}, "M-1"),
		({"colour": "Blue", "shade": ["A2", "B1"], "brand": "Acme"}, "P-1"),
		({"availability": "In Stock"}, "M-1"),
		({"availability": ["out_of_stock"]}, "M-2 P-1"),
		({"availability": ["In Stock", "Out of Stock"]}, "M-1 M-2 P-1"),
		({"brand": []}, "M-1 M-2 P-1"),
		({"brand": None, "colour": ""}, "M-1 M-2 P-1"),
		({"brand": "%"}, ""),
		({"colour": "Bl_e"}, ""),
		({"brand": "سن"}, ""),
		({"brand": ["🦷"]}, ""),
		({"brand": "' or 1=1 --"}, ""),
	],
)
def test_filters(dental, filters, found):
	page = get(dental, url="dental", **filters)
	assert sorted(codes(page)) == found.split()
	assert page["product_count"] == len(found.split())


def test_the_facets_are_those_of_the_filtered_products(dental):
	page = get(dental, url="dental", brand="Acme", colour="Blue")
	assert page["distinct_collection_titles"] == [{"name": "Probes", "count": 1}]
	assert page["distinct_brands"] == [{"name": "Acme", "count": 1}]
	assert (page["distinct_colours"], page["distinct_shapes"]) == (["Blue"], [])


@pytest.mark.parametrize(
	("order", "found"), [("asc", "M-2 M-1"), ("DESC", "M-1 M-2"), ("default", "M-2 M-1"), (None, "M-2 M-1")]
)
def test_sorted_by_title_or_ranking(dental, order, found):
	assert codes(get(dental, url="mirrors", sort_order=order)) == found.split()


def test_by_ranking(dental):
	frappe.db.set_value("Website Item", {"item_code": "M-1"}, "ranking", 99)
	frappe.db.commit()
	assert codes(get(dental, url="mirrors", sort_order="ranking")) == ["M-1", "M-2"]


@pytest.mark.parametrize(
	"url",
	[
		"probes",
		"/om/shelf/dental/probes/",
		"https://shop.example.com/shelf/dental/probes?page=2#top",
		"Probes",
	],
)
def test_the_last_part_of_the_address_names_the_group(dental, url):
	assert codes(get(dental, url=url)) == ["P-1"]


def test_of_groups_with_the_same_last_part_the_whole_address_decides(dental):
	frappe.db.set_value("Item Group", "Probes Too", "custom_medusa_route", "shelf/medical/probes")
	frappe.db.commit()
	assert codes(get(dental, url="shelf/medical/probes")) == ["T-1"]
	assert codes(get(dental, url="shelf/dental/probes")) == ["P-1"]


def test_the_tree_root_and_a_name_without_ascii_letters(dental):
	factories.item_group("أسنان", "Shelf")
	product("A-1", group="أسنان")
	frappe.db.commit()
	assert codes(get(dental, url="shelf/%D8%A3%D8%B3%D9%86%D8%A7%D9%86")) == ["A-1"]
	assert {"A-1", "T-1", "M-1"} <= set(codes(get(dental, url="all-item-groups")))


@pytest.mark.parametrize("url", ["unknown", "%", "pr_bes", "/", "http://[", "🦷", "' or 1=1 --"])
def test_an_unknown_group_is_not_found(dental, url):
	assert dental.call("get_website_items", url=url).status_code == 404


@pytest.mark.parametrize(
	("arguments", "problem"),
	[
		({}, "url is missing"),
		({"url": "x" * 10_240}, "url"),
		({"url": "dental", "page": 0}, "page"),
		({"url": "dental", "page": -1}, "page"),
		({"url": "dental", "page": "abc"}, "page"),
		({"url": "dental", "brand": {"a": 1}}, "brand"),
		({"url": "dental", "brand": ["a"] * 1000}, "brand"),
		({"url": "dental", "brand": [None]}, "brand"),
		({"url": "dental", "colour": "x" * 10_240}, "colour"),
		({"url": "dental", "availability": "soon"}, "availability"),
	],
)
def test_bad_arguments_are_refused(dental, arguments, problem):
	response = dental.call("get_website_items", **arguments)
	assert response.status_code == 400, response.text
	assert problem in response.json["message"]["error"]


def test_pages(dental):
	for number in range(45):
		product(f"Q-{number:02}", group="Probes Too", web_item_name=f"Q {number:02}")
	frappe.db.commit()
	pages = [get(dental, url="medical", page=number) for number in (1, 2, 3, 4, 1_000_000_000)]
	assert [page["items_in_page"] for page in pages] == [20, 20, 6, 0, 0]
	assert {(page["product_count"], page["total_pages"]) for page in pages} == {(46, 3)}
	assert len({code for page in pages for code in codes(page)}) == 46


def test_a_query_is_heard_beside_a_body(dental):
	response = Client().post(
		f"{PATH}get_website_items?url=dental&page=1", json={"brand": ["Zeta"], "sort_order": "desc"}
	)
	assert codes(response.json["message"]) == ["M-2"]
	response = Client().get(f"{PATH}get_website_items?url=dental&brand=Zeta&brand=Acme&colour=Red")
	assert codes(response.json["message"]) == ["M-1"]


def test_prices_and_wishes_are_the_customers(dental):
	factories.customer("Clinic")
	factories.item_price("M-1", 8, customer="Clinic")
	doc = frappe.get_doc("Website Item", {"item_code": "M-2"})
	doc.append("custom_medusa_wishlist", {"medusa_customer_id": "cus_Clinic"}).db_insert()
	frappe.db.commit()
	seen = get(dental, url="mirrors", customer_id="cus_Clinic")["paginatedProducts"]
	assert [(each["negotiated_price"], each["is_wishlisted"]) for each in seen] == [(20, True), (8, False)]
	stranger = Client().post(f"{PATH}get_website_items", json={"url": "mirrors", "customer_id": "cus_Clinic"})
	seen = stranger.json["message"]["paginatedProducts"]
	assert [(each["negotiated_price"], each["is_wishlisted"]) for each in seen] == [(20, False), (10, False)]
	seen = get(dental, url="mirrors", customer_id="cus_nobody")["paginatedProducts"]
	assert [(each["negotiated_price"], each["is_wishlisted"]) for each in seen] == [(20, False), (10, False)]


def test_what_the_configuration_does_not_admit_is_not_shown(dental):
	config = frappe.get_doc("Medusa Configuration")
	config.update({"item_groups": [{"item_group": "Dental"}], "brands": [{"brand": "Acme"}]})
	config.save()
	frappe.db.commit()
	assert codes(get(dental, url="shelf")) == ["M-1", "P-1"]


def test_what_changes_is_seen_at_once(dental):
	assert get(dental, url="mirrors")["product_count"] == 2
	doc = frappe.get_doc("Website Item", {"item_code": "M-1"})
	doc.published = 0
	doc.save()
	assert get(dental, url="mirrors")["product_count"] == 1  # the call has committed it


def test_the_queries_of_a_page_do_not_grow(dental):
	factories.customer("Clinic")

	def asked(url: str):
		from medusa_integration import generation

		generation.moved()
		frappe.db.commit()
		return queries(
			lambda: api.get_website_items(url=url, customer_id="cus_Clinic", brand=["Acme", "Zeta"])
		)

	asked("probes")  # the settings are read once
	few = asked("probes")
	for number in range(30):
		product(f"Q-{number}", 5, group="Probes", brand="Acme", specifications={"Colour": f"C {number}"})
	many = asked("probes")
	assert len(few) == len(many) <= 13
	kept = queries(lambda: api.get_website_items(url="probes", brand=["Acme", "Zeta"]))
	assert len(kept) <= 7  # nothing of the page's names and filters


def test_clearance_items_where_there_are_none(dental):
	page = get(dental, "get_clearance_items")
	assert (set(page), page["product_count"], page["paginatedProducts"]) == (PAGE, 0, [])
