"""The client: signing in, time-outs, errors in our own terms. Against the real server, and against ones that aren't."""

import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaServerError,
	MedusaSignInFailed,
	MedusaTooLarge,
	MedusaUnavailable,
)
from medusa_integration.medusa.sign_in import TOKEN_MARGIN, Login
from medusa_integration.session import DIALECTS
from tests.support.processes import free_port
from tests.support.shop import call, refusal

RAW = re.compile(r"Pool|Error|object at|\(host=")  # of the libraries' own words


def client_for(server, calls: list | None = None, **values) -> MedusaClient:
	"""A client for a Medusa (or for the proxy before it, as `url`) that notes its calls."""
	login = values.pop("login", None) or Login(server.email, server.password)
	observe = (lambda call: None) if calls is None else calls.append
	dialect = DIALECTS[getattr(server, "version", "v2")]
	return MedusaClient(
		values.pop("url", server.url),
		login,
		dialect.sign_in_path,
		key_header=dialect.key_header,
		observe=observe,
		timeouts=values.pop("timeouts", (2, 20)),
		**values,
	)


def paths(calls: list) -> list[str]:
	return [f"{call.method} /{call.url.split('/', 3)[3].split('?')[0]}" for call in calls]


def token(expires_in: float) -> str:
	"""A token that looks right, and that no server has signed."""
	return jwt.encode({"exp": time.time() + expires_in}, "x" * 32)


# --- another server than Medusa


class Stranger(BaseHTTPRequestHandler):
	"""Answers all with the server's `reply`, and keeps count."""

	protocol_version = "HTTP/1.1"

	def handle(self):
		self.server.connections += 1
		super().handle()

	def answer(self):
		self.rfile.read(int(self.headers.get("Content-Length") or 0))
		self.server.requests.append((self.command, self.path, dict(self.headers)))
		status, headers, body = self.server.reply
		self.send_response(status)
		for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
			self.send_header(name, value)
		self.end_headers()
		self.wfile.write(body.encode())
		if self.server.closes:
			self.close_connection = True

	do_GET = do_POST = do_DELETE = answer

	def log_message(self, *_args):
		pass


@contextmanager
def stranger(status: int = 200, body: str = "{}", headers: dict | None = None, closes: bool = False):
	server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
	server.daemon_threads = True
	server.connections, server.requests = 0, []
	server.reply, server.closes = (status, headers or {}, body), closes
	server.url = f"http://127.0.0.1:{server.server_port}"
	server.email, server.password = "a@b.c", "secret"
	threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
	try:
		yield server
	finally:
		server.shutdown()
		server.server_close()


def signed_in(server, **values) -> MedusaClient:
	return client_for(server, token=token(3600), **values)


# --- signing in


def test_one_sign_in_for_many_calls(medusa):
	calls, kept = [], []
	client = client_for(medusa, calls, keep_token=kept.append)
	for _ in range(3):
		client.get("/admin/products")
	assert paths(calls) == [call(medusa, "sign-in"), *["GET /admin/products"] * 3]
	assert [call.attempt for call in calls] == [1, 1, 1, 1]
	assert kept == [client.token]
	again = []
	client_for(medusa, again, token=kept[0]).get("/admin/products")
	assert paths(again) == ["GET /admin/products"]


@pytest.mark.parametrize("expires_in", [-10, TOKEN_MARGIN - 5], ids=["expired", "nearly expired"])
def test_a_token_that_does_not_last_is_renewed_first(medusa, expires_in):
	calls, kept = [], []
	client_for(medusa, calls, token=token(expires_in), keep_token=kept.append).get("/admin/products")
	assert paths(calls) == [call(medusa, "sign-in"), "GET /admin/products"]
	assert len(kept) == 1


def test_a_token_that_is_none_is_renewed_first(medusa):
	calls = []
	client_for(medusa, calls, token="not a token").get("/admin/products")
	assert paths(calls) == [call(medusa, "sign-in"), "GET /admin/products"]


def test_a_refused_token_is_renewed_once(medusa):
	calls = []
	client_for(medusa, calls, token=token(3600)).get("/admin/products")
	assert paths(calls) == ["GET /admin/products", call(medusa, "sign-in"), "GET /admin/products"]
	assert [(call.status_code, call.attempt) for call in calls] == [(401, 1), (200, 1), (200, 2)]


def test_a_twin_that_ends_the_token_disturbs_no_call_that_was_begun(medusa, proxy):
	calls = []
	client = client_for(medusa, url=proxy.url)
	client.get("/admin/products")
	text, twin = client.token, client.twin()
	twin.observe = calls.append
	prepare = twin.session.prepare_request

	def ended_meanwhile(request):
		client.token = ""
		return prepare(request)

	twin.session.prepare_request = ended_meanwhile
	twin.get("/admin/products")
	assert paths(calls) == ["GET /admin/products"]

	# Another twin has signed in after the refusal, within the same second: the new token has the same text.
	calls.clear()
	client.token, twin.session.prepare_request = text, prepare
	proxy.fail("status", match="GET /admin/products", status=401, body='{"message":"Unauthorized"}')

	def renewed_meanwhile(call):
		calls.append(call)
		client.token = text

	twin.observe = renewed_meanwhile
	twin.get("/admin/products")
	assert paths(calls) == ["GET /admin/products"] * 2


