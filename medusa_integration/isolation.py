"""Rows that another transaction has changed since this one began to read.

MariaDB's `innodb_snapshot_isolation`, on by default from 11.6.2, refuses a statement that writes or locks
such a row with the error 1020, and rolls the whole transaction back. Frappe raises a `QueryDeadlockError`.
Jobs and calls of the shop then repeat their work, as after a deadlock. A user's request can't, so it runs
without the setting (`take_latest_rows`), and so do the app's statements in jobs of others (`latest_rows`).

Source: docs/reference.md, "Transactions".
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

VARIABLE = "innodb_snapshot_isolation"
_CHECKED = "medusa_snapshots_are_checked"
READING = ("GET", "HEAD", "OPTIONS")


def take_latest_rows() -> None:
	"""Before each request that may write: make its statements lock and write rows as they are committed, as on MariaDB
	before 11.6.2.

	Drains write ids and statuses to documents. ERPNext locks other documents than the saved one, too, such as the
	Delivery Note of an invoice that is submitted: a request that began to read just before a drain's commit would fail.
	"""
	if frappe.request.method not in READING and _are_checked():
		frappe.db.sql(f"set session {VARIABLE} = 0")
		frappe.flags[_CHECKED] = False  # The connection ends with the request.


@contextmanager
def latest_rows() -> Iterator[None]:
	"""A context whose statements write and lock rows as they are committed, also rows changed since the
	transaction began to read. For statements that don't depend on the values that the transaction read of
	these rows."""
	if not _are_checked():
		yield
		return
	frappe.db.sql(f"set session {VARIABLE} = 0")
	frappe.flags[_CHECKED] = False  # A nested context leaves the variable as it is.
	try:
		yield
	finally:
		frappe.flags[_CHECKED] = True
		frappe.db.sql(f"set session {VARIABLE} = 1")


def _are_checked() -> bool:
	"""Whether the server refuses to write rows changed since the first read. Asked once for each request or
	job, as each has its own connection."""
	if frappe.db.db_type != "mariadb":
		return False
	if _CHECKED not in frappe.flags:
		frappe.flags[_CHECKED] = _ask()
	return frappe.flags[_CHECKED]


def _ask() -> bool:
	try:
		return bool(frappe.db.sql(f"select @@session.{VARIABLE}")[0][0])
	except (frappe.db.OperationalError, frappe.db.InternalError, frappe.db.ProgrammingError):
		return False  # An older server doesn't know the variable; MySQL doesn't either.
