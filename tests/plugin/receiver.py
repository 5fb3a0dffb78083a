"""ERPNext's place taken by a server that notes what it is sent and answers what it is told."""

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.support.processes import free_port


@dataclass(frozen=True)
class Call:
	"""A request as it came."""

	method: str
	target: str
	headers: dict[str, str]
	body: bytes

	@property
	def name(self) -> str:
		return self.target.rpartition(".")[2]

	@property
	def values(self) -> dict:
		return json.loads(self.body)

	def as_request(self) -> Request:
		"""For `signature.verify`."""
		return Request(
			EnvironBuilder(
				self.target, method=self.method, headers=self.headers, data=self.body
			).get_environ()
		)


class Receiver:
	"""Listens on one port of 127.0.0.1 while it is up.

	Attributes:
		url: the same after `down` and `up`.
		calls: what came.
		answers: `(status code, JSON)` of a function by its name; 202 for one that isn't listed.
		delay: seconds before an answer.
	"""

	def __init__(self):
		self._port = free_port()
		self.url = f"http://127.0.0.1:{self._port}"
		self._server = None
		self.reset()

	def reset(self) -> None:
		self.up()
		self.calls: list[Call] = []
		self.answers: dict[str, tuple[int, dict]] = {}
		self.delay = 0.0

	def up(self) -> None:
		if self._server:
			return
		receiver = self

		class Handler(BaseHTTPRequestHandler):
			def do_POST(self):
				receiver._answer(self)

			do_GET = do_POST

			def log_message(self, *_):
				pass

		self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
		self._server.daemon_threads = True
		threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

	def down(self) -> None:
		"""Nobody listens."""
		if self._server:
			self._server.shutdown()
			self._server.server_close()
			self._server = None

	def _answer(self, handler: BaseHTTPRequestHandler) -> None:
		body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
		call = Call(handler.command, handler.path, dict(handler.headers), body)
		self.calls.append(call)
		time.sleep(self.delay)
		code, answer = self.answers.get(call.name, (202, {"message": "noted"}))
		sent = json.dumps(answer).encode()
		handler.send_response(code)
		if 300 <= code < 400:
			handler.send_header("Location", f"{self.url}/elsewhere")
		handler.send_header("Content-Type", "application/json")
		handler.send_header("Content-Length", str(len(sent)))
		handler.end_headers()
		handler.wfile.write(sent)

	def hints(self) -> list[dict]:
		"""What `medusa_webhook` was told, in order."""
		return [call.values for call in list(self.calls) if call.name == "medusa_webhook"]
