"""A wishlist, read."""

import frappe
import pytest

from medusa_integration.storefront.wishlist import get_wishlist
from tests.site import Client
from tests.storefront.test_reviews import product
from tests.support.checks import queries
from tests.support.storefront import PATH


def wish(shop, *codes: str, customer: str = "cus_1") -> None:
	ids = [f"prod_{code}" for code in codes]
	assert shop.call("handle_wishlist", item_codes=ids, customer_id=customer, is_add=1).status_code == 200


def wished(shop, customer: str = "cus_1", method: str = "GET") -> list[tuple]:
	response = shop.call("get_wishlist", method, customer_id=customer)
	assert response.status_code == 200, response.text
	return [(card["id"], card["is_wishlisted"]) for card in response.json["message"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_last_ones_first(shop, method):
	for code in ("G-1", "G-2"):
		product(code)
		wish(shop, code)
	found = wished(shop, method=method)
	assert [id for id, _is_wished in found] == ["prod_G-2", "prod_G-1"]


def test_only_the_customers_own(shop):
	product("G-1")
	product("G-2")
	wish(shop, "G-1")
	wish(shop, "G-2", customer="CUS_1")
	assert [id for id, _is_wished in wished(shop)] == ["prod_G-1"]
	assert wished(shop, "cus_2") == wished(shop, "CUS-1") == []


def test_what_is_not_shown_is_left_out(shop):
	product("G-1")
	wish(shop, "G-1")
	frappe.db.set_value("Website Item", {"item_code": "G-1"}, "published", 0)
	frappe.db.commit()
	assert wished(shop) == []


def test_strangers_read_none(shop):
	assert Client().get(f"{PATH}get_wishlist", query_string={"customer_id": "cus_1"}).status_code == 401


def test_queries_do_not_grow(shop):
	for code in ("G-1", "G-2", "G-3", "G-4"):
		product(code)
	wish(shop, "G-1")
	get_wishlist(customer_id="cus_1")  # reads what is cached
	few = count()
	wish(shop, "G-2", "G-3", "G-4")
	assert count() == few


def count() -> int:
	return len(queries(lambda: get_wishlist(customer_id="cus_1")))
