"""A storefront that names its sales channel is shown only the products that the channel sells."""

import frappe
import pytest

from medusa_integration import api
from medusa_integration.medusa import sold_in
from medusa_integration.products import channels
from medusa_integration.storefront import kept_counts, relevant
from tests.site import Client
from tests.support import factories
from tests.support.checks import queries
from tests.support.shopwindow import product
from tests.support.storefront import PATH, configure_storefront

B2B, OUTLET, MAIN = "sc_B2B", "sc_OUTLET", "sc_MAIN"


def rules(*more: dict) -> list[dict]:
	"""New rows, since Frappe writes into those that it is given."""
	return [
		{"sales_channel": B2B, "sells": "Chosen Items", "item_group": "Hands"},
		{"sales_channel": B2B, "sells": "Chosen Items", "brand": "Acme"},
		{"sales_channel": OUTLET, "sells": "Listed Items"},
		*more,
	]


@pytest.fixture
def sold(shop):
	"""G-1 and G-2 below Hands, M-1 of the brand Acme, and M-2; L-1 is listed in the outlet alone."""
	for name, parent, is_group in (
		("Shelf", factories.ROOT_GROUP, 1),
		("Hands", "Shelf", 1),
		("Masks", "Shelf", 0),
	):
		factories.item_group(name, parent, is_group=is_group)
	factories.item_group("Gloves", "Hands")
	frappe.get_doc({"doctype": "Brand", "brand": "Acme"}).insert()
	configure_storefront(sales_channels=rules(), sales_channel=MAIN)
	product("G-1", 1, group="Gloves")
	product("G-2", 2, group="Gloves")
	product("M-1", 3, group="Masks", brand="Acme")
	product("M-2", 4, group="Masks")
	product("L-1", 5, group="Gloves", medusa_channels=[{"sales_channel": OUTLET}])
	frappe.db.commit()
	return shop


def get(shop, name: str, **arguments):
	response = shop.call(name, **arguments)
	assert response.status_code == 200, response.text
	return response.json["message"]


def codes(shop, channel: str = "", **arguments) -> list[str]:
	page = get(shop, "get_website_items", url="shelf", sales_channel=channel, **arguments)
	assert page["product_count"] == len(page["paginatedProducts"])
	return sorted(each["item_code"] for each in page["paginatedProducts"])


def id_of(code: str) -> str:
	return frappe.db.get_value("Website Item", {"item_code": code}, "medusa_id")


def test_each_storefront_lists_its_own(sold):
	assert codes(sold) == ["G-1", "G-2", "L-1", "M-1", "M-2"]
	assert codes(sold, B2B) == ["G-1", "G-2", "M-1"]
	assert codes(sold, OUTLET) == ["L-1"]
	assert codes(sold, MAIN) == ["G-1", "G-2", "M-1", "M-2"]  # all without a table of their own
	page = get(sold, "get_website_items", url="shelf", sales_channel=B2B)
	assert [each["name"] for each in page["distinct_brands"]] == ["Acme"]
	assert [each["brand"] for each in get(sold, "get_all_brands", sales_channel=OUTLET)["brand_list"]] == []


def test_what_is_shown_is_what_is_sent(sold):
	"""The products in a channel's lists are those that go into the channel in Medusa."""
	pages = dict(frappe.get_all("Website Item", fields=["name", "item_code"], as_list=True))
	for channel in (B2B, OUTLET, MAIN):
		sent = {
			pages[name]
			for name, each in channels.of_items(pages).items()
			if channel in sold_in.wanted({"channels": each}, MAIN)
		}
		assert codes(sold, channel) == sorted(sent)


def test_a_product_of_another_storefront_is_not_found(sold):
	for name in ("get_website_variants", "get_website_image", "get_product_has_variants"):
		assert sold.call(name, medusa_id=id_of("M-2"), sales_channel=B2B).status_code == 404
		assert sold.call(name, medusa_id=id_of("M-1"), sales_channel=B2B).status_code == 200
	ids = [id_of("M-1"), id_of("M-2")]
	assert list(get(sold, "get_shown_prices", medusa_ids=ids, sales_channel=B2B)) == ids[:1]
	relevants = get(
		sold, "fetch_relevant_items", product_id=id_of("G-1"), item_group="Shelf", sales_channel=B2B
	)
	assert {each["item_code"] for each in relevants} == {"G-2", "M-1"}
	relevants = get(sold, "fetch_relevant_items", product_id=id_of("G-1"), item_group="Shelf")
	assert {each["item_code"] for each in relevants} == {"G-2", "M-1", "M-2", "L-1"}


def test_the_landing_page_and_the_wishlist(sold):
	doc = (
		frappe.get_doc("Homepage Landing", "Active Homepage Landing")
		if frappe.db.exists("Homepage Landing", "Active Homepage Landing")
		else frappe.get_doc({"doctype": "Homepage Landing", "__newname": "Active Homepage Landing"}).insert()
	)
	names = dict(frappe.get_all("Website Item", fields=["item_code", "name"], as_list=True))
	for code in ("G-1", "M-2"):
		doc.append("top_sellers", {"website_item": names[code]})
	doc.save()  # which fills in the clearance items anew
	for code in ("G-1", "M-2"):
		place = {"parent": doc.name, "parenttype": doc.doctype, "parentfield": "clearance_items"}
		row = {"doctype": "Homepage Item", **place, "website_item": names[code]}
		frappe.get_doc(row).db_insert()
	frappe.db.commit()
	assert [each["item_code"] for each in get(sold, "get_top_sellers", sales_channel=B2B)] == ["G-1"]
	assert get(sold, "get_clearance_items", sales_channel=B2B)["product_count"] == 1
	assert get(sold, "get_clearance_items")["product_count"] == 2
	ids = [id_of("G-1"), id_of("M-2")]
	get(sold, "handle_wishlist", item_codes=ids, customer_id="cus_1", is_add=1)
	assert [
		each["item_code"] for each in get(sold, "get_wishlist", customer_id="cus_1", sales_channel=B2B)
	] == ["G-1"]


