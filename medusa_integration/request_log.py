"""The Medusa Request Log: a row for each call.

A call stays in memory until the caller's transaction is over. Then its row is written in a transaction of its
own. So the row survives a rollback of the caller, and writing it never commits the caller's changes.

Source: docs/reference.md, "Request log".
"""

import json
import re
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone

from medusa_integration import texts
from medusa_integration.medusa.client import Call

LONGEST_BODY, LONGEST_PRETTY = 64_000, 16_000  # characters
JSON = {"ensure_ascii": False, "default": str}
SECRET_KEY = re.compile("password|token|secret|otp|authorization|api_key", re.IGNORECASE)
MASK = "********"


@contextmanager
def about(vouchers: list[tuple[str, str]]):
	"""Log all calls made inside as being about these documents, as (doctype, name). A call that names one of them itself
	(`Call.about`) is logged as being about that one."""
	before = frappe.flags.medusa_vouchers
	frappe.flags.medusa_vouchers = vouchers
	try:
		yield
	finally:
		frappe.flags.medusa_vouchers = before


def record(call: Call) -> None:
	"""The client's observer: hold a call until `flush`, which runs after the transaction's commit or
	rollback."""
	if frappe.flags.medusa_calls is None:
		frappe.flags.medusa_calls = []
	if not frappe.flags.medusa_calls:
		frappe.db.after_commit.add(flush)
		frappe.db.after_rollback.add(flush)
	vouchers = frappe.flags.medusa_vouchers or []
	own = [voucher for voucher in vouchers if voucher[1] == call.about]
	at = datetime.fromtimestamp(call.at, ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	frappe.flags.medusa_calls.append((call, own or vouchers, at))


def flush() -> None:
	"""Write the recorded calls, and commit. Call it only where no transaction is open: the commit would
	include it."""
	calls, frappe.flags.medusa_calls = frappe.flags.medusa_calls, []
	if not calls:
		return
	for call, vouchers, at in calls:
		_write(call, vouchers, at)
	frappe.db.commit()  # The caller's transaction is over: this one is the log's own.


def _write(call: Call, vouchers: list[tuple[str, str]], at) -> None:
	doctypes = {doctype for doctype, _name in vouchers}
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
		"url": texts.one_line(call.url, 1000),
		"status_code": call.status_code,
		"duration": call.duration,
		"attempt": call.attempt,
		"voucher_type": doctypes.pop() if len(doctypes) == 1 else None,
		"voucher_name": vouchers[0][1] if len(vouchers) == 1 else None,
		"error": texts.several_lines(call.error)[:1000],
		"payload": body_for_log(call.payload),
		"response": body_for_log(_parsed(call.response)),
	}
	frappe.qb.into("Medusa Request Log").columns(*log).insert(*log.values()).run()
	_write_vouchers(log["name"], vouchers, at)


def _write_vouchers(log: str, vouchers: list[tuple[str, str]], at) -> None:
	"""Write a row for each record that the call was about. One statement, because a batch has a hundred of them."""
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
	"""A body as the log shows it: indented JSON, or a record a line where it is long; secrets masked; cut, with a note,
	where it is too long."""
	if body in (None, ""):
		return ""
	text = body if isinstance(body, str) else _pretty(*_masked(body))
	if len(text) > LONGEST_BODY:
		text = f"{text[:LONGEST_BODY]}\n… cut here: more than {LONGEST_BODY} characters in all"
	return _storable(text)


def _pretty(body: Any, size: int) -> str:
	return _rows(body) if size > LONGEST_PRETTY else json.dumps(body, indent=1, **JSON)


def _rows(body: Any) -> str:
	"""JSON with a record a line, because indenting a whole batch is slow."""
	if isinstance(body, dict):
		return "{\n%s\n}" % ",\n".join(f"{json.dumps(key)}: {_rows(item)}" for key, item in body.items())
	if isinstance(body, list):
		return "[\n%s\n]" % ",\n".join(json.dumps(row, **JSON) for row in body)
	return json.dumps(body, **JSON)


def _storable(text: str) -> str:
	"""The text without NULs and halves of surrogate pairs, which some databases refuse."""
	return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _masked(body: Any) -> tuple[Any, int]:
	"""The body with its secrets masked, without the ends of lists that would be cut anyway; and its approximate size."""
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
