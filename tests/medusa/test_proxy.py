"""The proxy that the fault tests rely on, against a small server that counts what reaches it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.medusa.proxy import FaultProxy

NO_REPLY = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Echo(BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"

	def do_POST(self):
		content = self.rfile.read(int(self.headers["Content-Length"]))
		self.server.received.append(content)
		self.send_response(201)
		self.send_header("Transfer-Encoding", "chunked")
		self.end_headers()
		for part in (content, b""):
			self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

	def log_message(self, *_):
		pass


@pytest.fixture
def server():
	server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
	server.received = []
	threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
	yield server
	server.shutdown()
	server.server_close()


@pytest.fixture
def proxy(server):
	with FaultProxy(f"http://127.0.0.1:{server.server_port}") as proxy:
		yield proxy


def post(proxy, path="/things", data=b"a small body", session=requests):
	return session.post(proxy.url + path, data=data, timeout=1)


def test_passes_on_over_one_connection(proxy, server):
	with requests.Session() as session:
		for data in (b"one", b"two", iter([b"thr", b"ee"])):
			reply = post(proxy, "/things?page=2", data, session)
			assert (reply.status_code, reply.content) == (201, server.received[-1])
		assert len(proxy._server.connections) == 1
	assert server.received == [b"one", b"two", b"three"]
	assert proxy.calls == ["POST /things"] * 3


@pytest.mark.parametrize(
	"kind, arrives",
	[("refuse", False), ("blackhole", False), ("drop", True), ("cut", True)],
)
def test_no_whole_reply(proxy, server, kind, arrives):
	fault = proxy.fail(kind)
	with pytest.raises(NO_REPLY):
		post(proxy)
	assert (len(server.received), fault.hits) == (int(arrives), 1)
	assert post(proxy).ok


def test_status_keeps_the_connection(proxy, server):
	proxy.fail("status", status=429, headers={"Retry-After": "7"}, body='{"message": "slow down"}')
	with requests.Session() as session:
		reply = post(proxy, session=session)
		assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")
		assert reply.json() == {"message": "slow down"}
		assert post(proxy, session=session).status_code == 201
	assert len(server.received) == 1


def test_delay(proxy, server):
	proxy.fail("delay", seconds=0.2)
	reply = post(proxy)
	assert reply.ok and reply.elapsed.total_seconds() >= 0.2


def test_faults_wait_for_their_call_and_go_in_order(proxy):
	first = proxy.fail("status", times=2, match="POST /admin/products", status=500)
	second = proxy.fail("status", match="POST /admin", status=503)
	paths = ["/store", "/admin/products/batch", "/admin/products", "/admin/products", "/admin/products"]
	assert [post(proxy, path).status_code for path in paths] == [201, 500, 500, 503, 201]
	assert (first.hits, second.hits) == (2, 1)


def test_down_and_up(proxy, server):
	with requests.Session() as session:
		assert post(proxy, session=session).ok
		proxy.down()
		with pytest.raises(requests.ConnectionError):
			post(proxy, session=session)
		proxy.up()
		assert post(proxy, session=session).ok
	assert len(server.received) == 2


def test_unknown_kind_is_a_mistake_of_the_test(proxy):
	with pytest.raises(ValueError, match="explode"):
		proxy.fail("explode")
