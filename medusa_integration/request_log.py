"""From a call's end to its Medusa Request Log row.

A row is kept in memory until the transaction it was made in is over, and then written in one of its own: so it
survives the rollback of whoever made the call, and never commits what isn't ours.
"""

import json
import re
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import frappe
from frappe.utils import now_datetime

from medusa_integration.medusa.client import Call

LONGEST_BODY, LONGEST_PRETTY = 64_000, 16_000  # characters
JSON = {"ensure_ascii": False, "default": str}
SECRET_KEY = re.compile("password|token|secret|otp|authorization|api_key", re.IGNORECASE)
MASK = "********"


@contextmanager
def about(vouchers: list[tuple[str, str]]):
	"""All calls made inside are logged as concerning these documents, as (doctype, name): or the one of them that a call
	itself names."""
	before = frappe.flags.medusa_vouchers
	frappe.flags.medusa_vouchers = vouchers
	try:
		yield
	finally:
		frappe.flags.medusa_vouchers = before


def record(call: Call) -> None:
	"""The client's observer: keep a call until `flush`, which follows the transaction's end by itself."""
	if frappe.flags.medusa_calls is None:
		frappe.flags.medusa_calls = []
	if not frappe.flags.medusa_calls:
		frappe.db.after_commit.add(flush)
		frappe.db.after_rollback.add(flush)
	vouchers = frappe.flags.medusa_vouchers or []
	own = [voucher for voucher in vouchers if voucher[1] == call.about]
	frappe.flags.medusa_calls.append((call, own or vouchers, now_datetime()))


def flush() -> None:
	"""Write the kept calls, and commit. Only where no transaction is open: it would be committed too."""
	calls, frappe.flags.medusa_calls = frappe.flags.medusa_calls, []
	if not calls:
		return
	for call, vouchers, at in calls:
		_write(call, vouchers, at)
	frappe.db.commit()  # the caller's transaction is over: this one is the log's own


def _write(call: Call, vouchers: list[tuple[str, str]], at) -> None:
	single = vouchers[0] if len(vouchers) == 1 else (None, None)
	common = {
		"creation": at,
		"modified": at,
		"owner": frappe.session.user,
		"modified_by": frappe.session.user,
	}
	log = {
		**common,
		"name": frappe.generate_hash(length=16),
		"docstatus": 0,
		"idx": 0,
		"status": "Failure" if call.error else "Success",
		"method": call.method,
		"url": _storable(call.url[:1000]),
		"status_code": call.status_code,
		"duration": call.duration,
		"attempt": call.attempt,
		"voucher_type": single[0],
		"voucher_name": single[1],
		"error": _storable(call.error[:1000]),
		"payload": body_for_log(call.payload),
		"response": body_for_log(_parsed(call.response)),
	}
	frappe.qb.into("Medusa Request Log").columns(*log).insert(*log.values()).run()
	_write_vouchers(log["name"], vouchers, at)


def _write_vouchers(log: str, vouchers: list[tuple[str, str]], at) -> None:
	"""One row for each record that the call was about: a hundred for a batch, hence one plain statement."""
	if not vouchers:
		return
	row = "(%s, %s, %s, 'Medusa Request Log', 'vouchers', %s, %s, %s)"
	frappe.db.sql(
		"insert into `tabMedusa Request Log Voucher`"
		" (name, creation, parent, parenttype, parentfield, idx, voucher_type, voucher_name) values "
		+ ", ".join([row] * len(vouchers)),
		[
			value
			for idx, (doctype, name) in enumerate(vouchers, 1)
			for value in (f"{log}-{idx}", at, log, idx, doctype, name)
		],
	)


def body_for_log(body: Any) -> str:
	"""A body as it may be read by who may read the log: pretty JSON, of long ones a row a line, secrets masked, too
	long ones cut with a note."""
	if body in (None, ""):
		return ""
	text = body if isinstance(body, str) else _pretty(*_masked(body))
	if len(text) > LONGEST_BODY:
		text = f"{text[:LONGEST_BODY]}\n… cut here: more than {LONGEST_BODY} characters in all"
	return _storable(text)


def _pretty(body: Any, size: int) -> str:
	return _rows(body) if size > LONGEST_PRETTY else json.dumps(body, indent=1, **JSON)


def _rows(body: Any) -> str:
	"""Indented JSON is slow to make: a batch's records take a line each."""
	if isinstance(body, dict):
		return "{\n%s\n}" % ",\n".join(f"{json.dumps(key)}: {_rows(item)}" for key, item in body.items())
	if isinstance(body, list):
		return "[\n%s\n]" % ",\n".join(json.dumps(row, **JSON) for row in body)
	return json.dumps(body, **JSON)


def _storable(text: str) -> str:
	"""Without NULs and the halves of surrogate pairs, which not every database takes."""
	return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _masked(body: Any) -> tuple[Any, int]:
	"""The body without its secrets, and without the ends of lists that would be cut anyway; and its size, roughly."""
	left = LONGEST_BODY

	def masked(value: Any) -> Any:
		nonlocal left
		if isinstance(value, dict):
			left -= sum(len(str(key)) for key in value)
			return {
				key: MASK if item and _is_secret(str(key)) else masked(item) for key, item in value.items()
			}
		if isinstance(value, list):
			return [masked(item) for item in value if left >= 0]
		left -= len(str(value))
		return value

	return masked(body), LONGEST_BODY - left


@lru_cache(maxsize=1000)
def _is_secret(key: str) -> bool:
	return bool(SECRET_KEY.search(key))


def _parsed(text: str) -> Any:
	try:
		return frappe.parse_json(text)
	except ValueError:
		return text
