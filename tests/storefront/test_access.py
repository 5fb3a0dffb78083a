"""Who may call the storefront's functions, and how a refusal looks."""

import json
import time

import frappe
import pytest
from frappe.utils import set_request
from frappe.utils.background_jobs import get_redis_conn
from frappe.utils.redis_queue import RedisQueue
from redis import Redis
from redis.exceptions import ConnectionError

from medusa_integration import (
	api,  # all endpoints are known then
	counters,
)
from medusa_integration.signature import HEADER, TOLERANCE
from medusa_integration.storefront.access import ENDPOINTS, LARGEST_BODY
from tests.site import Client
from tests.support import factories
from tests.support.storefront import PATH, Shop, api_key, configure_storefront, signed
from tests.support.users import signed_in

NAME = "fetch_all_customers"


def post(body: bytes = b"{}", name: str = NAME, **headers: str):
	return Client().post(PATH + name, data=body, content_type="application/json", headers=headers)


def refused(response, code: int) -> str:
	"""The words of a refusal, which has the documented body and nothing else that tells about the server."""
	assert response.status_code == code, response.text
	assert list(response.json) == ["message"], response.text
	assert list(response.json["message"]) == ["error"]
	return response.json["message"]["error"]


def test_a_signed_request_is_worked_off(shop):
	factories.customer("Clinic Access", medusa_id=None)
	frappe.db.commit()
	response = shop.call(NAME, name="clinic access")
	assert response.status_code == 200, response.text
	assert [row["customer_name"] for row in response.json["message"]] == ["Clinic Access"]
	assert response.json["total"] == 1


def test_the_query_of_a_get_is_signed(shop):
	assert shop.call(NAME, "GET", name="nobody at all").json["message"] == "No relevant customers found"
	path = f"{PATH}{NAME}?name=a"
	header = signed("GET", path, b"")
	other = Client().get(f"{PATH}{NAME}?name=b", headers={HEADER: header})
	assert "isn't that of this request" in refused(other, 401)


def test_an_api_key_of_the_storefront_user_is_trusted(shop):
	assert Client(Authorization=api_key()).post(PATH + NAME, json={}).status_code == 200


def test_a_wrong_api_key_is_refused(shop):
	refused(Client(Authorization="token abc:def").post(PATH + NAME, json={}), 401)


def test_other_users_are_refused(shop):
	client = signed_in("medusa-stranger@example.com", "Sales User")
	assert "Medusa Storefront" in refused(client.post(PATH + NAME, json={}), 403)


@pytest.mark.parametrize("name", sorted(name for name, each in ENDPOINTS.items() if not each.is_public))
def test_a_stranger_is_refused_where_it_is_not_public(shop, name):
	refused(post(name=name), 401)


def test_a_request_is_accepted_once(shop):
	header = signed("POST", PATH + NAME, b"{}")
	assert post(**{HEADER: header}).status_code == 200
	assert "made before" in refused(post(**{HEADER: header}), 401)


def test_a_used_signature_and_a_limit_outlive_the_cache(shop):
	"""`bench clear-cache` and a migration clear it, and a full one evicts."""
	header = signed("POST", PATH + NAME, b"{}")
	assert post(**{HEADER: header}).status_code == 200
	body = b'{"email": "aisha@clinic.example"}'
	assert post(body, "send_otp").status_code == 200
	frappe.clear_cache()
	frappe.cache.flushdb()
	assert "made before" in refused(post(**{HEADER: header}), 401)
	assert "Too many requests" in refused(post(body, "send_otp"), 429)


def test_redis_out_of_reach_is_told(shop, monkeypatch):
	def fail():
		raise ConnectionError("refused")

	monkeypatch.setattr(counters, "get_redis_conn", fail)
	assert "Redis for queues doesn't answer" in refused(shop.call(NAME), 503)
	for name, arguments in (("send_otp", {}), ("login", {"password": "x"})):
		body = json.dumps({"email": "aisha@clinic.example", **arguments}).encode()
		assert "then call again" in refused(post(body, name), 503)


