"""The shop's server, as a caller: signed requests, and requests with an API key."""

import json
import time
from urllib.parse import urlencode

import frappe

from medusa_integration import signature
from medusa_integration.setup.storefront import USER
from tests.site import Client
from tests.support.configuration import saved_once

PATH = "/api/method/medusa_integration.api."
SECRET = "a-signing-secret-of-the-tests-only"


class Shop(Client):
	"""Calls the storefront's functions with signed requests."""

	def call(self, name: str, method: str = "POST", /, **arguments):
		"""A signed request; its response has the status code and the JSON."""
		path, body = PATH + name, b""
		if method == "GET":
			path += f"?{urlencode(arguments)}" if arguments else ""
		else:
			body = json.dumps(arguments).encode()
		headers = {signature.HEADER: signed(method, path, body)}
		return self.request(method, path, data=body, content_type="application/json", headers=headers)


def signed(method: str, path: str, body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
	"""The header's value for a request."""
	timestamp = f"{time.time() if at is None else at:.6f}"
	return f"t={timestamp},v1={signature.sign(secret, timestamp, method, path, body)}"


# A port where nothing listens: what is queued for Medusa waits.
NOWHERE = {"url": "http://127.0.0.1:9", "admin_email": "admin@example.com", "admin_password": "of-no-server"}


def configure_storefront(**values) -> None:
	"""Fill in what signed requests and orders need. Where no Medusa is configured, one is that can't be reached."""

	def save() -> None:
		doc = frappe.get_doc("Medusa Configuration")
		doc.update(
			{
				"enable": 1,
				**({} if doc.url else NOWHERE),
				"signing_secret": SECRET,
				"storefront_user": USER,
				"allow_unsigned": 0,
				**values,
			}
		)
		doc.save()

	saved_once(("storefront", repr(values)), save)
	frappe.db.commit()


def api_key() -> str:
	"""The Authorization header of the Storefront User's API key."""
	user = frappe.get_doc("User", USER)
	user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-a-test"
	user.save(ignore_permissions=True)
	frappe.db.commit()
	return f"token {user.api_key}:secret-of-a-test"
