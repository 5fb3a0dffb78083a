"""HTTP to one Medusa server: session, time-outs, errors. The sign-in's token is in sign_in.py.

Source: docs/reference.md, "Medusa v2: sign-in", "Medusa v2: requests and errors", "Medusa v1: sign-in" and "Errors".
"""

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaRejected,
	MedusaSignInFailed,
	MedusaTimeout,
	MedusaUnavailable,
	NotSendable,
)
from medusa_integration.medusa.replies import is_timeout, message_of_failure, read
from medusa_integration.medusa.sign_in import Login, SignedIn, Token, Unprintable, lasts, without_login

PARALLEL = 4  # connections at once, where each record takes its own call


@dataclass
class Call:
	"""One HTTP request and its outcome, as the observer gets it. Bodies are unmasked.

	:param attempt: 2 where the call was repeated with a new token
	:param duration: in ms
	:param about: the record that is sent, where each record has its own call
	:param at: the start, as time.time()
	"""

	method: str
	url: str
	payload: Any
	attempt: int
	status_code: int = 0
	response: str = ""
	duration: int = 0
	error: str = ""
	about: str = ""
	at: float = field(default_factory=time.time)


@dataclass
class Deadline:
	"""The moment after which the client doesn't write. It may be moved while calls are made.

	:param at: as time.time()
	"""

	at: float = float("inf")


