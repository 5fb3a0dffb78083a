"""Calls to a running Medusa: signed in to its admin API, and as a visitor to its store API."""

import requests

from tests.medusa.versions import VERSIONS


class Calls:
	"""A server that runs already, perhaps started by another process.

	:param url: without a slash at the end
	:param version: "v2" or "v1"
	:param shop: what the seeds made; see server.Medusa
	"""

	email = "admin@erp.test"
	password = "supersecret1"

	def __init__(self, url: str, version: str, shop: dict) -> None:
		self.url = url
		self.version = version
		self.shop = shop
		self._http = requests.Session()
		self._http.trust_env = False  # no proxy between us
		self._token: str | None = None

	def admin(self, method: str, path: str, json: dict | None = None, params: dict | None = None) -> dict:
		"""Call the admin API, signed in; the reply's JSON. requests.HTTPError with Medusa's words on an error."""
		return self._call(method, path, {"Authorization": f"Bearer {self.token()}"}, json, params)

	def token(self) -> str:
		"""A token of the admin's, of one sign-in."""
		if not self._token:
			login = {"email": self.email, "password": self.password}
			names = VERSIONS[self.version]
			self._token = self._call("POST", names.sign_in, {}, login)[names.token]
		return self._token

	def store(
		self,
		method: str,
		path: str,
		json: dict | None = None,
		params: dict | None = None,
		token: str | None = None,
	) -> dict:
		"""Call the store API as the shop's visitors do, with the publishable key; otherwise like `admin`.

		:param token: of a customer who has signed in
		"""
		headers = {"x-publishable-api-key": self.shop["publishable_key"]}
		if token:
			headers["Authorization"] = f"Bearer {token}"
		return self._call(method, path, headers, json, params)

	def _call(self, method, path, headers, json=None, params=None) -> dict:
		reply = self._http.request(
			method, self.url + path, headers=headers, json=json, params=params, timeout=60
		)
		if not reply.ok:
			raise requests.HTTPError(f"{method} {path}: {reply.status_code} {reply.text}", response=reply)
		return reply.json()
