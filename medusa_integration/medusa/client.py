"""HTTP to one Medusa server: session, sign-in, time-outs, errors. Knows nothing of ERPNext.

Sources: medusa.md (measured), Medusa's API reference for `POST /auth/user/emailpass` (v2) and
`POST /admin/auth/token` (v1).
"""

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from urllib3.exceptions import ReadTimeoutError

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaServerError,
	MedusaSignInFailed,
	MedusaTimeout,
	MedusaTooLarge,
	MedusaUnavailable,
	NotSendable,
)

# A token is renewed this many seconds before it expires, so that it lasts through the longest call.
TOKEN_MARGIN = 300
PARALLEL = 4  # connections at once, where each record takes a call of its own
ERROR_CLASSES = {
	401: MedusaSignInFailed,
	403: MedusaSignInFailed,
	404: MedusaNotFound,
	413: MedusaTooLarge,
	429: MedusaUnavailable,
	500: MedusaServerError,
	502: MedusaUnavailable,
	503: MedusaUnavailable,
	504: MedusaUnavailable,
}


@dataclass(frozen=True)
class Login:
	"""How to sign in: a secret API key, or an admin user's e-mail and password."""

	email: str = ""
	password: str = field(default="", repr=False)
	api_key: str = field(default="", repr=False)


@dataclass
class Call:
	"""One HTTP request and what came of it, as the observer gets it. `duration` in ms; bodies are unmasked. `about`: the
	one that it concerns, where several records are sent each by itself."""

	method: str
	url: str
	payload: Any
	attempt: int
	status_code: int = 0
	response: str = ""
	duration: int = 0
	error: str = ""
	about: str = ""


