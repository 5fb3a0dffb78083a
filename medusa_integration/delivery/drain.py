"""Emptying the outbox: claim a batch, hand it to its kind, settle what came of it."""

import time
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.background_jobs import get_job_status, is_job_enqueued
from rq.timeouts import JobTimeoutException

from medusa_integration import session as shop
from medusa_integration.delivery import outage, outbox
from medusa_integration.delivery.outbox import Result
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaRejected,
	MedusaSignInFailed,
	MedusaSkuTaken,
	MedusaTimeout,
	MedusaUnavailable,
	NotSendable,
)
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.operations import progress
from medusa_integration.outbound import collections, orders, prices, products, quotations, stock

# In the order in which they need each other.
KINDS = {kind.KIND: kind for kind in (collections, products, prices, stock, orders, quotations)}
JOB_ID, NEXT_JOB_ID, LONG_JOB_ID = "medusa_drain", "medusa_drain_next", "medusa_drain_long"
# What takes longer than a save's worth goes on in the long queue, and leaves the default one to others.
SHORT_RUN, LONG_RUN = 200, 8 * 3600 - 300  # seconds, less than the jobs' time-outs
GIVE_UP_AFTER = 3  # batches in a row that Medusa failed
TIMEOUTS = 2  # batches in a row that timed out, though Medusa answers other calls
PING_PATIENCE = (3, 5)  # seconds to connect, seconds to wait for a reply, at most
PAUSES = (0.05, 0.2, 0.5, 1, 2, 5)  # seconds between tries to claim or settle what others hold


class _OutOfTime(Exception):
	"""The job's time is up, and there may be more to send."""


def enqueue_drain() -> None:
	"""Start a drain in the background, unless one is waiting already or Medusa is out of reach."""
	if outage.lasts():
		return
	# one that has started may have looked for the last time, or its worker be dead
	for job_id in (JOB_ID, NEXT_JOB_ID):
		status = get_job_status(job_id)
		if status == "queued":
			return
		if status != "started":
			frappe.enqueue("medusa_integration.delivery.drain.drain", queue="default", job_id=job_id)
			return


def drain_due() -> None:
	"""Each minute: what a lost job left, and what waited for its next attempt."""
	if shop.enabled() and frappe.db.exists(
		outbox.DOCTYPE, {"status": "Pending", "due": ("<=", now_datetime())}
	):
		enqueue_drain()


def drain(seconds: int = SHORT_RUN, tell: Callable[[], None] = progress.publish) -> int:
	"""Send what is due until nothing is, Medusa is out of reach, or the time is up; then a longer job takes over.

	The job's own transactions are committed batch by batch: what Medusa has is so, whatever fails next.

	:param tell: called after each batch
	:returns: the number of rows that were handled
	"""
	if not shop.enabled():
		return 0
	outbox.lock_rows_only()
	run = _Run(shop.open_shop(), seconds, tell)
	try:
		run.look_first()
		run.until_empty()
	except _OutOfTime:
		if not is_job_enqueued(LONG_JOB_ID):
			frappe.enqueue(
				"medusa_integration.delivery.drain.drain",
				queue="long",
				timeout=8 * 3600,
				job_id=LONG_JOB_ID,
				seconds=LONG_RUN,
			)
	except outage.OutOfReach as stop:
		outage.begin(stop.retry_after, stop.silent)
	else:
		# a small shop's few rows don't make GIVE_UP_AFTER batches, and yet Medusa may be down
		outage.begin() if run.medusa.client.out_of_reach else outage.end()
	return run.handled


