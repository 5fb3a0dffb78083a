"""ERPNext, as the shop's server calls it: with its own signature or without, and for the demo as the Desk's user."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import quote, urlencode

import requests

API = "/api/method/medusa_integration.api."
DESK = "/api/resource/"


class ERPNext:
	"""A site of ERPNext.

	:param url: without a slash at the end
	:param secret: the Signing Secret
	"""

	def __init__(self, url: str, secret: str) -> None:
		self.url, self._secret = url, secret
		self._http = requests.Session()
		self._http.trust_env = False  # no proxy between us

	def read(self, name: str, arguments: list[tuple[str, str]], headers: dict[str, str], *, sign: bool):
		"""Call a function that only reads, by GET; its response."""
		query = urlencode(arguments)
		target = f"{API}{name}?{query}" if query else API + name
		headers = {**headers, **(self._signature("GET", target) if sign else {})}
		return self._http.get(self.url + target, headers=headers, timeout=60)

	def call(self, name: str, arguments: dict[str, Any], headers: dict[str, str] | None = None):
		"""Call a function by a signed POST; its response."""
		body = json.dumps(arguments).encode()
		headers = {
			**(headers or {}),
			"Content-Type": "application/json",
			**self._signature("POST", API + name, body),
		}
		return self._http.post(self.url + API + name, body, headers=headers, timeout=60)

	def _signature(self, method: str, target: str, body: bytes = b"") -> dict[str, str]:
		now = f"{time.time():.9f}"
		signed = "\n".join((now, method, target, "")).encode() + body
		signature = hmac.new(self._secret.encode(), signed, hashlib.sha256).hexdigest()
		return {"X-Medusa-Signature": f"t={now},v1={signature}"}


class Clerk:
	"""A user of the Desk, at work through Frappe's own API."""

	def __init__(self, url: str, user: str, password: str) -> None:
		self.url, self._login = url, {"usr": user, "pwd": password}

	def price(self, medusa_quotation_id: str) -> None:
		"""Price a Quotation, and show it to the customer. What has no price yet costs 1.

		:raises requests.HTTPError: where that can't be done
		"""
		http = requests.Session()
		http.trust_env = False
		http.post(f"{self.url}/api/method/login", self._login, timeout=60).raise_for_status()

		def resource(method: str, path: str, body: dict | None = None):
			response = http.request(method, f"{self.url}{DESK}{path}", json=body, timeout=60)
			response.raise_for_status()
			return response.json()["data"]

		filters = json.dumps([["medusa_quotation_id", "=", medusa_quotation_id]])
		row, *_amended = resource(
			"GET", f"Quotation?{urlencode({'filters': filters, 'order_by': 'creation desc'})}"
		)
		path = f"Quotation/{quote(row['name'], safe='')}"
		doc = resource("GET", path)
		rows = [{**each, "rate": each["rate"] or 1} for each in doc["items"]]
		resource("PUT", path, {"items": rows, "workflow_state": "Ready for Customer Review"})
