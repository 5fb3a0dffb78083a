"""Emptying a box: claim a batch, have its kind prepare it, send it, settle its results.

While Medusa works on one batch, the drain claims and prepares the next and settles the last. One thread makes
all database queries; others make the calls (see lanes.py).
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import frappe

from medusa_integration import request_log, settings
from medusa_integration.delivery import claims, outage, wake
from medusa_integration.delivery.box import Box
from medusa_integration.delivery.failures import DEADLOCKS, Failures, unexpected
from medusa_integration.delivery.kind import Kind, Outcome, Result, Row, Run
from medusa_integration.delivery.lanes import Batch, Lanes, SentBatch
from medusa_integration.delivery.leases import Leases
from medusa_integration.delivery.settling import Hooks, settle
from medusa_integration.medusa.dialect import Dialect

PAUSES = (0.05, 0.2, 0.5, 1, 2, 5)  # seconds between tries to claim or settle locked rows


class _OutOfTime(Exception):
	"""The job's time is up, and there may be more to send."""


def drain(
	box: Box,
	kinds: Iterable[Kind],
	open_shop: Callable[[], Dialect],
	seconds: int,
	tell: Callable[[], None],
	hooks: Hooks,
) -> int:
	"""Send due rows until none is due, Medusa is unreachable, or the time is up. In the last case a longer
	job goes on.

	Each batch is committed alone: the outcome of calls that Medusa has applied must survive a later failure.

	:param kinds: in the order in which they need each other
	:param open_shop: returns the shop that calls go to
	:param seconds: after which no more rows are claimed
	:param tell: called after each batch
	:param hooks: see settling.Hooks
	:returns: the number of rows that were handled
	"""
	claims.lock_rows_only()
	run = _Drain(box, kinds, open_shop(), seconds, tell, hooks)
	try:
		run.failures.look_first()
		run.until_empty()
	except _OutOfTime:
		wake.enqueue_long_drain(box.job)
	except outage.MedusaOutage as stop:
		outage.begin(stop.retry_after, stop.silent)
	else:
		# A small shop's few rows don't make GIVE_UP_AFTER batches, and yet Medusa may be down.
		outage.begin() if run.failures.out_of_reach else outage.end()
	return run.handled


