"""A stranger's reply in a cache that knows a call by its address alone."""

import frappe
import pytest
import requests
from frappe.utils import set_request

from medusa_integration.storefront import cached
from tests.site import Client
from tests.support import nginx
from tests.support.served import served
from tests.support.shopwindow import product
from tests.support.storefront import PATH, Shop

URL = f"{PATH}get_website_items?url=gloves"


@pytest.fixture
def glove(shop):
	product("G-1", 10)
	frappe.db.commit()


@pytest.fixture
def cache(glove):
	if reason := nginx.ensure():
		pytest.skip(reason)
	with served() as site, nginx.caching(site) as address:
		yield address


def found(response: requests.Response) -> tuple:
	return response.status_code, response.json()["message"].get("product_count"), response.headers["X-Cache"]


def test_nobody_puts_a_page_of_theirs_into_the_cache(cache):
	site = {"Host": frappe.local.site}
	for options in (
		{"data": "brand=nothing"},
		{"json": {"brand": "nothing"}},
		{"data": b"\x00"},
		{"data": iter([b"brand=", b"nothing"])},
	):
		headers = {**site, "Content-Type": "application/json"} if "json" in options else site
		poisoned = requests.get(cache + URL, timeout=10, **{**options, "headers": headers})
		assert (poisoned.status_code, poisoned.headers["X-Cache"]) == (400, "MISS"), poisoned.text
	assert found(requests.get(cache + URL, headers=site, timeout=10)) == (200, 1, "MISS")
	assert found(requests.get(cache + URL, headers=site, timeout=10)) == (200, 1, "HIT")


def test_another_host_or_scheme_gets_no_address_into_the_cache(cache):
	site = {"Host": frappe.local.site}
	for headers in ({"Host": "evil.example.com"}, {**site, "X-Forwarded-Proto": "https"}):
		requests.get(cache + URL, headers=headers, timeout=10)
	response = requests.get(cache + URL, headers=site, timeout=10)
	assert response.json()["message"]["product_count"] == 1
	assert "evil" not in response.text and "https" not in response.text


@pytest.mark.parametrize(
	("conf", "host", "is_own"),
	[
		({"host_name": "https://erp.example.com"}, "evil.example.com", True),
		({}, "evil.example.com", False),
		({}, "{site}", True),
		({}, "{site}:1", False),
		({"webserver_port": 8000}, "{site}:8000", True),
	],
)
def test_a_reply_is_kept_outside_only_where_its_addresses_are_the_sites(monkeypatch, conf, host, is_own):
	"""Without a host_name, Frappe makes addresses of the request's Host."""
	for name in ("host_name", "hostname", "webserver_port"):
		monkeypatch.setitem(frappe.local.conf, name, conf.get(name))
	set_request(method="GET", path=URL, headers={"Host": host.format(site=frappe.local.site)})
	try:
		assert cached._is_own_host() is is_own
	finally:
		del frappe.local.request


def test_a_get_hears_its_query_alone(glove):
	refused = Client().get(URL, json={"brand": "nothing"})
	assert refused.status_code == 400
	assert "GET has no body" in refused.json["message"]["error"]
	assert "public" not in refused.headers.get("Cache-Control", "")


def test_only_a_get_may_be_cached(glove):
	posted = Client().post(PATH + "get_website_items", json={"url": "gloves"})
	assert posted.json["message"]["product_count"] == 1
	assert posted.headers["Cache-Control"] == "private, no-store"
	assert Shop().call("get_website_items", url="gloves").headers["Cache-Control"] == "private, no-store"
