"""Starting the jobs that drain a box."""

from typing import NamedTuple

import frappe
from frappe.utils.background_jobs import get_job_status, is_job_enqueued
from redis.exceptions import RedisError

from medusa_integration.delivery import outage

LONG_TIMEOUT = 8 * 3600  # seconds
# A long drain goes on in the long queue, and leaves the default queue to other jobs.
SHORT_RUN, LONG_RUN = 200, LONG_TIMEOUT - 300  # seconds, less than the jobs' time-outs


class DrainJob(NamedTuple):
	"""The background job that drains a box.

	:param method: the dotted path of its function
	:param id: of the job
	"""

	method: str
	id: str

	@property
	def ids(self) -> tuple[str, str, str]:
		"""The ids of the job, of the next one, and of the one in the long queue."""
		return self.id, f"{self.id}_next", f"{self.id}_long"


def drain_after_commit(job: DrainJob) -> None:
	"""Start one drain after the commit for the rows of this transaction."""
	following = frappe.flags.medusa_drains_follow
	if following is None:
		following = frappe.flags.medusa_drains_follow = set()
		frappe.db.after_rollback.add(_forget)
	if job not in following:
		following.add(job)
		frappe.db.after_commit.add(lambda: _start(job))


def _start(job: DrainJob) -> None:
	_forget()
	try:
		enqueue_drain(job)
	except (RedisError, frappe.QueueOverloaded):
		pass  # the save is done, and the drain of the next minute finds the row


def _forget() -> None:
	frappe.flags.pop("medusa_drains_follow", None)


def enqueue_drain(job: DrainJob) -> None:
	"""Start a drain in the background, unless one is waiting already or Medusa is unreachable."""
	if not outage.lasts():
		enqueue_once(job.method, *job.ids[:2])


def enqueue_once(method: str, *ids: str) -> None:
	"""Start a job in the default queue, unless one waits to run.

	:param method: its dotted path
	:param ids: of the job and of the next one, for the case that the first has started: it may have read its
		last rows, or its worker may be dead
	"""
	for job_id in ids:
		status = get_job_status(job_id)
		if status == "queued":
			return
		if status != "started":
			frappe.enqueue(method, queue="default", job_id=job_id)
			return


def enqueue_long_drain(job: DrainJob) -> None:
	"""Start a drain in the long queue, unless one is there already."""
	job_id = job.ids[2]
	if not is_job_enqueued(job_id):
		frappe.enqueue(job.method, queue="long", timeout=LONG_TIMEOUT, job_id=job_id, seconds=LONG_RUN)