def test_counters_work_for_a_user_of_redis_as_frappe_makes_it(monkeypatch):
	"""`bench create-rq-users` lets it use some keys only."""
	admin = get_redis_conn()
	user = RedisQueue.get_new_user_settings("medusa-tests", "secret")
	admin.acl_setuser(**user)
	place = admin.connection_pool.connection_kwargs
	redis = Redis(
		place["host"], place["port"], place.get("db", 0), username="medusa-tests", password="secret"
	)
	monkeypatch.setattr(counters, "get_redis_conn", lambda: redis)
	try:
		assert (counters.once("a", 60), counters.once("a", 60)) == (True, False)
		assert (counters.counted("b", 60), counters.counted("b", 60), counters.read("b")) == (1, 2, 2)
		for _time in range(3):
			counters.take_back("b")
		counters.take_back("never counted")
		assert (counters.read("b"), counters.read("never counted")) == (0, 0)
		ends = [admin.ttl(key) for key in admin.scan_iter(f"{counters.PREFIX}{frappe.conf.db_name}:*")]
		assert len(ends) == 2 and all(0 < seconds <= 60 for seconds in ends)
		frappe.local.conf.db_name, name = "another site", frappe.local.conf.db_name
		assert counters.once("a", 60) and counters.read("b") == 0
		counters.forget()
		frappe.local.conf.db_name = name
		assert not counters.once("a", 60)
	finally:
		admin.acl_deluser("medusa-tests")


@pytest.mark.parametrize("age", [TOLERANCE + 5, -TOLERANCE - 5])
def test_a_stale_request_is_refused(shop, age):
	header = signed("POST", PATH + NAME, b"{}", at=time.time() - age)
	assert "signed more than 300 seconds ago" in refused(post(**{HEADER: header}), 401)


def test_a_signature_holds_for_its_body_method_path_and_secret(shop):
	def answer(method="POST", path=PATH + NAME, body=b"{}", **options):
		return refused(post(**{HEADER: signed(method, path, body, **options)}), 401)

	for words in (
		answer(body=b'{"page": 2}'),
		answer(method="GET"),
		answer(path=PATH + "insert_lead"),
		answer(secret="another"),
	):
		assert "isn't that of this request" in words


@pytest.mark.parametrize("header", ["x", "t=1,v1=2", "t=,v1=", "v1=" + "a" * 64, "t=1e9,v1=" + "a" * 64])
def test_a_malformed_signature_is_refused(shop, header):
	words = refused(post(**{HEADER: header}), 401)
	assert words == f"{HEADER} has to be t=TIME,v1=SIGNATURE: the Unix time, and 64 hexadecimal digits."


def test_without_a_secret_no_signature_is_accepted(shop):
	configure_storefront(signing_secret="")
	empty = signed("POST", PATH + NAME, b"{}", secret="")
	assert "no Signing Secret" in refused(post(**{HEADER: empty}), 401)


def test_unsigned_calls_pass_while_they_are_allowed(shop):
	configure_storefront(allow_unsigned=1)
	assert post().status_code == 200
	refused(post(**{HEADER: "t=1,v1=" + "a" * 64}), 401)  # a wrong signature isn't none
	configure_storefront(allow_unsigned=0)
	refused(post(), 401)


def test_a_disabled_storefront_user_is_told(shop):
	frappe.db.set_value("User", "medusa-storefront@example.com", "enabled", 0)
	frappe.db.commit()
	try:
		assert "Storefront User" in refused(shop.call(NAME), 503)
	finally:
		frappe.db.set_value("User", "medusa-storefront@example.com", "enabled", 1)
		frappe.db.commit()


