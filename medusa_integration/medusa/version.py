"""Which version of Medusa answers at an address.

Each version has its sign-in at another path, and refuses an empty one in its own way (measured on 2.21; v1 from
the source of 1.20).
"""

from medusa_integration.medusa.client import Call, MedusaClient
from medusa_integration.medusa.errors import MedusaError

REFUSALS = {
	"v2": ("/auth/user/emailpass", 401, "unauthorized"),
	"v1": ("/admin/auth/token", 400, "invalid_data"),
}
# no reply, or that of something between us and the server: it says nothing about what is there
NO_ANSWERS = (0, 429, 502, 503, 504)


def detect(client: MedusaClient) -> str:
	"""The version that answers: "v2", "v1", or "" where it isn't Medusa. Doesn't sign in. Where a version is found, the
	client's observer gets the refusals by which it was found as calls that succeeded.

	:raises MedusaError: where nothing usable answers
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
