"""Rows that another transaction has changed since this one began to read.

MariaDB's `innodb_snapshot_isolation`, on by default from 11.6.2, refuses a statement that writes or locks
such a row with the error 1020, and rolls the whole transaction back. Frappe raises a `QueryDeadlockError`.
Jobs and calls of the shop then repeat their work, as after a deadlock. A user's save can't, so the app's
statements in a save run in `latest_rows`.

Source: docs/reference.md, "Transactions".
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

VARIABLE = "innodb_snapshot_isolation"
_CHECKED = "medusa_snapshots_are_checked"


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