def test_replies_of_strangers_are_cached_by_storefront(sold):
	for _time in range(2):
		for channel, count in ((B2B, 3), (OUTLET, 1), ("", 5)):
			query = f"?url=shelf&sales_channel={channel}" if channel else "?url=shelf"
			response = Client().get(f"{PATH}get_website_items{query}")
			assert response.json["message"]["product_count"] == count


def test_a_changed_table_and_price_show_at_once(sold):
	assert codes(sold, OUTLET) == ["L-1"]
	doc = frappe.get_doc("Website Item", {"item_code": "M-2"})
	doc.append("medusa_channels", {"sales_channel": OUTLET})
	doc.save()
	frappe.db.commit()
	assert codes(sold, OUTLET) == ["L-1", "M-2"]
	assert codes(sold, MAIN) == ["G-1", "G-2", "M-1"]
	factories.price_list("Trade")
	configure_storefront(
		sales_channels=rules({"sales_channel": OUTLET, "sells": "Chosen Items", "priced_in": "Trade"}),
		sales_channel=MAIN,
	)
	assert codes(sold, OUTLET) == ["L-1", "M-2"]
	price = factories.item_price("G-1", 2, price_list="Trade")
	frappe.db.commit()
	assert codes(sold, OUTLET) == ["G-1", "L-1", "M-2"]
	price.delete()
	frappe.db.commit()
	assert codes(sold, OUTLET) == ["L-1", "M-2"]


def test_a_channel_that_isnt_known_is_refused_in_words(sold):
	response = sold.call("get_website_items", url="shelf", sales_channel="sc_typo")
	assert response.status_code == 400
	assert "sc_typo isn't in the table Sales Channels" in response.json["message"]["error"]
	assert sold.call("get_website_items", url="shelf", sales_channel="a b").status_code == 400


def test_without_rules_and_where_the_shop_decides_nothing_is_narrowed(sold):
	everything = ["G-1", "G-2", "L-1", "M-1", "M-2"]
	configure_storefront(
		sales_channels=rules(),
		sales_channel=MAIN,
		field_owners=[{"field": "Sales Channel", "owned_by": "Shop"}],
	)
	assert codes(sold, B2B) == everything
	orders_only = rules({"sales_channel": "sc_PHONE", "price_list": "Standard Selling"})
	configure_storefront(sales_channels=orders_only, sales_channel=MAIN, field_owners=[])
	assert codes(sold, "sc_PHONE") == everything
	configure_storefront(sales_channels=rules(), sales_channel="")
	assert codes(sold, "sc_STORE_DEFAULT") == ["G-1", "G-2", "M-1", "M-2"]
	configure_storefront(sales_channels=[], sales_channel=MAIN)
	assert codes(sold, "sc_any") == everything


def test_python_code_and_other_calls_see_everything(sold):
	assert codes(sold, B2B) == ["G-1", "G-2", "M-1"]
	assert api.get_website_items(url="shelf")["product_count"] == 5
	assert len(relevant.cards(frappe.get_all("Website Item", pluck="name"))) == 5


def test_searches_and_orders_by_price_are_kept_by_storefront(sold):
	for _time in range(2):
		for channel, found in ((B2B, ["G-1", "G-2"]), (OUTLET, ["L-1"]), ("", ["G-1", "G-2", "L-1"])):
			page = get(sold, "get_website_items", url="shelf", sales_channel=channel, search="gloves")
			assert sorted(each["item_code"] for each in page["paginatedProducts"]) == found
			page = get(
				sold, "get_website_items", url="gloves", sales_channel=channel, sort_order="price_desc"
			)
			assert [each["item_code"] for each in page["paginatedProducts"]] == found[::-1]


def test_a_search_is_corrected_to_words_of_the_storefront(sold):
	for _time in range(2):
		for channel, corrected, count in ((OUTLET, None, 0), (MAIN, "masks", 2)):
			page = get(sold, "get_website_items", url="shelf", sales_channel=channel, search="maskz")
			assert page.get("searched_for") == corrected
			assert page["product_count"] == count


def test_a_large_listing_is_counted_anew_by_storefront(sold, monkeypatch):
	"""The job counts what the storefront's channel sells, though it has no request."""
	monkeypatch.setattr(kept_counts, "LARGE", 0)
	jobs: dict[str, tuple] = {}
	enqueue = frappe.enqueue

	def noted(method, *args, **given):
		if method != kept_counts.JOB:
			return enqueue(method, *args, **given)
		jobs.setdefault(given["job_id"], given["wanted"])

	monkeypatch.setattr(frappe, "enqueue", noted)
	before = {channel: codes(sold, channel) for channel in (B2B, OUTLET, "")}
	product("G-3", 6, group="Gloves")
	frappe.db.commit()
	for channel, shown in before.items():
		assert codes(sold, channel) == shown
	for wanted in jobs.values():
		api.count_listing(wanted)
	assert codes(sold, B2B) == ["G-1", "G-2", "G-3", "M-1"]
	assert codes(sold, OUTLET) == ["L-1"]
	assert codes(sold) == ["G-1", "G-2", "G-3", "L-1", "M-1", "M-2"]


def test_it_takes_no_query_for_each_product(sold):
	def statements() -> int:
		frappe.cache.delete_keys("medusa_")
		return len(queries(lambda: codes(sold, B2B)))

	statements()
	before = statements()
	for number in range(5):
		product(f"H-{number}", 1, group="Gloves")
	frappe.db.commit()
	assert statements() <= before + 1
