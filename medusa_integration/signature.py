"""Signed requests: proof that the shop made a request, in just this form and just now.

Source: docs/reference.md, "Access".
"""

import hashlib
import hmac
import re
import time

import frappe
from frappe import _

from medusa_integration import counters

HEADER = "X-Medusa-Signature"
TOLERANCE = 300  # seconds that the caller's clock and ours may differ
_FORM = re.compile(r"t=([0-9]{1,12}(?:\.[0-9]{1,9})?),v1=([0-9a-f]{64})")
# Of a decoded path. A line break or a question mark in it would make two different requests have the same signature.
_PATH = re.compile(r"[\w./~-]+", re.ASCII)


class BadSignature(frappe.AuthenticationError):
	"""The signature is missing, wrong, stale or used."""


class NotJson(frappe.ValidationError):
	"""The Content-Type of a signed request's body isn't JSON."""

	http_status_code = 400


def sign(secret: str, timestamp: str, method: str, target: str, body: bytes) -> str:
	"""The hexadecimal HMAC-SHA256 of a request.

	:param timestamp: Unix time in seconds, with or without decimals, as in the header
	:param method: of HTTP, in capitals
	:param target: the path, with `?` and the query where there is one, as it is sent
	:param body: as it is sent; empty for a request without one
	"""
	signed = "\n".join((timestamp, method, target, "")).encode() + body
	return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def verify(request, secret: str | None) -> None:
	"""Accept a signed request once.

	The signature doesn't cover the Content-Type. So a body has to be JSON: as a form, the same bytes could
	have another meaning.

	:param request: werkzeug's
	:param secret: the Signing Secret; None: no request is accepted
	:raises BadSignature: for any other request
	:raises NotJson: the request has a body that Frappe doesn't read as JSON
	:raises counters.CountersUnreachable: Redis doesn't answer, so that the request can't be accepted just once
	"""
	found = _FORM.fullmatch(request.headers.get(HEADER, "").strip())
	if not found:
		_refuse(
			_("{0} has to be t=TIME,v1=SIGNATURE: the Unix time, and 64 hexadecimal digits.").format(HEADER)
		)
	if not _PATH.fullmatch(request.path):
		_refuse(_("A signed request's path has to be /api/method/<name of the function>."))
	if not secret:
		_refuse(_("The Medusa Configuration has no Signing Secret."))
	timestamp, signature = found.groups()
	expected = sign(secret, timestamp, request.method, _target(request), request.get_data())
	if not hmac.compare_digest(signature, expected):
		_refuse(_("The signature isn't that of this request."))
	if abs(time.time() - float(timestamp)) > TOLERANCE:
		_refuse(_("The request was signed more than {0} seconds ago, or in the future.").format(TOLERANCE))
	if request.get_data() and not request.is_json:
		frappe.throw(
			_("The body of a signed request has to be JSON: send the header Content-Type: application/json."),
			NotJson,
			title=_("Not JSON"),
		)
	# A request counts as stale before its signature is forgotten.
	if not counters.once(f"signature:{signature}", 2 * TOLERANCE + 1):
		_refuse(_("This request was made before: sign each one anew."))


def _target(request) -> str:
	query = request.query_string.decode("latin-1")
	return f"{request.path}?{query}" if query else request.path


def _refuse(message: str) -> None:
	frappe.throw(message, BadSignature, title=_("Signature refused"))
