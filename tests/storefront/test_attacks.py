"""What strangers, and callers with unusual requests, try."""

import inspect
import json
import re
from urllib.parse import quote, urlencode

import frappe
import pytest

from medusa_integration import api
from medusa_integration.signature import HEADER
from medusa_integration.storefront.access import ENDPOINTS, trusted
from tests.site import Client
from tests.storefront.test_access import NAME, _forget_calls, post, refused
from tests.support.storefront import PATH, api_key, configure_storefront, signed

OTHER_ROUTES = (
	f"/api/v1/method/medusa_integration.api.{NAME}",
	f"/api/v2/method/medusa_integration.api.{NAME}",
	f"/api/method/medusa_integration.storefront.customers.{NAME}",
	f"/?cmd=medusa_integration.api.{NAME}",
	f"/api/method/ping?cmd=medusa_integration.api.{NAME}",
	f"{PATH}{NAME}/and/more",
)


@pytest.fixture
def endpoint(shop, monkeypatch):
	"""Makes a function callable like one of ours."""
	made = []

	def make(function):
		monkeypatch.setattr(api, function.__name__, trusted("GET", "POST")(function), raising=False)
		made.append(function.__name__)
		return function.__name__

	yield make
	for name in made:
		ENDPOINTS.pop(name)


@pytest.mark.parametrize("route", OTHER_ROUTES)
def test_other_routes_have_the_same_door(shop, route):
	response = Client().post(route)
	assert response.status_code == 401, response.text
	assert "message" not in response.json or list(response.json["message"]) == ["error"]
	assert "Traceback" not in response.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_tell_a_stranger_nothing(shop, method):
	response = Client().request(method, PATH + NAME)
	assert (
		(response.status_code, response.text) == (200, "")
		if method == "OPTIONS"
		else response.status_code >= 400
	)
	assert "customer_name" not in response.text


def test_the_limit_is_one_for_all_routes(shop):
	configure_storefront(calls_per_minute=len(OTHER_ROUTES))
	_forget_calls()
	codes = [_signed_post(route, b"", "").status_code for route in (*OTHER_ROUTES, PATH + NAME)]
	assert codes == [200] * len(OTHER_ROUTES) + [429]
	_forget_calls()


def test_strangers_do_not_use_up_the_limit_of_an_address(shop):
	configure_storefront(calls_per_minute=3)
	_forget_calls()
	assert {post().status_code for _call in range(5)} == {401}
	assert shop.call(NAME).status_code == 200
	_forget_calls()


def _signed_post(path: str, body: bytes = b"{}", content_type: str = "application/json", **headers: str):
	headers = {HEADER: signed("POST", path, body), **headers}
	return Client().post(path, data=body, content_type=content_type, headers=headers)


MULTIPART = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nnobody at all\r\n--b--\r\n'


def test_what_is_signed_is_read_as_json_or_not_at_all(shop):
	"""The signature doesn't cover the Content-Type: the bytes of a JSON body may be sent as a form."""
	form = urlencode({"name": "nobody at all", "page": 1}).encode()
	hidden = json.dumps({"name": "x&name=nobody at all&page=1"}).encode()
	for body, kind in (
		(form, "application/x-www-form-urlencoded"),
		(hidden, "application/x-www-form-urlencoded"),
		(MULTIPART, "multipart/form-data; boundary=b"),
		(b"{}", "text/plain"),
		(b"{}", ""),  # Frappe doesn't read it.
	):
		for name in (NAME, "medusa_webhook"):
			words = refused(_signed_post(PATH + name, body, kind), 400)
			assert "send the header Content-Type: application/json" in words, kind
	changed = Client().post(
		PATH + NAME, data=form, headers={HEADER: signed("POST", PATH + NAME, b"{}")}, content_type="x/y"
	)
	assert "isn't that of this request" in refused(changed, 401)


def test_a_body_that_is_sent_as_a_form_uses_no_signature_up(shop):
	header = {HEADER: signed("POST", PATH + NAME, b"{}")}
	form = "application/x-www-form-urlencoded"
	refused(Client().post(PATH + NAME, data=b"{}", content_type=form, headers=header), 400)
	json_type = "application/json; charset=utf-8"
	assert Client().post(PATH + NAME, data=b"{}", content_type=json_type, headers=header).status_code == 200


def test_a_form_without_a_body_is_signed_by_its_query(shop):
	response = _signed_post(f"{PATH}{NAME}?name=nobody", b"", "application/x-www-form-urlencoded")
	assert response.json["message"] == "No relevant customers found"


def test_two_signatures_are_none(shop):
	header = signed("POST", PATH + NAME, b"{}")
	refused(post(**{HEADER: f"{header},{header}"}), 401)


@pytest.mark.parametrize("odd", [NAME + "\n{}", NAME + "?page=1", NAME + "é", NAME + " "])
def test_a_path_cannot_pass_for_a_query_or_a_body(shop, odd):
	"""Decoded, `…%3Fpage=1` reads like a path with a query, and a line break like the end of the path."""
	header = signed("POST", PATH + odd, b"")
	response = Client().post(quote(PATH + odd), data=b"", headers={HEADER: header})
	assert response.status_code in (401, 403, 404, 417), response.text
	assert "customer_name" not in response.text


def test_a_signature_is_only_for_its_function(shop, endpoint):
	def other() -> str:
		return "done"

	header = signed("POST", PATH + NAME, b"{}")
	assert "isn't that of this request" in refused(post(name=endpoint(other), **{HEADER: header}), 401)


