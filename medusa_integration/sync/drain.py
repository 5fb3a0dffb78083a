"""Emptying the outbox: claim a batch, hand it to its kind, settle what came of it."""

import time
from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import now_datetime
from frappe.utils.background_jobs import get_job_status, is_job_enqueued

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaRejected,
	MedusaSignInFailed,
	MedusaSkuTaken,
	MedusaUnavailable,
	NotSendable,
)
from medusa_integration.medusa.v2 import MedusaV2
from medusa_integration.sync import (
	collections,
	orders,
	outage,
	outbox,
	prices,
	products,
	progress,
	quotations,
	shop,
	stock,
)
from medusa_integration.sync.outbox import Result

# In the order in which they need each other.
KINDS = {kind.KIND: kind for kind in (collections, products, prices, stock, orders, quotations)}
JOB_ID, NEXT_JOB_ID, LONG_JOB_ID = "medusa_drain", "medusa_drain_next", "medusa_drain_long"
# What takes longer than a save's worth goes on in the long queue, and leaves the default one to others.
SHORT_RUN, LONG_RUN = 200, 8 * 3600 - 300  # seconds, less than the jobs' time-outs
GIVE_UP_AFTER = 3  # batches in a row that Medusa failed
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
			frappe.enqueue("medusa_integration.sync.drain.drain", queue="default", job_id=job_id)
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
		run.until_empty()
	except _OutOfTime:
		if not is_job_enqueued(LONG_JOB_ID):
			frappe.enqueue(
				"medusa_integration.sync.drain.drain",
				queue="long",
				timeout=8 * 3600,
				job_id=LONG_JOB_ID,
				seconds=LONG_RUN,
			)
	except outage.OutOfReach as stop:
		outage.begin(stop.retry_after)
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
		self.handled = 0

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
		"""Send and settle a batch. One that Medusa refuses as a whole is halved until the offender stands alone."""
		try:
			results = kind.push(self.medusa, rows)
			self._settle([result for result in results if not result.error])
			if (
				not self.medusa.client.out_of_reach
			):  # as it may still be: what has changed nothing makes no call
				self.failures = 0
			self._handle_each([result for result in results if result.error])
		except MedusaRejected as error:
			if len(rows) == 1:
				self._settle([Result(rows[0], parked=_words(error), reason=error.reason)])
				return
			self.medusa.client.deadline = time.time() + self.settings.lease_seconds
			outbox.renew(rows, self.settings.lease_seconds)
			middle = len(rows) // 2
			self._handle(kind, rows[:middle])
			self._handle(kind, rows[middle:])
		except MedusaError as error:
			self._postpone(rows, error)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()  # somebody's save won
			busy = {"retry": _("ERPNext was busy with it."), "counts": False, "unsure": True}
			self._settle([Result(row, **busy) for row in rows])
		except Exception:
			# a bug, or a document that nothing here was ready for: it must not stop the others
			frappe.db.rollback()
			log = frappe.log_error(title=f"Medusa: {rows[0].kind} could not be sent")
			reason = _("Unexpected error, see Error Log {0}").format(log.name)
			self._settle([Result(row, retry=reason, unsure=True) for row in rows])

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
		for results in others.values():
			self._postpone([result.row for result in results], results[0].error)

	def _postpone(self, rows: list[frappe._dict], error: MedusaError) -> None:
		"""Try again later. That counts against the records only where Medusa is well and failed on just this call."""
		at_the_door = isinstance(error, MedusaSignInFailed) or error.status_code == 429
		counts = not at_the_door and self._medusa_is_well()
		unsure = isinstance(error, MedusaUnavailable) and not at_the_door
		how = {"retry": _words(error), "retry_after": error.retry_after, "counts": counts, "unsure": unsure}
		self._settle([Result(row, **how) for row in rows])
		self.failures = 0 if counts else self.failures + 1
		if at_the_door or self.failures >= GIVE_UP_AFTER:
			raise outage.OutOfReach(error.retry_after)

	def _medusa_is_well(self) -> bool:
		try:
			self.medusa.ping()
		except MedusaError:
			return False
		return True

	def _settle(self, results: list[Result]) -> None:
		if not results:
			return
		for pause in PAUSES:
			try:
				results = outbox.settle(results, self.settings.max_attempts, self.settings.lease_seconds)
			except frappe.QueryDeadlockError:
				frappe.db.rollback()  # somebody's save won: nothing of it is written
			if not results:
				return
			time.sleep(pause)
		# their lease runs out, and whoever takes them then finds in Medusa what we made


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