class _Drain:
	"""One drain: its shop, its settings and its progress."""

	def __init__(
		self,
		box: Box,
		kinds: Iterable[Kind],
		medusa: Dialect,
		seconds: int,
		tell: Callable[[], None],
		hooks: Hooks,
	) -> None:
		self.box = box
		self.kinds = list(kinds)
		self.medusa = medusa
		self.tell = tell
		self.hooks = hooks
		self.settings = settings.current()
		self.leases = Leases(box, self.settings.lease_seconds, self.settings.batch_seconds)
		self.run = Run(medusa, box.standing, keep=self.leases.extend, hold=self.leases.hold)
		self.until = time.monotonic() + seconds
		self.failures = Failures(medusa, self._settle)
		self.handled = 0
		self.has_waiting = False

	def until_empty(self) -> None:
		"""Drain the kinds in turn until none has due rows: settling one kind may make rows of another due."""
		leases = self.leases
		self.lanes = Lanes(self.medusa, self.medusa.batches_at_once, leases.renew_due, leases.pause)
		try:
			while self._sweep():
				pass
		finally:
			self._bring_home()
			self.lanes.close()

	def _sweep(self) -> bool:
		"""Drain each kind once. Returns whether any row was due."""
		found = False
		for kind in self.kinds:
			if self.failures.in_a_row or not kind.overlaps:
				self._finish()
			if claims.is_due(self.box, kind.name):
				found = self._drain_kind(kind) or found
		self._finish()
		return found

	def _bring_home(self) -> None:
		"""Settle the batches that are under way, and release the rows that aren't sent yet."""
		self.failures.is_ending = True
		for batch in self.lanes.withdraw():
			self._release(batch.rows)
		while self.lanes.is_busy:
			with suppress(outage.MedusaOutage):
				self._handle(self.lanes.next())
		while self.failures.in_parts:
			_kind, rows = self.failures.in_parts.popleft()
			self._release(rows)

	def _release(self, rows: list[Row]) -> None:
		self.leases.drop(rows)
		claims.release(self.box, rows)

	def _drain_kind(self, kind: Kind) -> bool:
		"""Send a kind's due rows. Its last batches may be under way on return. Returns whether any row was
		due."""
		self.has_waiting, found = False, False
		while True:
			if not self._may_go_on():
				self._handle_next()
				continue
			batch_kind, rows = self._next_rows(kind)
			if not rows:
				break
			found = True
			self._begin(batch_kind, rows)
		return found

	def _finish(self) -> None:
		"""Wait until no batch is under way.

		:raises OutOfReach: where Medusa failed the last batch: the next one would wait for Medusa again
		"""
		while self.lanes.is_busy or self.failures.in_parts:
			if self.failures.in_parts and self._may_go_on():
				self._begin(*self._next_part())
			else:
				self._handle_next()
		if self.failures.in_a_row:
			raise outage.MedusaOutage

	def _handle_next(self) -> None:
		self._handle(self.lanes.next())
		if not self._holds_back():
			self.lanes.resume()

	def _may_go_on(self) -> bool:
		return self.lanes.has_room and not self._holds_back()

	def _holds_back(self) -> bool:
		"""Whether sending pauses: after a time-out the other lanes' calls have to end, as they may time out
		too."""
		return self.failures.timeouts > 0 and self.lanes.is_busy

	def _next_rows(self, kind: Kind) -> tuple[Kind, list[Row]]:
		"""The next rows to send: a part of a refused batch, else a new claim; [] where there are none."""
		if self.failures.in_parts:
			return self._next_part()
		if self.has_waiting:
			return kind, []
		if time.monotonic() > self.until:
			raise _OutOfTime
		self.leases.renew_due()
		limit = kind.batch_size or self.settings.batch_size
		for pause in PAUSES:
			try:
				rows = self.leases.claim(kind.name, limit)
				self.handled += len(rows)
				return kind, rows
			except frappe.QueryDeadlockError:
				frappe.db.rollback()  # a user's save went first: no row is claimed
				time.sleep(pause)
		return kind, []

	def _next_part(self) -> tuple[Kind, list[Row]]:
		kind, rows = self.failures.in_parts.popleft()
		self.leases.extend(rows)
		return kind, rows

	def _begin(self, kind: Kind, rows: list[Row]) -> None:
		"""Prepare a batch and send it, except rows that need no call."""
		self.medusa.client.deadline = deadline = self.leases.deadline_of(rows)

		def prepare() -> None:
			task = kind.prepare(self.run, rows)
			self._settle(task.settled)
			if task.rows:
				self.lanes.add(Batch(kind, task.rows, task, deadline))
				outage.note_call(self.settings.batch_seconds)
			else:
				self.tell()

		self.failures.attempt(kind, rows, prepare)

	def _handle(self, sent: SentBatch) -> None:
		"""Log, conclude and settle a batch that was sent."""
		batch, client = sent.batch, self.medusa.client
		with request_log.about(batch.task.vouchers):
			for call in sent.calls:
				client.observe(call)
		for token in sent.tokens[-1:]:
			client.keep_token(token)
		self.medusa.memory.save()
		self.failures.out_of_reach = sent.out_of_reach
		outage.note_answer(self.settings.batch_seconds, self.lanes.is_busy)
		self.failures.attempt(batch.kind, batch.rows, lambda: self._conclude(sent))
		self.tell()

	def _conclude(self, sent: SentBatch) -> None:
		if sent.error:
			raise sent.error
		results = sent.batch.task.conclude(sent.reply)
		failed = [result for result in results if result.outcome is Outcome.FAILED]
		self._settle([result for result in results if result.outcome is not Outcome.FAILED])
		if not sent.out_of_reach:
			self.failures.in_a_row = self.failures.timeouts = 0
		self.failures.settle_failed(failed)

	def _settle(self, results: list[Result]) -> None:
		waiting = [result for result in results if result.outcome is Outcome.WAITING]
		self.has_waiting = self.has_waiting or bool(waiting)
		self.run.queued |= {(kind.name, name) for result in waiting for kind, name in result.then}
		rows = [result.row for result in results]
		for pause in PAUSES if results else ():
			try:
				unsure, attempts = self.settings.batch_seconds, self.settings.max_attempts
				results = settle(self.box, results, attempts, unsure, self.hooks)
			except DEADLOCKS:
				frappe.db.rollback()  # a user's save went first: no result is written
			except Exception:
				frappe.db.rollback()
				return self._settle_alone(results)
			if not results:
				break
			time.sleep(pause)
		# Rows that are left are claimed again when the lease runs out, and their records are found in Medusa.
		self.leases.drop(rows)

	def _settle_alone(self, results: list[Result]) -> None:
		"""Settle the other results without the one that can't be written. Called while an unexpected error is
		handled."""
		if len(results) > 1:
			middle = len(results) // 2
			self._settle(results[:middle])
			self._settle(results[middle:])
		elif results[0].writes or results[0].then:
			self._settle([unexpected(results[0].row)])
		else:
			raise