def test_a_second_refusal_is_the_end(medusa, proxy):
	calls = []
	proxy.fail("status", times=10, match="GET /admin/products", status=401, body='{"message":"Unauthorized"}')
	client = client_for(medusa, calls, url=proxy.url, token=token(3600))
	with pytest.raises(MedusaSignInFailed) as failure:
		client.get("/admin/products")
	assert failure.value.status_code == 401
	assert paths(calls) == ["GET /admin/products", call(medusa, "sign-in"), "GET /admin/products"]


def test_a_fresh_token_that_is_refused_is_not_fetched_again(medusa, proxy):
	calls = []
	proxy.fail("status", times=10, match="GET /admin/products", status=401, body='{"message":"Unauthorized"}')
	with pytest.raises(MedusaSignInFailed):
		client_for(medusa, calls, url=proxy.url).get("/admin/products")
	assert paths(calls) == [call(medusa, "sign-in"), "GET /admin/products"]


def test_wrong_password(medusa):
	calls = []
	client = client_for(medusa, calls, login=Login(medusa.email, "wrong"), token=token(3600))
	with pytest.raises(MedusaSignInFailed, match=refusal(medusa)) as failure:
		client.get("/admin/products")
	assert failure.value.status_code == 401
	assert paths(calls) == ["GET /admin/products", call(medusa, "sign-in")]


@pytest.mark.parametrize("status", [400, 405, 422])
def test_whatever_keeps_us_from_signing_in_is_no_refusal_of_a_record(status):
	"""A record would be parked for it."""
	with stranger(status, "<html>nginx</html>") as server, pytest.raises(MedusaError) as failure:
		client_for(server).post("/admin/products/batch", {})
	assert not isinstance(failure.value, MedusaRejected)


def test_a_sign_in_without_a_token_in_the_reply():
	with stranger(200, "{}") as server, pytest.raises(MedusaSignInFailed, match="no token"):
		client_for(server).get("/admin/products")


def test_a_secret_key_needs_no_sign_in(medusa):
	calls = []
	client = client_for(medusa, calls, login=Login(api_key=medusa.shop["secret_key"]))
	assert client.get("/admin/products")["products"] == []
	assert paths(calls) == ["GET /admin/products"]


def test_a_secret_key_is_sent_as_basic():
	with stranger() as server:
		client_for(server, login=Login(api_key="sk_1")).get("/admin/products")
		assert server.requests[0][2]["Authorization"] == "Basic c2tfMTo="  # "sk_1:"


def test_a_wrong_secret_key_is_tried_once(medusa):
	calls = []
	with pytest.raises(MedusaSignInFailed):
		client_for(medusa, calls, login=Login(api_key="sk_wrong")).get("/admin/products")
	assert paths(calls) == ["GET /admin/products"]


# --- errors


def test_a_duplicate_is_a_refusal_in_medusas_words(medusa):
	client = client_for(medusa)
	client.post("/admin/collections", {"title": "Gloves", "handle": "gloves"})
	with pytest.raises(MedusaRejected, match=r"with handle:? gloves,? already exists") as failure:
		client.post("/admin/collections", {"title": "Gloves", "handle": "gloves"})
	assert type(failure.value) is MedusaRejected
	assert failure.value.status_code in (400, 422)  # v2, v1
	assert failure.value.type
	assert failure.value.message in str(failure.value)


def test_what_does_not_exist(medusa):
	with pytest.raises(MedusaNotFound, match="not found") as failure:
		client_for(medusa).get("/admin/products/prod_nope")
	assert (failure.value.status_code, failure.value.type) == (404, "not_found")


def test_a_body_that_is_too_large(medusa):
	with pytest.raises(MedusaTooLarge) as failure:
		client_for(medusa).post("/admin/collections", {"title": "x" * 200_000})
	assert failure.value.status_code == 413


@pytest.mark.parametrize(
	("status", "expected"),
	[
		(403, MedusaSignInFailed),
		(409, MedusaRejected),
		(422, MedusaRejected),
		(500, MedusaServerError),
		(501, MedusaServerError),
		(502, MedusaUnavailable),
		(503, MedusaUnavailable),
		(504, MedusaUnavailable),
	],
)
def test_each_status_has_its_error(status, expected):
	with stranger(status, '{"type":"t","code":"c","message":"In words"}') as server:
		with pytest.raises(expected, match="In words") as failure:
			signed_in(server).get("/admin/products")
	assert type(failure.value) is expected
	assert (failure.value.status_code, failure.value.type, failure.value.code) == (status, "t", "c")


