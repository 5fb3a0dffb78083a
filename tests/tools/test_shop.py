"""The shop window's server: what it serves, what it passes on, and what it signs for whom."""

import subprocess
from urllib.parse import urlsplit

import frappe
import pytest
import requests

from tests.support import buying, factories
from tests.support.orders import order
from tests.support.quotations import buyer, lead
from tests.support.served import served
from tests.support.storefront import SECRET, configure_storefront
from tools.demo.shop.erpnext import ERPNext
from tools.demo.shop.server import STATIC, Server, serving

pytestmark = [pytest.mark.v2("the shop window buys through v2's store API"), pytest.mark.slow]
ADDRESS = {"first_name": "Aisha", "address_line1": "12 Harbour Street", "city": "Muscat", "country": "OM"}


class Window:
	"""The shop window, as a browser calls it."""

	def __init__(self, url: str, key: str) -> None:
		self.url, self._key = url, key

	def call(self, method: str, path: str, body: dict | None = None, who: buying.Buyer | None = None):
		headers = {"x-publishable-api-key": self._key}
		if who:
			headers["Authorization"] = f"Bearer {who.token}"
		return requests.request(method, f"{self.url}/{path}", json=body, headers=headers, timeout=60)


@pytest.fixture
def window(medusa):
	"""The shop window of the configured site and Medusa."""
	configure_storefront()
	with served() as url, serving(Server(ERPNext(url, SECRET), medusa)) as front:
		yield Window(front, medusa.shop["publishable_key"])


@pytest.fixture
def variant(medusa) -> str:
	"""A product that both sides sell, for 12.5; Medusa's id of its variant."""
	factories.website_item("WINDOW-1", item_values={"is_stock_item": 0})
	factories.item_price("WINDOW-1", 12.5)
	factories.drain()
	return frappe.db.get_value("Item", "WINDOW-1", "medusa_variant_id") or frappe.db.get_value(
		"Website Item", {"item_code": "WINDOW-1"}, "medusa_variant_id"
	)


def customer(medusa, name: str) -> buying.Buyer:
	"""Somebody who has signed up, and whom ERPNext knows as a Lead."""
	email = f"{name}@window.example"
	found = buying.sign_up(medusa, email)
	lead(found.id, email)
	return found


def selling_order(customer_id: str):
	"""A Sales Order of the shop."""
	buyer(customer_id, name="Window Clinic")
	return order(id="order_window", customer="Window Clinic")


def error(response, code: int) -> str:
	assert response.status_code == code, response.text
	return response.json()["message"]["error"]


def test_pages_are_served_and_nothing_else(window):
	page = window.call("GET", "")
	assert "<main" in page.text
	assert "default-src 'self'" in page.headers["Content-Security-Policy"]
	assert window.call("GET", "js/main.js").headers["Content-Type"].startswith("text/javascript")
	for path in ("nothing.html", "js", "../server.py", "%2e%2e/server.py", "store", "erp/", "demo/mail"):
		assert window.call("GET", path).status_code == 404