class _Run:
	"""One drain: its shop, its settings, and how far it got."""

	def __init__(self, medusa: MedusaV2, seconds: int, tell: Callable[[], None]) -> None:
		self.medusa = medusa
		self.tell = tell
		self.settings = shop.settings()
		self.until = time.monotonic() + seconds
		self.failures = 0
		self.timeouts = 0
		self.handled = 0

	def look_first(self) -> None:
		"""Where Medusa didn't answer the last time, don't wait for it with a batch: a short call tells.

		:raises OutOfReach: where it doesn't answer yet
		"""
		if outage.noted().get("silent"):
			try:
				self._ping()
			except MedusaError as error:
				raise outage.OutOfReach(error.retry_after, isinstance(error, MedusaTimeout)) from error

	def until_empty(self) -> None:
		"""Each kind until it has nothing due, and again: what one kind settles may make another one due."""
		while any([self._drain_kind(kind) for kind in self._due()]):
			pass

	def _due(self) -> list:
		names = outbox.kinds_due()
		return [kind for kind in KINDS.values() if kind.KIND in names]

	def _drain_kind(self, kind) -> bool:
		limit = getattr(kind, "BATCH_SIZE", self.settings.batch_size)
		found = False
		while rows := self._claim(kind.KIND, limit):
			found = True
			try:
				self._handle(kind, rows)
			except outage.OutOfReach:
				outbox.release(rows)
				raise
			self.handled += len(rows)
			self.tell()
			if time.monotonic() > self.until:
				raise _OutOfTime
		return found

	def _claim(self, kind: str, limit: int) -> list[frappe._dict]:
		for pause in PAUSES:
			self.medusa.client.deadline = time.time() + self.settings.lease_seconds
			try:
				return outbox.claim(kind, limit, self.settings.lease_seconds)
			except frappe.QueryDeadlockError:
				frappe.db.rollback()  # somebody's save won: nothing is claimed
				time.sleep(pause)
		return []

	def _handle(self, kind, rows: list[frappe._dict]) -> None:
		"""Send and settle a batch. One that Medusa refuses as a whole, or that raises an unexpected error, is halved until
		the offender stands alone."""
		try:
			with outage.calling(self.settings.lease_seconds):
				results = kind.push(self.medusa, rows)
		except MedusaRejected as error:
			if len(rows) == 1:
				self._settle([Result(rows[0], parked=_words(error), reason=error.reason)])
			else:
				self._halve(kind, rows)
		except MedusaError as error:
			self._postpone(rows, error)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()  # somebody's save won
			busy = {"retry": _("ERPNext was busy with it."), "counts": False, "unsure": True}
			self._settle([Result(row, **busy) for row in rows])
		except JobTimeoutException:
			raise  # RQ says it once; the rows come due when their lease ends
		except Exception:
			# a bug, or a document that nothing here was ready for: it must not stop the others
			frappe.db.rollback()
			if len(rows) == 1:
				self._settle([_unexpected(rows[0])])
			else:
				self._halve(kind, rows)
		else:
			self._settle([result for result in results if not result.error])
			# A push that sent nothing proves nothing about Medusa.
			if not self.medusa.client.out_of_reach:
				self.failures = self.timeouts = 0
			self._handle_each([result for result in results if result.error])

	def _halve(self, kind, rows: list[frappe._dict]) -> None:
		self.medusa.client.deadline = time.time() + self.settings.lease_seconds
		outbox.renew(rows, self.settings.lease_seconds)
		middle = len(rows) // 2
		self._handle(kind, rows[:middle])
		self._handle(kind, rows[middle:])

	def _handle_each(self, failed: list[Result]) -> None:
		"""Settle what failed alone, in a batch of which the rest went through."""
		refused = [result for result in failed if isinstance(result.error, MedusaRejected)]
		self._settle(
			[
				Result(each.row, parked=_words(each.error), reason=each.error.reason, writes=each.writes)
				for each in refused
			]
		)
		others: dict[type, list[Result]] = {}
		for result in failed:
			if result not in refused:
				others.setdefault(type(result.error), []).append(result)
		stop = None
		for results in others.values():
			try:
				self._postpone([result.row for result in results], results[0].error)
			except outage.OutOfReach as error:
				stop = error  # the others' calls may be applied too, which their rows have to say
		if stop:
			raise stop

	def _postpone(self, rows: list[frappe._dict], error: MedusaError) -> None:
		"""Try again later. That counts against the records only where Medusa is well and failed on just this call.

		After a time-out a short call tells a frozen Medusa from a batch that is too much for it. If that isn't answered
		either, the run ends, and nothing counts. If it is, the time-out counts, so that the batch's records are sent
		alone in the end, and the run goes on; a second time-out in a row ends it nevertheless, because each holds the
		worker for as long as the read time-out.
		"""
		timed_out = isinstance(error, MedusaTimeout)
		at_the_door = isinstance(error, MedusaSignInFailed) or error.status_code == 429
		counts = not at_the_door and self._medusa_is_well()
		unsure = isinstance(error, MedusaUnavailable) and not at_the_door
		how = {"retry": _words(error), "retry_after": error.retry_after, "counts": counts, "unsure": unsure}
		self._settle([Result(row, **how) for row in rows])
		self.failures = 0 if counts else self.failures + 1
		self.timeouts = self.timeouts + 1 if timed_out else 0
		silent = timed_out and (not counts or self.timeouts >= TIMEOUTS)
		if at_the_door or silent or self.failures >= GIVE_UP_AFTER:
			raise outage.OutOfReach(error.retry_after, silent)

	def _medusa_is_well(self) -> bool:
		try:
			self._ping()
		except MedusaError:
			return False
		return True

	def _ping(self) -> None:
		with self.medusa.client.patience(*PING_PATIENCE):
			self.medusa.ping()

	def _settle(self, results: list[Result]) -> None:
		if not results:
			return
		for pause in PAUSES:
			try:
				results = outbox.settle(results, self.settings.max_attempts, self.settings.lease_seconds)
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				frappe.db.rollback()  # somebody's save won: nothing of it is written
			except Exception:
				frappe.db.rollback()
				return self._settle_alone(results)
			if not results:
				return
			time.sleep(pause)
		# their lease runs out, and whoever takes them then finds in Medusa what we made

	def _settle_alone(self, results: list[Result]) -> None:
		"""In the handling of an unexpected error: settle the others without the result that can't be written."""
		if len(results) > 1:
			middle = len(results) // 2
			self._settle(results[:middle])
			self._settle(results[middle:])
		elif results[0].writes or results[0].then:
			self._settle([_unexpected(results[0].row)])
		else:
			raise


def _unexpected(row: frappe._dict) -> Result:
	"""In the handling of an unexpected error: log it, and try this record again later."""
	log = frappe.log_error(
		title=f"Medusa: {row.kind} of {row.reference_name} could not be sent",
		reference_doctype=row.reference_doctype,
		reference_name=row.reference_name,
	)
	return Result(row, retry=_("Unexpected error, see Error Log {0}").format(log.name), unsure=True)


def _words(error: MedusaError) -> str:
	if isinstance(error, MedusaSignInFailed):
		return _("Medusa refused the sign-in: {0}. Check the login in the Medusa Configuration.").format(
			error.message
		)
	if isinstance(error, NotSendable):
		return _(error.words).format(*error.values)
	if isinstance(error, MedusaSkuTaken):
		return _(
			"The shop has a product with this item code as its sku already: choose Link existing products in the Medusa Configuration, then retry. ({0})"
		).format(error.message)
	if isinstance(error, MedusaRejected):
		return _("Medusa refused it: {0}").format(error.message)
	return error.message