@pytest.mark.parametrize(
	("header", "seconds"), [("7", 7), (None, 0), ("", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)]
)
def test_retry_after(header, seconds):
	headers = {} if header is None else {"Retry-After": header}
	with stranger(429, '{"message":"Slow down"}', headers) as server:
		with pytest.raises(MedusaUnavailable, match="Slow down") as failure:
			signed_in(server).get("/admin/products")
	assert (failure.value.status_code, failure.value.retry_after) == (429, seconds)


@pytest.mark.parametrize(
	("status", "body"),
	[
		(200, "<html>It works!</html>"),
		(200, "[]"),
		(200, ""),
		(404, "<html>Cannot GET</html>"),
		(301, ""),
		(302, "<html>Moved</html>"),
	],
)
def test_a_server_that_is_not_medusa(status, body):
	"""Its answer says nothing about the record, and is put in words that lead to the configuration."""
	headers = {"Location": "/elsewhere"} if status in (301, 302) else {}
	with stranger(status, body, headers) as server:
		with pytest.raises(MedusaUnavailable, match="check the Backend URL") as failure:
			signed_in(server).get("/admin/products", {"fields": "id"})
		assert len(server.requests) == 1  # a redirect isn't followed: the login would go along
	assert failure.value.status_code == status
	assert "?" not in str(failure.value)


@pytest.mark.parametrize("status", [400, 405, 411])
def test_a_refusal_that_is_not_medusas_says_nothing_about_the_record(status):
	"""As of a web server before it: "The plain HTTP request was sent to HTTPS port" is a 400 in HTML."""
	with stranger(status, "<html>nginx</html>") as server, pytest.raises(MedusaUnavailable):
		signed_in(server).post("/admin/products/batch", {})


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_json_has_no_word_for_is_refused_without_a_call(bad):
	calls = []
	with stranger() as server:
		with pytest.raises(MedusaRejected, match="JSON"):
			signed_in(server, calls=calls).post("/admin/products", {"weight": bad})
		assert server.requests == []
	assert [(call.status_code, bool(call.error)) for call in calls] == [(0, True)]


def test_nobody_listens(medusa):
	calls = []
	with pytest.raises(MedusaUnavailable, match="refuses the connection") as refused:
		client_for(medusa, calls, url=f"http://127.0.0.1:{free_port()}").get("/admin/products")
	assert len(calls) == 1
	assert calls[0].error == refused.value.message
	assert not RAW.search(calls[0].error)


def test_an_unknown_host(medusa):
	with pytest.raises(MedusaUnavailable, match="the name of its server isn't known") as refused:
		client_for(medusa, url="http://medusa.invalid").get("/admin/products")
	assert not RAW.search(refused.value.message)


def test_https_where_medusa_speaks_http(medusa):
	with pytest.raises(MedusaUnavailable, match="doesn't answer with https") as refused:
		client_for(medusa, url=medusa.url.replace("http:", "https:")).get("/admin/products")
	assert not RAW.search(refused.value.message)


def test_no_answer_in_time(medusa):
	client = client_for(medusa, timeouts=(2, 0.5))
	client.get("/admin/products")
	medusa.pause()
	try:
		started = time.monotonic()
		with pytest.raises(MedusaUnavailable, match="didn't answer in time"):
			client.get("/admin/products")
		assert time.monotonic() - started < 3
	finally:
		medusa.resume()


def test_a_reply_that_is_cut_off(medusa, proxy):
	client = client_for(medusa, url=proxy.url)
	proxy.fail("cut", match="GET /admin/products")
	with pytest.raises(MedusaUnavailable):
		client.get("/admin/products")
	assert client.get("/admin/products")["products"] == []


# --- the connection


def test_calls_share_a_connection():
	with stranger() as server:
		client = signed_in(server)
		for _ in range(3):
			client.get("/admin/products")
			client.post("/admin/products", {})
		assert (server.connections, len(server.requests)) == (1, 6)


def test_a_connection_that_was_closed_meanwhile_is_opened_anew():
	"""Medusa closes one after five idle seconds."""
	with stranger(closes=True) as server:
		client = signed_in(server)
		for _ in range(3):
			client.post("/admin/products", {})
			time.sleep(0.05)
		assert (server.connections, len(server.requests)) == (3, 3)


def test_no_login_out_of_a_netrc(monkeypatch, tmp_path):
	netrc = tmp_path / "netrc"
	netrc.write_text("machine 127.0.0.1 login someone password else\n")
	netrc.chmod(0o600)
	monkeypatch.setenv("NETRC", str(netrc))
	with stranger(200, '{"token": "t"}') as server:
		client_for(server).get("/admin/products")
		(_, sign_in, first), (_, _, second) = server.requests
	assert sign_in == "/auth/user/emailpass"
	assert "Authorization" not in first
	assert second["Authorization"] == "Bearer t"