def test_a_wrong_address_is_a_page_with_a_way_back(window):
	response = requests.get(f"{window.url}/does/not-exist", headers={"Accept": "text/html,*/*"}, timeout=60)
	assert (response.status_code, response.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
	assert "There is no such page" in response.text and 'href="/"' in response.text


def test_a_browser_gets_no_secret(window):
	told = window.call("GET", "config.json")
	assert told.json()["publishable_key"].startswith("pk_")
	assert SECRET not in told.text


def test_a_page_is_whole(window):
	"""Every module and picture that the page names is there."""
	page = window.call("GET", "").text
	names = {part.split('"')[0] for key in ('href="', 'src="') for part in page.split(key)[1:]}
	modules = [name for name in names if name and not name.startswith("#")]
	seen = set()
	while modules:
		name = modules.pop()
		if name in seen:
			continue
		seen.add(name)
		response = window.call("GET", name)
		assert response.status_code == 200, name
		if name.endswith(".js"):
			modules += [f"js/{part.split(chr(34))[0]}" for part in response.text.split('from "./')[1:]]
	assert {"js/api.js", "js/dom.js", "style.css"} <= seen


def test_the_scripts_can_be_read(tmp_path):
	"""Medusa's own Node parses them as modules."""
	for script in sorted((STATIC / "js").glob("*.js")):
		module = tmp_path / f"{script.stem}.mjs"
		module.write_bytes(script.read_bytes())
		done = subprocess.run(["node", "--check", module], capture_output=True, text=True)
		assert done.returncode == 0, done.stderr


def test_the_store_api_is_passed_on(window, medusa):
	regions = window.call("GET", "store/regions?limit=5").json()["regions"]
	assert medusa.shop["region_id"] in {region["id"] for region in regions}
	assert window.call("GET", "store/customers/me").status_code == 401


@pytest.mark.parametrize(
	"path", ["erp/fetch_all_customers", "erp/get_order_documents?medusa_order_id=order_1"]
)
def test_only_public_functions_are_passed_on(window, path):
	error(window.call("GET", path), 404)


def test_what_is_a_customers_own_wants_a_login(window, medusa):
	stranger = buying.Buyer("cus_1", "nobody@window.example", "not.a.token")
	for who in (None, stranger):
		for method, path in (
			("GET", "account/quotations"),
			("POST", "account/quotations"),
			("POST", "account/get_order_documents"),
		):
			body = {"medusa_order_id": "order_1"} if method == "POST" else None
			assert error(window.call(method, path, body, who), 401) == "Please log in first."


def test_a_customer_calls_for_nobody_else(window, medusa):
	mine, other = customer(medusa, "mine"), customer(medusa, "other")
	doc = selling_order(other.id)
	body = {"medusa_order_id": doc.medusa_order_id, "customer_id": other.id}
	assert error(window.call("POST", "account/get_order_documents", body, mine), 404)
	assert window.call("POST", "account/get_order_documents", body, other).status_code == 200
	error(window.call("POST", "account/pay_now", {"order_id": doc.name}, other), 404)


def test_a_quotation_from_the_request_to_the_order(window, medusa, variant):
	mine, other = customer(medusa, "mine"), customer(medusa, "other")
	asked = {"items": [{"variant_id": variant, "quantity": 2}], "billing_address": ADDRESS}
	made = window.call("POST", "account/quotations", asked, mine).json()
	doc = frappe.get_doc("Quotation", made["quotation"])
	assert (doc.party_name, doc.items[0].qty, doc.items[0].rate) == (party_of(mine), 2, 12.5)
	path = f"account/quotations/{made['id']}/decision"
	assert "no prices yet" in error(window.call("POST", path, {"approval": "Approved"}, mine), 409)

	price(doc)
	(shown,) = window.call("GET", "account/quotations", None, mine).json()
	assert (shown["status"], shown["total"], shown["items"][0]["price"]) == ("Price received", 25, 12.5)
	assert window.call("GET", "account/quotations", None, other).json() == []
	error(window.call("POST", path, {"approval": "Approved"}, other), 404)

	reply = window.call("POST", path, {"approval": "Approved"}, mine)
	assert reply.status_code == 200, reply.text
	order = frappe.get_doc("Sales Order", reply.json()["sales_order_id"])
	assert (order.docstatus, order.medusa_order_id) == (1, reply.json()["order_id"])
	assert buying.total(medusa, order.medusa_order_id) == order.grand_total == 25


def party_of(who: buying.Buyer) -> str:
	return frappe.db.get_value("Lead", {"medusa_id": who.id})


def price(doc) -> None:
	"""What the clerk and the worker do."""
	frappe.db.rollback()
	doc.reload()
	doc.workflow_state = "Ready for Customer Review"
	doc.save()
	factories.drain()
	frappe.db.commit()


def test_a_rejected_quotation(window, medusa, variant):
	mine = customer(medusa, "mine")
	asked = {"items": [{"variant_id": variant, "quantity": 1}]}
	made = window.call("POST", "account/quotations", asked, mine).json()
	path = f"account/quotations/{made['id']}/decision"
	assert window.call("POST", path, {"approval": "Rejected"}, mine).status_code == 200
	frappe.db.rollback()
	assert frappe.db.get_value("Quotation", made["quotation"], "docstatus") == 2
	(shown,) = window.call("GET", "account/quotations", None, mine).json()
	assert shown["status"] == "Rejected"


@pytest.mark.parametrize(
	"items", [None, [], "x", [{}], [{"variant_id": "v", "quantity": 0}], [{"variant_id": "v"}] * 101]
)
def test_a_quotation_wants_items(window, medusa, items):
	mine = customer(medusa, "mine")
	assert "1 to 100 items" in error(window.call("POST", "account/quotations", {"items": items}, mine), 400)


def test_erpnext_is_told_whose_call_it_is(window):
	def ask(number: int, **more) -> int:
		body = {"email": f"{number}@window.example", "isLogin": False, **more}
		return window.call("POST", "visit/send_otp", body).status_code

	assert [ask(1), ask(2), ask(3, visitor_ip="198.51.100.7")] == [200, 429, 429]


def test_unreadable_requests(window, medusa):
	mine = customer(medusa, "mine")
	headers = {"Authorization": f"Bearer {mine.token}"}
	for body in (b"[]", b"{", b"\xff"):
		reply = requests.post(f"{window.url}/account/handle_wishlist", body, headers=headers, timeout=60)
		assert "JSON object" in error(reply, 400)
	large = requests.post(
		f"{window.url}/account/handle_wishlist", b"x" * 300_000, headers=headers, timeout=60
	)
	assert large.status_code == 413


def test_an_unreachable_site_is_said_in_words(medusa):
	configure_storefront()
	with serving(Server(ERPNext("http://127.0.0.1:1", SECRET), medusa)) as front:
		reply = requests.get(f"{front}/erp/get_menu?parent=Products", timeout=60)
	assert "can't be reached" in error(reply, 503)
	assert urlsplit(front).hostname == "127.0.0.1"


@pytest.mark.parametrize(
	("accepted", "direction"), [("ar-OM,ar;q=0.9,en;q=0.5", "rtl"), ("de-AT,ar;q=0.5", "ltr"), ("", "ltr")]
)
@pytest.mark.parametrize("path", ["", "no/such/page"])
def test_a_page_has_the_direction_of_the_visitors_language(window, accepted, direction, path):
	response = requests.get(
		f"{window.url}/{path}", headers={"Accept-Language": accepted, "Accept": "text/html"}, timeout=60
	)
	assert f'<html lang="en" dir="{direction}">' in response.text
	assert "Accept-Language" in response.headers["Vary"]


def test_erpnext_answers_in_the_visitors_language(window, monkeypatch):
	heard = []
	monkeypatch.setattr(
		ERPNext,
		"call",
		lambda _self, _name, _arguments, headers=None: heard.append(headers) or requests.Response(),
	)
	requests.post(
		f"{window.url}/visit/send_otp",
		json={"email": "x@window.example"},
		headers={"Accept-Language": "ar"},
		timeout=60,
	)
	assert heard[0]["Accept-Language"] == "ar"
