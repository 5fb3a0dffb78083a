"""Named locks for tasks of one worker at a time, on all hosts that share the site's database."""

from contextlib import AbstractContextManager

import frappe
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock

WAIT = 30  # seconds


class Exclusive:
	"""A lock by name. The database connection holds it, independent of transactions, so the lock ends even
	when the worker dies. Databases without named locks serve a single host: there the lock is a file.

	:param name: of the task that one worker at a time does
	"""

	def __init__(self, name: str) -> None:
		self.name = f"{frappe.conf.db_name} {name}"[:64]
		self._file: AbstractContextManager | None = None

	def acquire(self) -> None:
		"""Wait for the lock, and take it.

		:raises frappe.QueryTimeoutError: where another worker holds it for too long
		"""
		if frappe.db.db_type == "mariadb":
			if not frappe.db.sql("select get_lock(%s, %s)", (self.name, WAIT))[0][0]:
				raise frappe.QueryTimeoutError(f"Another worker holds the lock {self.name}")
			return
		self._file = filelock(frappe.scrub(self.name), timeout=WAIT)
		try:
			self._file.__enter__()
		except LockTimeoutError as error:
			self._file = None
			raise frappe.QueryTimeoutError(str(error)) from error

	def release(self) -> None:
		if frappe.db.db_type == "mariadb":
			frappe.db.sql("select release_lock(%s)", (self.name,))
		elif self._file:
			self._file.__exit__(None, None, None)
			self._file = None


def hold_until_commit(name: str) -> None:
	"""Take a lock until the transaction ends. Does nothing where the transaction holds the lock already.

	Take it before the transaction's first read, which makes the snapshot that all later reads see.

	:param name: of the task that one worker at a time does
	:raises frappe.QueryTimeoutError: where another worker holds it for too long
	"""
	held = frappe.flags.setdefault("medusa_locks", {})
	if name in held:
		return
	lock = Exclusive(name)
	lock.acquire()
	held[name] = lock

	def release() -> None:
		if held.pop(name, None):
			lock.release()

	frappe.db.after_commit.add(release)
	frappe.db.after_rollback.add(release)
