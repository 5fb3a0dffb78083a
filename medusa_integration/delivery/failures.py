"""The failures of a drain: their rows are tried again, sent in halves or parked, and the drain ends where Medusa fails
too often.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

import frappe
from frappe import _
from rq.timeouts import JobTimeoutException

from medusa_integration.delivery import outage, reasons
from medusa_integration.delivery.kind import Kind, Result, Row
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaRejected,
	MedusaSignInFailed,
	MedusaTimeout,
	MedusaUnavailable,
)

GIVE_UP_AFTER = 3  # batches in a row that Medusa failed
TIMEOUTS = 2  # batches in a row that timed out, though Medusa answers other calls
PING_PATIENCE = (3, 5)  # seconds to connect, seconds to wait for a reply, at most
DEADLOCKS = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)


class Failures:
	"""The failures of one drain.

	:param settle: writes results

	`in_a_row` counts the batches that Medusa failed since the last good one, `timeouts` those that timed out. `out_of_reach` is
	on where the last call had no usable reply. `is_ending` is set by the drain: nothing more is sent. `in_parts` has
	the parts of failed batches that are to be sent.
	"""

	def __init__(self, medusa: Dialect, settle: Callable[[list[Result]], None]) -> None:
		self.medusa = medusa
		self._settle = settle
		self.in_a_row = self.timeouts = 0
		self.out_of_reach = self.is_ending = False
		self.in_parts: deque[tuple[Kind, list[Row]]] = deque()

	def look_first(self) -> None:
		"""If Medusa didn't answer the last drain, ping it: a batch would wait longer for a reply.

		:raises OutOfReach: where Medusa doesn't answer yet
		"""
		if outage.noted().get("silent"):
			try:
				self._ping()
			except MedusaError as error:
				raise outage.MedusaOutage(error.retry_after, isinstance(error, MedusaTimeout)) from error

	def attempt(self, kind: Kind, rows: list[Row], work: Callable[[], None]) -> None:
		"""Do `work`; settle, postpone or split the rows if it fails."""
		try:
			work()
		except outage.MedusaOutage:
			raise
		except MedusaRejected as error:
			if len(rows) > 1:
				self._halve(kind, rows)
			else:
				self._settle([_refused(rows[0], error)])
		except MedusaError as error:
			self._postpone(rows, error)
		except DEADLOCKS:
			frappe.db.rollback()  # a user's save went first
			busy = _("ERPNext was busy with it.")
			self._settle([Result.retry(row, busy, counts=False, unsure=True) for row in rows])
		except JobTimeoutException:
			raise  # RQ raises it once; the rows come due when their lease ends
		except Exception:
			# A bug, or a document that the code isn't ready for: it must not stop the other rows.
			frappe.db.rollback()
			if len(rows) > 1:
				self._halve(kind, rows)
			else:
				self._settle([unexpected(rows[0])])

	def _halve(self, kind: Kind, rows: list[Row]) -> None:
		"""Send a failed batch in parts, until the failing record is alone."""
		middle = len(rows) // 2
		self.in_parts += [(kind, rows[:middle]), (kind, rows[middle:])]

	def settle_failed(self, failed: list[Result]) -> None:
		"""Settle the rows that failed in a batch whose other rows succeeded."""
		refused: list[Result] = []
		others: dict[type, list[tuple[Row, MedusaError]]] = {}
		for result in failed:
			cause = cast(MedusaError, result.error)  # Result.failed sets it.
			if isinstance(cause, MedusaRejected):
				refused.append(_refused(result.row, cause, result.writes))
			else:
				others.setdefault(type(cause), []).append((result.row, cause))
		self._settle(refused)
		stop = None
		for rows in others.values():
			try:
				self._postpone([row for row, _cause in rows], rows[0][1])
			except outage.MedusaOutage as error:
				stop = error  # postpone the other rows first: their calls may be applied too
		if stop:
			raise stop

	def _postpone(self, rows: list[Row], error: MedusaError) -> None:
		"""Try again later. The attempt counts against the records only where Medusa answers other calls.

		After a time-out a ping tells a frozen Medusa from a batch that is too much for it. If the ping fails
		too, the drain ends, and the attempt doesn't count. If Medusa answers it, the attempt counts, so that
		the batch's records are sent alone in the end, and the drain goes on. A second time-out in a row ends
		the drain nevertheless, because each blocks the worker for as long as the read time-out.
		"""
		timed_out = isinstance(error, MedusaTimeout)
		at_the_door = isinstance(error, MedusaSignInFailed) or error.status_code == 429
		counts = not at_the_door and not self.is_ending and self._medusa_is_well()
		unsure = isinstance(error, MedusaUnavailable) and not at_the_door
		self.out_of_reach = isinstance(error, MedusaUnavailable) and not counts
		why = reasons.message(error)
		self._settle(
			[Result.retry(row, why, after=error.retry_after, counts=counts, unsure=unsure) for row in rows]
		)
		self.in_a_row = 0 if counts else self.in_a_row + 1
		self.timeouts = self.timeouts + 1 if timed_out else 0
		silent = timed_out and (not counts or self.timeouts >= TIMEOUTS)
		if at_the_door or silent or self.in_a_row >= GIVE_UP_AFTER:
			raise outage.MedusaOutage(error.retry_after, silent)

	def _medusa_is_well(self) -> bool:
		try:
			self._ping()
		except MedusaError:
			return False
		return True

	def _ping(self) -> None:
		with self.medusa.client.patience(*PING_PATIENCE):
			self.medusa.ping()


def unexpected(row: Row) -> Result:
	"""Log the unexpected error that is being handled, and retry the record later."""
	log = frappe.log_error(
		title=f"Medusa: {row.kind} of {row.reference_name} could not be sent",
		reference_doctype=row.reference_doctype,
		reference_name=row.reference_name,
	)
	return Result.retry(row, _("Unexpected error, see Error Log {0}").format(log.name), unsure=True)


def _refused(row: Row, error: MedusaRejected, writes: Iterable = ()) -> Result:
	return Result.parked(row, reasons.message(error), error.reason, writes)
