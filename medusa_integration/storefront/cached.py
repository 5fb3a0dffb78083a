"""Replies to strangers, cached on the site. Browsers and proxies may cache them, too.

The site caches replies under the catalogue's generation: the next call sees the changes of a commit. An
outside cache sees them when `max-age` is over.

Source: docs/reference.md, "Cached replies".
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import get_url, nowdate
from frappe.utils.response import json_handler
from werkzeug.wrappers import Response

from medusa_integration import generation
from medusa_integration.storefront import kept_counts

# The headers that identify a caller: a cache must not answer the shop's server with a stranger's reply.
# Frappe takes the scheme of its addresses from X-Forwarded-Proto.
VARY = "Accept-Language, Authorization, Cookie, Origin, X-Forwarded-Proto, X-Medusa-Signature"
PRIVATE = "private, no-store"


def answer(
	function: Callable, values: dict[str, Any], seconds: int, call: Callable[[], Any], *, is_stranger: bool
) -> Response:
	"""A call's reply, as a response that says for whom and how long it may be cached.

	:param function: the function that is called
	:param values: its arguments, checked
	:param seconds: for which a stranger's reply may be cached
	:param call: makes the call
	"""
	# A signed-in user gets a cookie with the reply.
	if not is_stranger or frappe.session.user != "Guest":
		return _response(_body(call()), PRIVATE)
	key = f"reply:{_known(function, values)}"
	body, tag, life = generation.cached(
		key, generation.current(), lambda: _kept(_body(call()), seconds), lambda kept: kept[2]
	)
	if frappe.request.method != "GET" or not _is_own_host():
		return _response(body, PRIVATE)
	response = _response(body, f"public, max-age={life}")
	response.set_etag(tag)
	_without_cookies()
	return response.make_conditional(frappe.request)


def _known(function: Callable, values: dict[str, Any]) -> str:
	"""The values that a reply depends on. Prices depend on the day, pictures' addresses on the site's."""
	known = (function.__name__, values, frappe.local.lang, get_url(), nowdate())
	return json.dumps(known, default=str, sort_keys=True)


def _is_own_host() -> bool:
	"""Whether the addresses in a reply are the site's own, not those of the request's `Host`: a cache may key
	by the path alone."""
	conf, site = frappe.conf, frappe.local.site
	return bool(conf.host_name or conf.hostname) or frappe.request.host in (
		site,
		f"{site}:{conf.webserver_port}",
	)


def _body(message: Any) -> bytes:
	return json.dumps({"message": message}, default=json_handler, separators=(",", ":")).encode()


def _kept(body: bytes, seconds: int) -> tuple[bytes, str, int]:
	"""A reply, its tag, and the seconds for which it may be cached: fewer while a job counts its listing."""
	life = min(seconds, kept_counts.REPLY) if kept_counts.was_old() else seconds
	return body, hashlib.sha256(body).hexdigest()[:32], life


def _response(body: bytes, policy: str) -> Response:
	response = Response(body, content_type="application/json")
	response.headers["Cache-Control"] = policy
	response.headers["Vary"] = VARY
	later = getattr(frappe.local, "response_headers", None)
	if later is not None:  # Frappe 16 writes its own Vary before these.
		later["Vary"] = VARY
	return response


def _without_cookies() -> None:
	"""Drop a guest's cookies, which have no meaning: a proxy doesn't cache a reply that sets cookies."""
	frappe.local.cookie_manager.cookies.clear()
