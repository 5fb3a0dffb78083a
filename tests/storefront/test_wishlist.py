"""Wishlists: put on, taken off, beside the Website Item."""

import json

import frappe
import pytest

from tests.site import Client
from tests.storefront.test_races import at_once_behind
from tests.storefront.test_reviews import product, reviewed
from tests.support.checks import queries
from tests.support.factories import outbox
from tests.support.storefront import PATH

NAME = "handle_wishlist"
TABLE = "custom_medusa_wishlist"


def wishing(id: str = "prod_G-1") -> list[str]:
	return [row.medusa_customer_id for row in reviewed(id).get(TABLE)]


def outcome(response) -> list[tuple]:
	assert response.status_code == 200, response.text
	return [tuple(row[key] for key in ("item_code", "status", "message")) for row in response.json["message"]]


def test_the_documented_outcomes(shop):
	product("G-1")
	product("G-2")

	def change(codes, **flag):
		return outcome(shop.call(NAME, item_codes=codes, customer_id="cus_1", **flag))

	assert change(["prod_G-1"], is_add=1) == [("prod_G-1", "success", "Customer added to wishlist")]
	assert change(["prod_G-2", "prod_G-1", "none"], is_add=1, is_remove=0) == [
		("prod_G-2", "success", "Customer added to wishlist"),
		("prod_G-1", "skipped", "Customer already in wishlist"),
		("none", "error", "Item not found"),
	]
	assert (wishing("prod_G-1"), wishing("prod_G-2")) == (["cus_1"], ["cus_1"])
	assert change("prod_G-1", is_remove=1) == [("prod_G-1", "success", "Customer removed from wishlist")]
	assert change("prod_G-1", is_remove="1") == [("prod_G-1", "skipped", "Customer not in wishlist")]
	assert (wishing("prod_G-1"), wishing("prod_G-2")) == ([], ["cus_1"])


def test_a_wishlist_is_one_customers(shop):
	product()
	for customer in ("cus_1", "CUS_1", "cus_2"):
		outcome(shop.call(NAME, item_codes="prod_G-1", customer_id=customer, is_add=1))
	outcome(shop.call(NAME, item_codes="prod_G-1", customer_id="cus_1", is_remove=1))
	assert wishing() == ["CUS_1", "cus_2"]


def test_a_form_may_send_a_list_as_json(shop):
	product()
	given = json.dumps(["prod_G-1"])
	assert outcome(shop.call(NAME, item_codes=given, customer_id="cus_1", is_add=1))[0][1] == "success"


@pytest.mark.parametrize(
	"arguments",
	[
		{"is_add": 1, "is_remove": 1},
		{"is_add": 0},
		{"is_add": 2},
		{"is_add": "yes"},
		{"is_add": 1, "item_codes": []},
		{"is_add": 1, "item_codes": ["x"] * 1000},
		{"is_add": 1, "item_codes": {"a": 1}},
		{"is_add": 1, "item_codes": "[1,"},
		{"is_add": 1, "item_codes": [None]},
		{"is_add": 1, "item_codes": "x" * 10_000},
		{"is_add": 1, "item_codes": None},
		{"is_add": 1, "customer_id": ""},
	],
)
def test_what_is_wrong_is_refused(shop, arguments):
	given = {"item_codes": ["prod_G-1"], "customer_id": "cus_1", **arguments}
	assert shop.call(NAME, **given).status_code == 400


def test_an_id_in_other_letters_is_another_product(shop):
	product()
	assert outcome(shop.call(NAME, item_codes="prod_g-1", customer_id="cus_1", is_add=1))[0][1] == "error"


@pytest.mark.parametrize(
	"id", ["%", "_", "قفاز", "👍", "'; drop table", "<img src=x onerror=alert(1)>", "a&lt;b"]
)
def test_ids_that_medusa_does_not_make_are_refused(shop, id):
	product()
	for given in ({"item_codes": id}, {"item_codes": "prod_G-1", "customer_id": id}):
		refused = shop.call(NAME, **{"customer_id": "cus_1", "is_add": 1, **given})
		assert refused.status_code == 400 and "must be an id of Medusa's" in refused.text
	assert not reviewed().custom_medusa_wishlist


def test_a_stranger_has_no_wishlist(shop):
	product()
	given = {"item_codes": "prod_G-1", "customer_id": "cus_1", "is_add": 1}
	assert Client().post(PATH + NAME, json=given).status_code == 401


def test_only_the_row_is_written(shop):
	product()
	before, queued = reviewed(), outbox()
	shop.call(NAME, item_codes="prod_G-1", customer_id="cus_1", is_add=1)
	assert reviewed().modified == before.modified
	assert outbox() == queued
	before.save()  # The form that was opened before.
	assert wishing() == ["cus_1"]


def test_the_queries_do_not_grow(shop):
	from medusa_integration import api

	ids = [product(f"W-{n}") for n in range(20)]

	def count(some, **flag) -> int:
		frappe.db.commit()
		return len(queries(lambda: api.handle_wishlist(some, "cus_1", **flag)))

	assert count(ids[:1], is_add=1) == count(ids[1:], is_add=1) <= 5
	assert count(ids[:1], is_remove=1) == count(ids[1:], is_remove=1) <= 5


@pytest.mark.mariadb
def test_one_wish_is_one_row_also_at_once(shop):
	product()
	given = {"item_codes": "prod_G-1", "is_add": 1}
	done = at_once_behind(
		"Website Item",
		reviewed().name,
		*[(NAME, {**given, "customer_id": "cus_1"})] * 3,
		(NAME, {**given, "customer_id": "cus_2"}),
	)
	assert [status for status, _message in done] == [200] * 4
	assert sorted(wishing()) == ["cus_1", "cus_2"]
