"""Who is signed in: Medusa says so."""

import time
from typing import Any

import requests

REMEMBERED = 30  # seconds


class Visitors:
	"""The shop's visitors, known by the token that Medusa gave them.

	:param url: Medusa's
	:param key: the publishable key
	"""

	def __init__(self, url: str, key: str) -> None:
		self._url, self._key = url, key
		self._known: dict[str, tuple[float, dict[str, Any]]] = {}

	def customer(self, authorization: str) -> dict[str, Any] | None:
		"""Medusa's customer of a request; None for a stranger.

		:param authorization: the request's header
		"""
		if not authorization.startswith("Bearer "):
			return None
		until, customer = self._known.get(authorization, (0, {}))
		if until > time.monotonic():
			return customer
		headers = {"Authorization": authorization, "x-publishable-api-key": self._key}
		response = requests.get(f"{self._url}/store/customers/me", headers=headers, timeout=60)
		if response.status_code != 200:
			return None
		customer = response.json()["customer"]
		now = time.monotonic()
		self._known = {token: row for token, row in self._known.items() if row[0] > now}
		self._known[authorization] = (now + REMEMBERED, customer)
		return customer