class MedusaClient:
	"""A signed-in session with one server.

	:param url: the backend's address, without a path
	:param login: see Login
	:param sign_in_path: the dialect's path that returns a token for e-mail and password
	:param key_header: the header for a secret API key, which is otherwise the user name of basic
		authentication
	:param token: a token of an earlier session, if one was stored
	:param keep_token: called with each new token
	:param observe: called with a Call after every request, also a failed one
	:param timeouts: seconds to connect, seconds to wait for a reply
	"""

	def __init__(
		self,
		url: str,
		login: Login,
		sign_in_path: str = "/auth/user/emailpass",
		*,
		key_header: str = "",
		token: str = "",
		keep_token: Callable[[str], None] = lambda token: None,
		observe: Callable[[Call], None] = lambda call: None,
		timeouts: tuple[float, float] = (5, 60),
	) -> None:
		self.url = without_login(url).rstrip("/")
		self.login = login
		self.sign_in_path = sign_in_path
		self.key_header = key_header
		self._signed_in = SignedIn(token)
		self.keep_token = keep_token
		self.observe = observe
		self.timeouts = timeouts
		self.session = _session()
		self.about = ""
		self.out_of_reach = False  # the last call had no usable reply
		self._twins: list[MedusaClient] = []
		# What a twin collects for the client that started it.
		self.calls: list[Call] = []
		self.tokens: list[str] = []
		self.deadline = Deadline()

	@property
	def token(self) -> str:
		"""The token of the sign-in that this client shares with its twins."""
		return self._signed_in.token.text

	@token.setter
	def token(self, value: str) -> None:
		self._signed_in.token = Token(value)

	def twin(self) -> "MedusaClient":
		"""A client for another thread, with a connection of its own and the same sign-in."""
		twin = copy.copy(self)
		twin.session = _session()
		twin._twins = []
		twin.out_of_reach = False
		return twin

	def get(self, path: str, params: Any = None) -> dict:
		"""The JSON reply to GET `path`. Errors: the MedusaError family."""
		return self.request("GET", path, params=params)

	def post(self, path: str, payload: Any, params: Any = None) -> dict:
		"""The JSON reply to POST `path` with `payload` as JSON. Errors: the MedusaError family."""
		return self.request("POST", path, payload, params)

	def delete(self, path: str) -> dict:
		"""The JSON reply to DELETE `path`. Errors: the MedusaError family."""
		return self.request("DELETE", path)

	def request(self, method: str, path: str, payload: Any = None, params: Any = None) -> dict:
		"""Make a signed-in call. On 401, fetch a new token and repeat the call, once."""
		if method != "GET":
			self.check_deadline()
		token, is_fresh = self._sign_in()
		try:
			return self._send(method, path, payload, params, token=token)
		except MedusaSignInFailed as error:
			if is_fresh or error.status_code != 401 or self.login.api_key:
				raise
		self._signed_in.end(token)
		token, _is_fresh = self._sign_in()
		return self._send(method, path, payload, params, token=token, attempt=2)

	def check_deadline(self) -> None:
		"""Refuse to write once the lease is over, because another worker may have claimed the rows.

		:raises MedusaUnavailable: after the deadline
		"""
		if time.time() > self.deadline.at:
			raise MedusaUnavailable("This worker was held up for too long: another one takes over")

	def ask(
		self, method: str, path: str, payload: Any = None, headers: Mapping[str, str] | None = None
	) -> dict:
		"""One call without signing in. Errors: the MedusaError family."""
		return self._send(method, path, payload, headers=headers)

	@contextmanager
	def patience(self, connect: float, reply: float) -> Iterator[None]:
		"""A context with shorter time-outs.

		:param connect: seconds to wait for a connection, at most
		:param reply: seconds to wait for a reply, at most
		"""
		before = self.timeouts
		self.timeouts = (min(before[0], connect), min(before[1], reply))
		try:
			yield
		finally:
			self.timeouts = before

	def each(
		self,
		act: Callable[["MedusaClient", Any], Any],
		items: Sequence,
		about: Callable[[Any], str] = lambda item: "",
	) -> list:
		"""Run `act(client, item)` for all items, a few at once. Each thread has a client of its own.

		`act` runs in other threads, so it must not use Frappe. The observer is called in this thread.

		:param about: returns the record that an item's calls are about
		:returns: for each item, in their order, the result of `act` or the MedusaError it raised. Once Medusa
			is unreachable or refuses the sign-in, the items that weren't begun get that error too.
		"""
		if not items:
			return []
		self._sign_in()
		stop: list[MedusaError] = []
		queue = list(enumerate(items))[::-1]
		results: list = [None] * len(items)
		twins = self._ready_twins(min(PARALLEL, len(items)))

		def work(twin: MedusaClient) -> None:
			while queue:
				try:
					number, item = queue.pop()  # atomic, so that no two threads get the same item
				except IndexError:
					return
				twin.about = about(item)
				try:
					results[number] = stop[0] if stop else act(twin, item)
				except MedusaError as error:
					results[number] = error
					if isinstance(error, MedusaUnavailable | MedusaSignInFailed):
						stop.append(error)

		with ThreadPoolExecutor(len(twins)) as threads:
			outcomes = [threads.submit(work, twin) for twin in twins]
		self._take_over(twins)
		for outcome in outcomes:
			outcome.result()  # raises errors that aren't a MedusaError
		return results

	def _ready_twins(self, number: int) -> list["MedusaClient"]:
		"""Twins, reset for use. Their calls and tokens are collected for this client's observer and `keep_token`."""
		while len(self._twins) < number:
			self._twins.append(self.twin())
		for twin in self._twins:
			twin.timeouts, twin.deadline = self.timeouts, self.deadline
			twin.out_of_reach = False
			twin.calls = []
			twin.observe = twin.calls.append
			# `keep_token` uses the database, so the starting thread calls it once all twins are done.
			twin.tokens = []
			twin.keep_token = twin.tokens.append
		return self._twins[:number]

	def _take_over(self, twins: list["MedusaClient"]) -> None:
		"""Pass the twins' calls and newest token on, and copy their state."""
		for call in (call for twin in twins for call in twin.calls):
			self.observe(call)
		self.out_of_reach = any(twin.out_of_reach for twin in twins)
		for token in [token for twin in twins for token in twin.tokens][-1:]:
			self.keep_token(token)

	def _sign_in(self) -> tuple[Token, bool]:
		"""Fetch a token unless the shared one lasts.

		:returns: the token, and whether it was fetched. The call uses this token: a twin may end the shared
			one at any moment
		"""
		with self._signed_in.lock:
			token = self._signed_in.token
			if self.login.api_key or (token.text and lasts(token.text)):
				return token, False
			credentials = Unprintable(email=self.login.email, password=self.login.password)
			try:
				reply = self.ask("POST", self.sign_in_path, credentials)
			except MedusaRejected as error:  # Medusa refuses the login here, not a record.
				raise MedusaSignInFailed(
					error.message, status_code=error.status_code, type=error.type
				) from error
			token = Token(reply.get("token") or reply.get("access_token") or "")
			if not token.text:
				raise MedusaSignInFailed("Medusa's reply to the sign-in has no token")
			self._signed_in.token = token
		self.keep_token(token.text)
		return token, True

	def _authorise(self, request: requests.PreparedRequest, token: Token) -> requests.PreparedRequest:
		if self.login.api_key and self.key_header:
			request.headers[self.key_header] = self.login.api_key
			return request
		if self.login.api_key:
			return requests.auth.HTTPBasicAuth(self.login.api_key, "")(request)
		request.headers["Authorization"] = f"Bearer {token.text}"
		return request

	def _send(
		self,
		method: str,
		path: str,
		payload: Any = None,
		params: Any = None,
		token: Token | None = None,
		attempt: int = 1,
		headers: Mapping[str, str] | None = None,
	) -> dict:
		call = Call(method, self.url + path, payload, attempt, about=self.about)
		started = time.monotonic()
		try:
			# An explicit `auth` keeps requests from reading ~/.netrc. A redirect could send the token to another server.
			reply = self.session.request(
				method,
				call.url,
				params=params,
				json=payload,
				headers=headers,
				auth=lambda request: self._authorise(request, token) if token else request,
				timeout=self.timeouts,
				allow_redirects=False,
			)
			call.url, call.status_code, call.response = reply.url, reply.status_code, reply.text
			body = read(reply)
			self.out_of_reach = False
			return body
		except (requests.exceptions.InvalidJSONError, TypeError) as error:
			refusal = NotSendable("This can't be sent as JSON: {0}", error)
			call.error = refusal.message
			raise refusal from error
		except requests.RequestException as error:
			call.error = message_of_failure(error)
			self.out_of_reach = True
			raise (MedusaTimeout if is_timeout(error) else MedusaUnavailable)(call.error) from error
		except MedusaError as error:
			call.error = error.message
			self.out_of_reach = isinstance(error, MedusaUnavailable)
			raise
		finally:
			call.duration = round((time.monotonic() - started) * 1000)
			self.observe(call)


def _session() -> requests.Session:
	session = requests.Session()
	session.headers["Accept"] = "application/json"
	return session