def test_calls_are_limited(shop):
	configure_storefront(calls_per_minute=3)
	_forget_calls()
	answers = [shop.call(NAME) for _call in range(5)]
	assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
	assert all(0 < int(each.headers["Retry-After"]) <= 60 for each in answers[3:])
	assert "Retry-After" not in answers[0].headers
	_forget_calls()


def _forget_calls() -> None:
	counters.forget("limit:calls:")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1, 2]", b'"text"', b"3", b"[" * 20000])
def test_what_is_no_json_object_is_refused(shop, body):
	refused(post(body, **{HEADER: signed("POST", PATH + NAME, body)}), 400)


def test_a_large_body_is_refused(shop):
	body = json.dumps({"name": "x" * LARGEST_BODY}).encode()
	assert "1024 kB" in refused(post(body, **{HEADER: signed("POST", PATH + NAME, body)}), 413)


def test_a_body_larger_than_frappes_own_limit_is_refused(shop):
	"""Frappe 15 answers in HTML and runs no hook."""
	body = json.dumps({"name": "x" * 30 * LARGEST_BODY}).encode()
	response = post(body, **{HEADER: signed("POST", PATH + NAME, body)})
	assert response.status_code == 413
	if not frappe.__version__.startswith("15."):
		refused(response, 413)


@pytest.mark.parametrize(
	("arguments", "words"),
	[
		({"page": 0}, "page: Input should be greater than or equal to 1"),
		({"page": "abc"}, "page: Input should be a valid integer"),
		({"page": 10**9}, "page: Input should be less than"),
		({"page": [1]}, "page: Input should be a valid integer"),
		({"name": 5}, "name: Input should be a valid string"),
		({"name": "a\x00b"}, "name: must not have control characters"),
		({"name": "x" * 200}, "name: String should have at most 140 characters"),
		({"name": {"like": "%"}}, "name: Input should be a valid string"),
	],
)
def test_a_wrong_argument_is_named(shop, arguments, words):
	assert words in refused(shop.call(NAME, **arguments), 400)


def test_python_code_calls_a_function_as_it_was_written_or_outside_of_a_request(shop):
	nobody = "No relevant customers found"
	assert api.fetch_all_customers("nobody at all").message == nobody
	set_request(method="POST", path="/")
	try:
		assert ENDPOINTS[NAME].function("nobody at all").message == nobody
		with pytest.raises(frappe.PermissionError):
			api.fetch_all_customers("nobody at all")
	finally:
		del frappe.local.request  # Frappe's routes look whether there is one


def test_another_method_is_refused(shop):
	path = PATH + NAME
	refused(Client().put(path, data=b"{}", headers={HEADER: signed("PUT", path, b"{}")}), 403)


def test_the_callers_session_stays_a_guests(shop):
	shop = Shop()
	assert shop.call(NAME).status_code == 200
	who = shop.get("/api/method/frappe.auth.get_logged_user")
	assert who.status_code == 403


def test_the_secret_is_kept_out_of_the_form_and_the_database(shop):
	table = frappe.qb.DocType("Singles")
	stored = frappe.qb.from_(table).select(table.value).where(table.field == "signing_secret").run()
	single = stored[0][0] if stored else ""
	assert not single or set(single) == {"*"}


def test_only_who_has_proven_it_names_a_visitor(shop):
	"""Else a stranger would have as many visitors as calls."""
	configure_storefront(calls_per_minute=1, allow_unsigned=1)
	_forget_calls()

	def codes(client) -> list[int]:
		calls = [{"visitor_ip": f"203.0.113.{n}"} for n in (1, 2)]
		return [client.post(PATH + NAME, json=each).status_code for each in calls]

	assert codes(Client()) == [200, 429]
	_forget_calls()
	assert codes(Client(Authorization=api_key())) == [200, 200]
	_forget_calls()
	assert [shop.call(NAME, visitor_ip=f"203.0.113.{n}").status_code for n in (1, 1, 2)] == [200, 429, 200]
	_forget_calls()