class MedusaClient:
	"""A signed-in session with one server.

	:param url: the backend's address, without a path
	:param login: see Login
	:param sign_in_path: where e-mail and password become a token: the dialects differ
	:param key_header: the header for a secret API key, which is otherwise the user name of basic authentication
	:param token: a token of an earlier session, if one was kept
	:param keep_token: called with each new token
	:param observe: called with a Call after every request, failed ones too
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
		self.token = token
		self.keep_token = keep_token
		self.observe = observe
		self.timeouts = timeouts
		self.session = _session()
		self.about = ""
		self.out_of_reach = False  # whether the last call had no usable reply
		self._twins: list[MedusaClient] = []
		self.deadline = float("inf")  # as time.time(): from then on nothing is written

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
		"""One signed-in call; on 401 the token is fetched anew, once, and the call is made again."""
		if method != "GET":
			self.check_deadline()
		fresh = self._sign_in()
		try:
			return self._send(method, path, payload, params, auth=self._authorise)
		except MedusaSignInFailed as error:
			if fresh or error.status_code != 401 or self.login.api_key:
				raise
		self.token = ""
		self._sign_in()
		return self._send(method, path, payload, params, auth=self._authorise, attempt=2)

	def check_deadline(self) -> None:
		"""MedusaUnavailable where the deadline has passed: what is to be written may be somebody else's task by now."""
		if time.time() > self.deadline:
			raise MedusaUnavailable("This worker was held up for too long: another one takes over")

	def ask(self, method: str, path: str, payload: Any = None) -> dict:
		"""One call without signing in. Errors: the MedusaError family."""
		return self._send(method, path, payload)

	@contextmanager
	def patience(self, connect: float, reply: float) -> Iterator[None]:
		"""Inside, wait no longer than so many seconds for a connection, and for a reply."""
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
		"""`act(client, item)` for all items, a few at once, each thread with a client of its own.

		`act` runs in other threads: it must not touch what belongs to this one. The calls are observed in this one.

		:param about: what an item's calls are about
		:returns: for each item, in their order, what `act` returned or the MedusaError it raised. Once Medusa is out of
			reach or refuses the sign-in, the items that nobody has begun with get that error too.
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
					number, item = queue.pop()  # one operation, so that no two threads get the same
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
			outcome.result()  # raises what isn't a MedusaError
		return results

	def _ready_twins(self, number: int) -> list["MedusaClient"]:
		"""Clients like this one, each with its own connection and a list of calls for an observer."""
		while len(self._twins) < number:
			twin = copy.copy(self)
			twin.session = _session()
			twin.keep_token = lambda token: None
			self._twins.append(twin)
		for twin in self._twins:
			twin.token = self.token
			twin.timeouts, twin.deadline = self.timeouts, self.deadline
			twin.out_of_reach = False
			twin.calls = []
			twin.observe = twin.calls.append
		return self._twins[:number]

	def _take_over(self, twins: list["MedusaClient"]) -> None:
		"""What the twins learned."""
		for call in (call for twin in twins for call in twin.calls):
			self.observe(call)
		self.out_of_reach = any(twin.out_of_reach for twin in twins)
		renewed = next((twin.token for twin in twins if twin.token != self.token), "")
		if renewed:
			self.token = renewed
			self.keep_token(renewed)

	def _sign_in(self) -> bool:
		"""Make sure of a token that lasts. True where it was fetched just now."""
		if self.login.api_key or (self.token and _lasts(self.token)):
			return False
		credentials = _Unprintable(email=self.login.email, password=self.login.password)
		try:
			reply = self.ask("POST", self.sign_in_path, credentials)
		except MedusaRejected as error:  # what is refused here is the login, never a record
			raise MedusaSignInFailed(error.message, status_code=error.status_code, type=error.type) from error
		self.token = reply.get("token") or reply.get("access_token") or ""
		if not self.token:
			raise MedusaSignInFailed("Medusa's reply to the sign-in has no token")
		self.keep_token(self.token)
		return True

	def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
		if self.login.api_key and self.key_header:
			request.headers[self.key_header] = self.login.api_key
			return request
		if self.login.api_key:
			return requests.auth.HTTPBasicAuth(self.login.api_key, "")(request)
		request.headers["Authorization"] = f"Bearer {self.token}"
		return request

	def _send(self, method, path, payload=None, params=None, auth=None, attempt=1) -> dict:
		call = Call(method, self.url + path, payload, attempt, about=self.about)
		started = time.monotonic()
		try:
			# an explicit `auth` keeps requests from taking one out of ~/.netrc; a redirect may lead anywhere
			reply = self.session.request(
				method,
				call.url,
				params=params,
				json=payload,
				auth=auth or (lambda request: request),
				timeout=self.timeouts,
				allow_redirects=False,
			)
			call.url, call.status_code, call.response = reply.url, reply.status_code, reply.text
			body = _read(reply)
			self.out_of_reach = False
			return body
		except (requests.exceptions.InvalidJSONError, TypeError) as error:
			refusal = NotSendable("This can't be sent as JSON: {0}", error)
			call.error = refusal.message
			raise refusal from error
		except requests.RequestException as error:
			call.error = _words(error)
			self.out_of_reach = True
			raise (MedusaTimeout if _is_timeout(error) else MedusaUnavailable)(call.error) from error
		except MedusaError as error:
			call.error = error.message
			self.out_of_reach = isinstance(error, MedusaUnavailable)
			raise
		finally:
			call.duration = round((time.monotonic() - started) * 1000)
			self.observe(call)


def without_login(url: str) -> str:
	"""A URL without a user name and password, which would be in every log, and which no call needs."""
	scheme, separator, rest = url.rpartition("://")
	host, slash, path = rest.partition("/")
	return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def _session() -> requests.Session:
	session = requests.Session()
	session.headers["Accept"] = "application/json"
	return session


class _Unprintable(dict):
	"""A payload that no traceback with local variables shows."""

	def __repr__(self) -> str:
		return "{…}"


def _lasts(token: str) -> bool:
	try:
		claims = jwt.decode(token, options={"verify_signature": False})
	except jwt.InvalidTokenError:
		return False
	return claims.get("exp", 0) > time.time() + TOKEN_MARGIN


def _read(reply: requests.Response) -> dict:
	"""The reply's JSON object, or the MedusaError that its status stands for."""
	try:
		body = reply.json()
	except ValueError:
		body = None
	if reply.ok and isinstance(body, dict):
		return body
	details = body if isinstance(body, dict) else {}
	message = str(details.get("message") or "").strip()
	of_medusa = message or reply.status_code in (401, 403, 413, 429) or reply.status_code >= 500
	if reply.ok or not of_medusa:
		# Medusa gives every refusal a message in JSON: this is another server, or another path
		raise MedusaUnavailable(
			f"{reply.url.split('?')[0]} answered {reply.status_code}, but not as Medusa does: check the Backend URL",
			status_code=reply.status_code,
		)
	raise ERROR_CLASSES.get(reply.status_code, _class_for(reply.status_code))(
		message or f"HTTP {reply.status_code} {reply.reason}",
		status_code=reply.status_code,
		type=str(details.get("type") or ""),
		code=str(details.get("code") or ""),
		retry_after=_seconds(reply.headers.get("Retry-After")),
	)


def _class_for(status_code: int) -> type[MedusaError]:
	return MedusaServerError if status_code >= 500 else MedusaRejected


def _seconds(retry_after: str | None) -> float:
	return float(retry_after) if (retry_after or "").strip().isdigit() else 0


def _is_timeout(error: requests.RequestException) -> bool:
	"""Requests raises a ConnectionError where a reply stops in its middle."""
	return isinstance(error, requests.Timeout) or isinstance(next(iter(error.args), None), ReadTimeoutError)


def _words(error: requests.RequestException) -> str:
	"""An error of the network in words for the operator."""
	if isinstance(error, requests.ConnectTimeout):
		return "Medusa can't be reached: no answer to the connection in time"
	if _is_timeout(error):
		return "Medusa took the call but didn't answer in time"
	if isinstance(error, requests.exceptions.SSLError):
		return f"Medusa can't be reached: its certificate isn't accepted ({error})"
	if isinstance(error, requests.exceptions.ChunkedEncodingError):
		return "Medusa's reply was cut off"
	if isinstance(error, requests.ConnectionError):
		return f"Medusa can't be reached, or closed the connection: {error}"
	return f"Medusa can't be called: {error}"
