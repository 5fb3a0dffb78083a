"""Detects which version of Medusa answers at an address.

Each version has its own path for the sign-in, and its own error for an empty sign-in.

Source: docs/reference.md, "Medusa v2: sign-in" and "Medusa v1: sign-in".
"""

from medusa_integration.medusa.client import Call, MedusaClient
from medusa_integration.medusa.errors import MedusaError

REFUSALS = {
	"v2": ("/auth/user/emailpass", 401, "unauthorized"),
	"v1": ("/admin/auth/token", 400, "invalid_data"),
}
# Status codes without a reply of the server itself: no reply, or one of a gateway in between.
NO_ANSWERS = (0, 429, 502, 503, 504)


def detect(client: MedusaClient) -> str:
	"""The version that answers: "v2", "v1", or "" where the server isn't Medusa. Doesn't sign in. Where a
	version is found, the client's observer gets the expected refusals as calls that succeeded.

	:raises MedusaError: where there is no usable reply
	"""
	probes: list[Call] = []
	observe, client.observe = client.observe, probes.append
	version = ""
	try:
		version = _probe(client)
	finally:
		client.observe = observe
		for call in probes:
			call.error = "" if version else call.error
			observe(call)
	return version


def _probe(client: MedusaClient) -> str:
	for version, (path, status_code, type) in REFUSALS.items():
		try:
			client.ask("POST", path, {})
		except MedusaError as error:
			if (error.status_code, error.type) == (status_code, type):
				return version
			if error.status_code in NO_ANSWERS:
				raise
	return ""
