"""An HTTP proxy between a client and the real server that fails on demand."""

import socket
import threading
import time
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.support.processes import free_port

KINDS = ("refuse", "status", "delay", "cut", "drop", "blackhole")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def _begins_like(call: str, match: str) -> bool:
	return fnmatch(call, match + "*")


@dataclass
class Fault:
	"""One rule of the proxy's; `hits` counts the requests it has met."""

	kind: str
	times: int
	match: str
	options: dict = field(default_factory=dict)
	hits: int = 0

	def meets(self, call: str) -> bool:
		return self.hits < self.times and _begins_like(call, self.match)


class FaultProxy:
	"""Listens on a free port of 127.0.0.1 from the start and passes everything on, until told to fail.

	Attributes:
		url: where it listens; the same after `down` and `up`.
		calls: "METHOD path" (without the query) of each request that came in, in order.
	"""

	def __init__(self, target_url: str):
		self.target = urlsplit(target_url).netloc
		self.calls: list[str] = []
		self._faults: list[Fault] = []
		self._lock = threading.Lock()
		self._server = None
		self._port = free_port()
		self.url = f"http://127.0.0.1:{self._port}"
		self.up()

	def __enter__(self) -> "FaultProxy":
		return self

	def __exit__(self, *_) -> None:
		self.stop()

	def fail(self, kind: str, times: int = 1, match: str = "", **options) -> Fault:
		"""Let the next `times` requests whose "METHOD path" begins like `match`, in which `*` stands for anything, fail.
		Rules are used up in order.

		Args:
			kind: what happens:
				refuse: the connection is closed; the request is not passed on. (See `down` for a closed port.)
				status: answered with `status` (int), `headers` (dict), `body` (str); not passed on.
				delay: passed on after `seconds`.
				cut: passed on; the reply ends in its middle.
				drop: passed on; the connection is closed without a reply.
				blackhole: not passed on and never answered.
		"""
		if kind not in KINDS:
			raise ValueError(f"{kind}: not one of {', '.join(KINDS)}")
		fault = Fault(kind, times, match, options)
		with self._lock:
			self._faults.append(fault)
		return fault

	def count(self, match: str) -> int:
		"""How many requests came in whose "METHOD path" begins like `match`; see `fail`."""
		return sum(_begins_like(call, match) for call in self.calls)

	def clear(self) -> None:
		"""Forget all rules and calls."""
		with self._lock:
			self._faults.clear()
			self.calls.clear()

	def up(self) -> None:
		"""Open the port again."""
		if not self._server:
			self._server = _Server(self, self._port)
			threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

	def down(self) -> None:
		"""Close the port and all connections: connecting is refused."""
		if self._server:
			self._server.shutdown()
			self._server.server_close()
			self._server.hang_up()
			self._server = None

	stop = down

	def take(self, call: str) -> Fault | None:
		"""Note a request; the rule that it meets, counted."""
		with self._lock:
			self.calls.append(call)
			fault = next((fault for fault in self._faults if fault.meets(call)), None)
			if fault:
				fault.hits += 1
			return fault


class _Server(ThreadingHTTPServer):
	daemon_threads = True
	request_queue_size = 128

	def __init__(self, proxy: FaultProxy, port: int):
		self.proxy = proxy
		self.connections: set[socket.socket] = set()
		super().__init__(("127.0.0.1", port), _Handler)

	def process_request(self, request, client_address) -> None:
		self.connections.add(request)
		super().process_request(request, client_address)

	def shutdown_request(self, request) -> None:
		self.connections.discard(request)
		super().shutdown_request(request)

	def hang_up(self) -> None:
		for connection in list(self.connections):
			try:
				connection.shutdown(socket.SHUT_RDWR)
			except OSError:
				pass  # the client was faster

	def handle_error(self, request, client_address) -> None:
		pass  # clients that hang up; anything else they notice


class _Handler(BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True

	def log_message(self, *_) -> None:
		pass

	def _serve(self) -> None:
		body = self._body()
		fault = self.server.proxy.take(f"{self.command} {urlsplit(self.path).path}")
		match fault and fault.kind:
			case "refuse":
				self.close_connection = True
			case "blackhole":
				self.rfile.read(1)  # until the client, or the proxy, hangs up
				self.close_connection = True
			case "status":
				self._reply_with(**fault.options)
			case _:
				self._pass_on(body, fault)

	do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

	def _body(self) -> bytes:
		if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
			return self.rfile.read(int(self.headers.get("Content-Length", 0)))
		chunks = []
		while size := int(self.rfile.readline().split(b";")[0], 16):
			chunks.append(self.rfile.read(size))
			self.rfile.readline()
		while self.rfile.readline().strip():
			pass  # trailers
		return b"".join(chunks)

	def _pass_on(self, body: bytes, fault: Fault | None) -> None:
		kind = fault.kind if fault else None
		if kind == "delay":
			time.sleep(fault.options["seconds"])
		upstream = HTTPConnection(self.server.proxy.target)
		try:
			reply, content = self._ask(upstream, body)
		except (OSError, HTTPException):
			self.close_connection = True  # the server is gone: so are we, as far as this client can see
			return
		finally:
			upstream.close()
		if kind == "drop":
			self.close_connection = True
			return
		self._reply(reply.status, reply.getheaders(), content, cut=kind == "cut")

	def _ask(self, upstream: HTTPConnection, body: bytes) -> tuple[HTTPResponse, bytes]:
		headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
		upstream.request(self.command, self.path, body or None, headers)
		reply = upstream.getresponse()
		return reply, reply.read()

	def _reply_with(self, status: int, headers: dict | None = None, body: str = "") -> None:
		given = {"Content-Type": "application/json", **(headers or {})}
		self._reply(status, given.items(), body.encode())

	def _reply(self, status: int, headers, content: bytes, cut: bool = False) -> None:
		self.send_response_only(status)
		for name, value in headers:
			if name.lower() not in HOP_BY_HOP:
				self.send_header(name, value)
		self.send_header("Content-Length", str(len(content)))
		self.end_headers()
		if cut:
			content = content[: len(content) // 2]
			self.close_connection = True
		if self.command != "HEAD":
			self.wfile.write(content)
