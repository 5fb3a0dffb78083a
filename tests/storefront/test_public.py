"""What anybody may call: who is heard as whom, and how long a reply may be cached."""

import json

import frappe
import pytest

from medusa_integration import api, counters  # noqa: F401  (all endpoints are known then)
from medusa_integration.setup.storefront import USER
from medusa_integration.signature import HEADER
from tests.site import Client
from tests.support import factories, landing
from tests.support.shopwindow import product
from tests.support.storefront import PATH, api_key, configure_storefront, signed
from tests.support.users import signed_in

URL = f"{PATH}get_website_items?url=gloves"


@pytest.fixture
def window(shop):
	"""A glove for 10, for 8 to the Clinic, which has it on its wishlist."""
	doc = product("G-1", 10)
	factories.customer("Clinic")
	factories.item_price("G-1", 8, customer="Clinic")
	doc.append("custom_medusa_wishlist", {"medusa_customer_id": "cus_Clinic"}).db_insert()
	frappe.db.commit()
	return shop


def seen(response) -> tuple:
	"""(negotiated price, is it on the wishlist) of the one product."""
	assert response.status_code == 200, response.text
	(card,) = response.json["message"]["paginatedProducts"]
	return card["negotiated_price"], card["is_wishlisted"]


def test_a_strangers_customer_id_is_not_heard(window):
	for argument in ("customer_id=cus_Clinic", "customer_id=cus_nobody", "cus_id=cus_Clinic"):
		assert seen(Client().get(f"{URL}&{argument}")) == (10, False)
	body = {"url": "gloves", "customer_id": "cus_Clinic"}
	assert seen(Client().post(PATH + "get_website_items", json=body)) == (10, False)
	assert seen(Client().post(f"{URL}&customer_id=cus_Clinic", json={})) == (10, False)
	assert Client().get(f"{PATH}fetch_relevant_items?product_id=prod_G-1&cus_id=nobody").status_code == 200


def test_a_trusted_callers_is(window):
	assert seen(window.call("get_website_items", "GET", url="gloves", customer_id="cus_Clinic")) == (8, True)
	client = Client(Authorization=api_key())
	assert seen(client.get(f"{URL}&customer_id=cus_Clinic")) == (8, True)
	assert seen(client.post(f"{URL}&customer_id=cus_Clinic", json={"page": 1})) == (8, True)
	assert seen(window.call("get_website_items", "GET", url="gloves")) == (10, False)


def test_a_signed_in_user_without_the_role_is_a_stranger(window):
	client = signed_in("medusa-stranger@example.com", "Sales User")
	response = client.get(f"{URL}&customer_id=cus_Clinic")
	assert seen(response) == (10, False)
	assert response.headers["Cache-Control"] == "private, no-store"


def test_a_wrong_signature_is_refused(window):
	path = URL + "&customer_id=cus_Clinic"
	for header in (signed("GET", path, b"", secret="another"), "t=1,v1=2"):
		response = Client().get(path, headers={HEADER: header})
		assert (response.status_code, list(response.json["message"])) == (401, ["error"])
	assert Client(Authorization="token abc:def").get(path).status_code == 401