@pytest.mark.parametrize(
	"body", [b'{"name": "\xff"}', b'{"page": NaN}', b'{"page": Infinity}', b"\xef\xbb\xbf{}x"]
)
def test_odd_json_is_refused(shop, body):
	refused(_signed_post(PATH + NAME, body), 400)


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xml"])
def test_refusals_are_json_whatever_is_accepted(shop, accept):
	refused(Client(Accept=accept).post(PATH + NAME, json={}), 401)
	refused(Client(Accept=accept, Authorization="token a:b").post(PATH + NAME, json={}), 401)
	refused(_signed_post(PATH + NAME, b"{", Accept=accept), 400)


def test_what_the_desk_shows_is_not_in_the_reply(endpoint):
	def chatty(fail: bool = False) -> str:
		frappe.msgprint("for the Desk")
		frappe.errprint("a traceback")
		frappe.response["total"] = 3
		if fail:
			frappe.throw("<b>No</b> &amp; never")
		return "done"

	name = endpoint(chatty)
	response = _signed_post(PATH + name)
	assert {key for key in response.json if key.startswith(("_", "exc"))} == set(), response.text
	assert refused(_signed_post(PATH + name, b'{"fail": true}'), 417) == "No & never"


def test_an_expired_session_adds_nothing_to_the_reply(shop):
	response = _signed_post(PATH + NAME, Cookie="sid=long-gone")
	assert sorted(response.json) == ["message", "total"], response.text


def test_an_unexpected_error_tells_nothing_and_leaves_nothing(endpoint):
	def broken() -> str:
		frappe.get_doc({"doctype": "Brand", "brand": "Half Done"}).insert(ignore_permissions=True)
		raise ZeroDivisionError("the inside of the server")

	assert "inside" not in refused(_signed_post(PATH + endpoint(broken)), 500)
	assert not frappe.db.exists("Brand", "Half Done")


@pytest.mark.parametrize(("times", "code"), [(1, 200), (3, 200), (4, 503)])
@pytest.mark.parametrize("reason", [frappe.QueryDeadlockError, frappe.TimestampMismatchError])
def test_what_another_call_was_in_the_way_of_is_repeated(endpoint, reason, times, code):
	left = [reason("in the way")] * times

	def contested() -> str:
		frappe.get_doc({"doctype": "Brand", "brand": f"Contested {len(left)}"}).insert(
			ignore_permissions=True
		)
		if left:
			raise left.pop()
		return "done"

	response = _signed_post(PATH + endpoint(contested))
	assert response.status_code == code, response.text
	assert len(frappe.get_all("Brand", {"name": ("like", "Contested%")})) == (code == 200)


def test_codes_that_are_not_documented_become_documented_ones(endpoint):
	def odd(doctype: str) -> str:
		raise getattr(frappe, doctype)("")

	name, codes = endpoint(odd), {}
	for error in (
		"LinkExpired",
		"OutgoingEmailError",
		"UniqueValidationError",
		"DuplicateEntryError",
		"Redirect",
	):
		if hasattr(frappe, error):
			codes[error] = _signed_post(PATH + name, json.dumps({"doctype": error}).encode()).status_code
	expected = {"LinkExpired": 417, "UniqueValidationError": 409, "DuplicateEntryError": 409}
	assert codes == {error: expected.get(error, 500) for error in codes}


def test_work_is_done_as_the_storefront_user_and_nobody_stays_signed_in(endpoint):
	def who() -> str:
		return f"{frappe.session.user} {dict(frappe.form_dict)}"

	name = endpoint(who)
	client = Client()
	header = {HEADER: signed("POST", PATH + name, b"{}")}
	response = client.post(PATH + name, data=b"{}", content_type="application/json", headers=header)
	assert response.json["message"] == "medusa-storefront@example.com {}"
	cookies = "".join(response.headers.getlist("Set-Cookie"))
	assert "medusa-storefront" not in cookies
	refused(client.post(PATH + name, json={}), 401)
	keyed = Client(Authorization=api_key())
	assert keyed.post(PATH + name, json={}).json["message"].startswith("medusa-storefront@example.com")
	assert "medusa-storefront" not in "".join(keyed.post(PATH + name, json={}).headers.getlist("Set-Cookie"))
	for sid in ("medusa-storefront@example.com", "Guest"):
		refused(Client(Cookie=f"sid={sid}").post(PATH + name, json={}), 401)
		assert Client(Cookie=f"sid={sid}").get("/api/method/frappe.auth.get_logged_user").status_code in (
			401,
			403,
		)


def test_a_get_writes_nothing(endpoint):
	def read() -> str:
		frappe.get_doc({"doctype": "Brand", "brand": "By Get"}).insert(ignore_permissions=True)
		return "done"

	name = endpoint(read)
	header = {HEADER: signed("GET", PATH + name, b"")}
	assert Client().get(PATH + name, headers=header).status_code == 200
	assert not frappe.db.exists("Brand", "By Get")


def test_refusals_of_arguments_name_no_type_of_the_code(shop):
	odd = [{"x": [1]}, [[1]], "\x00", "x" * 5001, -1, 1e400, True]
	wrong = {}
	for name, endpoint in ENDPOINTS.items():
		for value in odd:
			arguments = dict.fromkeys(inspect.signature(endpoint.function).parameters, value)
			body = json.dumps(arguments).replace("Infinity", "1e999").encode()
			response = _signed_post(PATH + name, body)
			words = str(response.json["message"])
			if response.status_code >= 500 or re.search(
				r"function-|constrained|validator|\[.*str.*\]|TypedDict", words
			):
				wrong[name] = words
	assert wrong == {}
