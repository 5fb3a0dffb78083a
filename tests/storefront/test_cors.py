"""Pages of the storefront that call the public functions in a browser."""

import frappe
import pytest

from tests.site import Client
from tests.support.storefront import PATH, configure_storefront

SHOP, EVIL = "https://shop.example.com", "https://evil.example.com"
HEADERS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")


@pytest.fixture
def origins(shop):
	configure_storefront(storefront_origins=f" {SHOP}/ \nhttp://localhost:3000\n")


def told(method: str, path: str, origin: str = SHOP) -> list[str | None]:
	response = Client().request(method, path, headers={"Origin": origin})
	assert "Access-Control-Allow-Credentials" not in response.headers
	assert "*" not in response.headers.get("Access-Control-Allow-Origin", "")
	return [response.headers.get(name) for name in HEADERS]


def test_public_functions_are_open_to_the_storefronts_pages(origins):
	brands = f"{PATH}get_all_brands"
	assert told("GET", brands) == [SHOP, None, None]
	assert told("GET", brands, "http://localhost:3000")[0] == "http://localhost:3000"
	assert told("OPTIONS", brands) == [SHOP, "GET, POST", "Content-Type"]
	assert told("OPTIONS", f"{PATH}login") == [SHOP, "POST", "Content-Type"]
	assert told("GET", f"{PATH}get_menu?parent=unknown")[0] == SHOP  # a refusal can be read, too
	assert "Origin" in Client().get(brands).headers["Vary"]
	shown = Client().request("GET", brands, headers={"Origin": SHOP}).headers["Access-Control-Expose-Headers"]
	assert shown == "Retry-After"


def test_all_else_is_closed(origins):
	public = f"{PATH}get_all_brands"
	for origin in (EVIL, "null", f"{SHOP}.evil.example", SHOP.upper(), "http://shop.example.com", ""):
		assert told("GET", public, origin) == told("OPTIONS", public, origin) == [None] * 3
	for path in (
		f"{PATH}fetch_all_customers", f"{PATH}create_quotation", f"{PATH}get_overview", "/api/resource/Customer",
		"/api/method/frappe.auth.get_logged_user", "/api/method/login", "/",
	):  # fmt: skip
		assert told("GET", path) == told("OPTIONS", path) == [None] * 3


def test_without_the_setting_no_page_is_let_in(shop):
	assert told("GET", f"{PATH}get_all_brands") == [None] * 3


@pytest.mark.parametrize(
	"origin",
	["*", "shop.example.com", f"{SHOP}/shop", f"{SHOP}?x", "https://user@shop.example.com", "ftp://x.example", "https://",
	"https://x:y", "null", "<b>x</b>"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(shop, origin):
	with pytest.raises(frappe.ValidationError, match="isn't an origin"):
		configure_storefront(storefront_origins=origin)
