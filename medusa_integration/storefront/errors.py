"""Refusals of the storefront's calls, each with its HTTP status code.

A message may repeat a caller's text, so the message is made harmless.

Source: docs/reference.md, "Replies to the storefront".
"""

from typing import NoReturn

import frappe
from frappe import _

from medusa_integration import texts


class BadRequest(frappe.ValidationError):
	"""An argument is missing, or of the wrong type or range."""

	http_status_code = 400


class NotFound(frappe.DoesNotExistError):
	"""There is no such record, or it isn't this customer's."""

	http_status_code = 404


class Conflict(frappe.ValidationError):
	"""The record's state doesn't allow the call."""

	http_status_code = 409


class TooLarge(frappe.ValidationError):
	"""The request is too large."""

	http_status_code = 413


class Unavailable(frappe.ValidationError):
	"""The set-up is incomplete, or the database is busy: the same call may pass later."""

	http_status_code = 503


def bad_request(message: str) -> NoReturn:
	"""Refuse arguments.

	:raises BadRequest: always
	"""
	frappe.throw(texts.several_lines(message), BadRequest, title=_("Bad request"))


def not_found(message: str) -> NoReturn:
	"""Refuse a call that names a missing record.

	:raises NotFound: always
	"""
	frappe.throw(texts.several_lines(message), NotFound, title=_("Not found"))


def conflict(message: str) -> NoReturn:
	"""Refuse a call that the record's state doesn't allow.

	:raises Conflict: always
	"""
	frappe.throw(texts.several_lines(message), Conflict, title=_("Not possible any more"))
