"""Replies of the storefront's calls: the documented body, and every failure as an HTTP status code with
`{"message": {"error": …}}`. A failed call is rolled back.

Source: docs/reference.md, "Replies to the storefront".
"""

import html
import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import frappe
from frappe import _
from frappe.utils import strip_html

from medusa_integration.isolation import latest_rows
from medusa_integration.settings import MedusaNotConfigured
from medusa_integration.storefront.errors import Unavailable
from medusa_integration.storefront.limits import RETRY_AFTER, SOON

TRIES = 4  # of a call whose transaction the database has ended, because of a deadlock or a changed row
_ANSWERED = "medusa_answered"
_CALL = re.compile(r"/api/(?:v1/)?method/medusa_integration\.(?:\w+\.)*(\w+)(?:/.*)?", re.ASCII)

Message = TypeVar("Message")


@dataclass(frozen=True)
class Paged(Generic[Message]):
	"""A reply of one page: `message`, and beside it the `total` of all pages."""

	message: Message
	total: int


@dataclass(frozen=True)
class Accepted(Generic[Message]):
	"""A reply with the status code 202: the work is done in the background, as `message` says."""

	message: Message


def answered(call: Callable[[], Any], *, has_secrets: bool = False) -> Any:
	"""A call's reply. A failure is rolled back and becomes the reply: an `{"error": …}` with its status code.

	Frappe's own additions to a reply, such as messages for the Desk's user, are left out.

	:param has_secrets: whether the arguments hold passwords or codes: the Error Log then gets no values of
		variables
	"""
	frappe.flags[_ANSWERED] = True
	frappe.local.response.clear()
	try:
		return _reply(call())
	except Exception as error:
		frappe.db.rollback()
		code = code_of(error)
		if code == 500:
			message = frappe.get_traceback() if has_secrets else None
			frappe.log_error(title="Storefront: unexpected error", message=message, defer_insert=True)
		frappe.local.response.clear()
		frappe.local.response["http_status_code"] = code
		return {"error": _words(error, code)}
	finally:
		_forget_logs()


def _reply(returned: Any) -> Any:
	if isinstance(returned, Paged):
		frappe.local.response["total"] = returned.total
		return returned.message
	if isinstance(returned, Accepted):
		frappe.local.response["http_status_code"] = 202
		return returned.message
	return returned


def _forget_logs() -> None:
	frappe.clear_messages()
	frappe.local.error_log, frappe.local.debug_log = [], []


def repeated(call: Callable[[], Any]) -> Any:
	"""A call's result. A call that collides with another one is tried again: the database ended its
	transaction because of a deadlock or of a row changed meanwhile, or a document was saved or made since
	this transaction began to read.

	Each try has a transaction of its own: on MariaDB a transaction sees the state of its first read, and
	Frappe has read the session. Reads after the call's first lock are then as new as that lock. A repeated
	call takes rows as they are committed: each call changes a counter of names, and a server that refuses
	changed rows would refuse each try.

	:raises Unavailable: all tries have failed, or the database has ended the wait for a lock
	"""
	for tries_left in reversed(range(TRIES)):
		is_first = tries_left == TRIES - 1
		try:
			frappe.db.rollback()
			with nullcontext() if is_first else latest_rows():
				return call()
		except (frappe.QueryDeadlockError, frappe.TimestampMismatchError):
			if not tries_left:
				_refuse_as_busy()
		except (frappe.DuplicateEntryError, frappe.UniqueValidationError):
			if not tries_left:
				raise
		except frappe.QueryTimeoutError:
			_refuse_as_busy()
		frappe.clear_messages()


def _refuse_as_busy() -> None:
	frappe.throw(
		_("Another call is changing the same documents. Repeat this one."), Unavailable, title=_("Busy")
	)


def code_of(error: Exception) -> int:
	"""The documented HTTP status code of a failure. ERPNext has further ones for its own use."""
	if isinstance(error, MedusaNotConfigured):
		return 503
	if isinstance(error, frappe.UniqueValidationError):
		return 409
	code = getattr(error, "http_status_code", 500)
	if code in codes():
		return code
	return 417 if 400 <= code < 500 else 500


def codes() -> dict[int, str]:
	"""The documented status codes of failures, each with the message for a failure without one."""
	return {
		400: _("The request can't be read."),
		401: _("Sign the request, or send the API key of a user with the role Medusa Storefront."),
		403: _("This isn't permitted, or not by this HTTP method."),
		404: _("There is no such record."),
		409: _("The record's state doesn't allow it."),
		413: _("The request is too large."),
		417: _("ERPNext doesn't accept this."),
		429: _("Too many requests. Try again in a minute."),
		500: _("An unexpected error. The Error Log in ERPNext has the details."),
		503: _("ERPNext can't do this now. Try again later."),
	}


def _words(error: Exception, code: int) -> str:
	if isinstance(error, frappe.DuplicateEntryError | frappe.UniqueValidationError):
		return _("It exists already.")
	words = html.unescape(strip_html(str(error))).strip() if code != 500 else ""
	return words or codes()[code]


def called_by(request) -> str | None:
	"""The name of our function whose address a request has; None for another address."""
	called = _CALL.fullmatch(request.path)
	return called[1] if called else None


def answer_refused(endpoints, response, request) -> None:
	"""Give the documented body to requests that Frappe refuses before they reach one of our functions: an
	unreadable or too large body, a wrong API key, another HTTP method. Each 429 gets a `Retry-After`.

	:param endpoints: the names of our functions
	:param response: werkzeug's; changed. None where Frappe 15 refuses a body that is larger than its own
		limit
	"""
	if response is None or response.status_code < 400:
		return
	if response.status_code == 429 and called_by(request):
		response.headers.setdefault("Retry-After", str(frappe.flags.get(RETRY_AFTER) or SOON))
	if frappe.flags.get(_ANSWERED) or called_by(request) not in endpoints:
		return
	# Frappe answers JSON that it can't read with 417, or 500 on Frappe 15.
	unreadable = response.status_code == 417 or _is_unreadable(request)
	code = 400 if unreadable else response.status_code
	response.status_code = code if code in codes() else 500
	response.content_type = "application/json"
	response.set_data(json.dumps({"message": {"error": codes()[response.status_code]}}))


def _no_json(constant: str) -> None:
	"""Refuse NaN and Infinity: Python and Frappe 15 read them, Frappe 16 doesn't."""
	raise ValueError(constant)


def _is_unreadable(request) -> bool:
	"""Whether a body that is declared as JSON isn't a JSON object."""
	if not request.is_json:
		return False
	try:
		return not isinstance(json.loads(request.get_data() or b"{}", parse_constant=_no_json), dict)
	except (ValueError, RecursionError):
		return True
	except Exception:  # too large to be read
		return False