def test_strangers_have_the_limit_of_calls(window):
	configure_storefront(calls_per_minute=3)
	counters.forget("limit:calls:")
	assert [Client().get(URL).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
	assert Client().get(f"{PATH}get_all_brands").status_code == 200  # each function has its own


def test_a_strangers_reply_may_be_cached(window):
	response = Client().get(URL)
	assert response.headers["Cache-Control"] == "public, max-age=60"
	assert {"Authorization", "Cookie", HEADER} <= set(response.headers["Vary"].split(", "))
	assert "Set-Cookie" not in response.headers
	tag = response.headers["ETag"]
	assert tag.startswith('"')
	again = Client().get(URL, headers={"If-None-Match": tag})
	assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
	assert again.headers["Cache-Control"] == "public, max-age=60"
	other = Client().get(URL, headers={"If-None-Match": '"other"'})
	assert (other.status_code, other.headers["ETag"]) == (200, tag)
	posted = Client().post(URL, json={}, headers={"If-None-Match": tag})
	assert (posted.status_code, posted.json) == (200, response.json)


def test_a_trusted_callers_reply_is_not_cached(window):
	response = window.call("get_website_items", "GET", url="gloves", customer_id="cus_Clinic")
	assert response.headers["Cache-Control"] == "private, no-store"
	assert "ETag" not in response.headers
	assert seen(Client().get(f"{URL}&customer_id=cus_Clinic")) == (10, False)


def test_a_refusal_is_not_cached(window):
	response = Client().get(f"{PATH}get_website_items?url=unknown")
	assert response.status_code == 404
	assert "public" not in response.headers.get("Cache-Control", "")
	assert "ETag" not in response.headers


def test_a_cached_reply_makes_no_query_of_the_catalogue(window, monkeypatch):
	from medusa_integration.storefront import catalogue

	first = Client().get(URL).get_data()
	monkeypatch.setattr(catalogue, "_page", None)  # would fail
	assert Client().get(URL).get_data() == first
	assert Client().get(f"{URL}&page=2").status_code == 500


def _saved(doctype: str, name, **values):
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	doc.save()


CHANGES = {
	"Website Item": lambda: _saved("Website Item", {"item_code": "G-1"}, web_item_name="Another title"),
	"Item Price": lambda: _saved(
		"Item Price", {"item_code": "G-1", "customer": ("is", "not set")}, price_list_rate=11
	),
	"no Item Price": lambda: frappe.delete_doc(
		"Item Price", frappe.db.get_value("Item Price", {"item_code": "G-1", "customer": ("is", "not set")})
	),
	"Item Group": lambda: frappe.rename_doc("Item Group", "Gloves", "Gloves and Masks", force=True),
	"landing page": lambda: _saved(
		"Homepage Landing", "Active Homepage Landing", price_visibility_threshold=5
	),
	"specification": lambda: _saved(
		"Website Item",
		{"item_code": "G-1"},
		website_specifications=[{"label": "Colour", "description": "Red"}],
	),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_changes_is_in_the_next_reply(window, change):
	url = URL if change != "Item Group" else f"{PATH}get_website_items?url=all-item-groups"
	before = Client().get(url)
	with landing.kept():
		CHANGES[change]()
		frappe.db.commit()
		after = Client().get(url, headers={"If-None-Match": before.headers["ETag"]})
	assert after.status_code == 200
	assert after.get_data() != before.get_data()


def test_a_rollback_moves_nothing(window):
	from medusa_integration import generation

	before = generation.current()
	generation.moved()
	frappe.db.rollback()
	frappe.db.commit()
	assert generation.current() == before
	generation.moved()
	frappe.db.commit()
	assert generation.current() != before


def test_what_the_drain_writes_is_seen(window):
	from medusa_integration import generation
	from medusa_integration.delivery import documents

	def moves(write) -> bool:
		before = generation.current()
		write()
		frappe.db.commit()
		return generation.current() != before

	name = frappe.db.get_value("Website Item", {"item_code": "G-1"})
	assert moves(lambda: documents.write("Website Item", {name: {"medusa_id": "prod_new"}}))
	assert moves(lambda: documents.write_alike("Website Item", [name], {"custom_in_stock": 1}))
	assert not moves(lambda: documents.write("Website Item", {name: {"medusa_hash": "x"}}))


def _page(**values) -> None:
	_saved("Website Item", {"item_code": "G-1"}, **values)


def _another_group() -> None:
	frappe.db.set_value("Item", "G-1", "item_group", "All Item Groups")
	_page()  # It takes the group of its Item.


CARDS = {
	"price": CHANGES["Item Price"],
	"price list": lambda: _saved("Price List", "Standard Selling"),
	"text": lambda: _page(short_description="Soft"),
}
LISTINGS = {
	"published": lambda: _page(published=0),
	"title": CHANGES["Website Item"],
	"ranking": lambda: _page(ranking=7),
	"group": _another_group,
	"specification": CHANGES["specification"],
	"deletion": lambda: frappe.get_doc("Website Item", {"item_code": "G-1"}).delete(),
}


@pytest.mark.parametrize("change", [*CARDS, *LISTINGS])
def test_prices_and_texts_leave_the_listings_as_they_are(window, change):
	from medusa_integration import generation

	before = generation.current(), generation.of_listings()
	{**CARDS, **LISTINGS}[change]()
	frappe.db.commit()
	assert generation.current() != before[0]
	assert (generation.of_listings() == before[1]) is (change in CARDS)


def test_the_language_and_the_address_of_the_site_have_their_own_replies(window):
	doc = frappe.get_doc("Website Item", {"item_code": "G-1"})
	doc.db_set("website_image", "/files/glove.jpg")
	frappe.db.commit()
	urls = [
		json.loads(Client().get(URL, base_url=f"http://{host}").get_data())["message"]["paginatedProducts"][
			0
		]["thumbnail"]
		for host in (frappe.local.site, f"{frappe.local.site}:8000")
	]
	assert len(set(urls)) == len({*map(_host, urls)})


def _host(url: str) -> str:
	return url.split("/")[2]


def test_the_user_of_a_trusted_call_need_not_exist_for_strangers(window):
	frappe.db.set_value("User", USER, "enabled", 0)
	frappe.db.commit()
	try:
		assert Client().get(URL).status_code == 200
	finally:
		frappe.db.set_value("User", USER, "enabled", 1)
		frappe.db.commit()
