"""How the storefront's calls answer: the documented body, and every failure as an HTTP status code with
`{"message": {"error": …}}`. A failed call leaves nothing behind.

Source: docs/reference.md, "Replies to the storefront".
"""

import html
import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import strip_html

from medusa_integration.storefront.errors import Unavailable

TRIES = 3  # of a call whose transaction the database has chosen as a deadlock's victim
_ANSWERED = "medusa_answered"


def answered(call: Callable[[], Any]) -> Any:
	"""What a call returns. Its failure rolls everything back and becomes the reply: an `{"error": …}` with its status code."""
	frappe.flags[_ANSWERED] = True
	try:
		return call()
	except Exception as error:
		frappe.db.rollback()
		frappe.clear_messages()
		code = getattr(error, "http_status_code", 500)
		if code >= 500 and not isinstance(error, Unavailable):
			frappe.log_error(title="Storefront: unexpected error", defer_insert=True)
		frappe.local.response["http_status_code"] = code
		return {"error": _words(error, code)}


def repeated(call: Callable[[], Any]) -> Any:
	"""What a call returns. Where the database ended its transaction because of a deadlock, it is made again.

	Each try has a transaction of its own: on MariaDB a transaction sees the state of its first read, and Frappe has read
	the session. What a call reads after its first lock is then as new as that lock.

	:raises Unavailable: where it doesn't get through
	"""
	for tries_left in reversed(range(TRIES)):
		try:
			frappe.db.rollback()
			return call()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			frappe.clear_messages()
			if not tries_left:
				frappe.throw(
					_("Another call is changing the same documents. Repeat this one."),
					Unavailable,
					title=_("Busy"),
				)


def _words(error: Exception, code: int) -> str:
	if isinstance(error, frappe.DuplicateEntryError | frappe.UniqueValidationError):
		return _("It exists already.")
	words = html.unescape(strip_html(str(error))).strip() if code < 500 or code == 503 else ""
	return words or _of_code(code)


def _of_code(code: int) -> str:
	return {
		400: _("The request can't be read."),
		401: _("Sign the request, or send the API key of a user with the role Medusa Storefront."),
		403: _("This isn't permitted, or not by this HTTP method."),
		404: _("There is no such record."),
		413: _("The request is too large."),
		429: _("Too many requests. Try again in a minute."),
	}.get(code, _("An unexpected error. The Error Log in ERPNext has the details."))


def answer_refused(endpoints, response, request) -> None:
	"""Give the documented body to what Frappe refuses before it reaches one of our functions: an unreadable or too large
	body, a wrong API key, another HTTP method.

	:param endpoints: the names of our functions
	:param response: werkzeug's; changed
	"""
	if response is None or response.status_code < 400 or frappe.flags.get(_ANSWERED):
		return
	path, _slash, name = request.path.rpartition("/")
	if path != "/api/method" or name.rpartition(".")[2] not in endpoints or "medusa_integration." not in name:
		return
	code = 400 if _is_unreadable(request) else response.status_code
	response.status_code = code
	response.content_type = "application/json"
	response.set_data(json.dumps({"message": {"error": _of_code(code)}}))


def _no_json(constant: str) -> None:
	"""NaN and Infinity, which Python reads, Frappe 15 too, and Frappe 16 doesn't."""
	raise ValueError(constant)


def _is_unreadable(request) -> bool:
	"""Whether the body isn't the JSON object that it says it is. Frappe 15 answers that with 500."""
	if not request.is_json:
		return False
	try:
		return not isinstance(json.loads(request.get_data() or b"{}", parse_constant=_no_json), dict)
	except (ValueError, RecursionError):
		return True
	except Exception:  # too large to be read
		return False
