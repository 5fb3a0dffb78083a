"""Starting the jobs that drain a box."""

from typing import TYPE_CHECKING

import frappe
from frappe.utils.background_jobs import get_job_status, is_job_enqueued
from redis.exceptions import RedisError

from medusa_integration.delivery import outage

if TYPE_CHECKING:
	from medusa_integration.delivery.box import Box

LONG_TIMEOUT = 8 * 3600  # seconds
# A long drain goes on in the long queue, and leaves the default queue to other jobs.
SHORT_RUN, LONG_RUN = 200, LONG_TIMEOUT - 300  # seconds, less than the jobs' time-outs


def job_ids(box: "Box") -> tuple[str, str, str]:
	"""The ids of the job that drains a box, of the next one, and of the one in the long queue."""
	return box.job_id, f"{box.job_id}_next", f"{box.job_id}_long"


def drain_after_commit(box: "Box") -> None:
	"""Start one drain after the commit for the rows of this transaction."""
	following = frappe.flags.medusa_drains_follow
	if following is None:
		following = frappe.flags.medusa_drains_follow = set()
		frappe.db.after_rollback.add(_forget)
	if box not in following:
		following.add(box)
		frappe.db.after_commit.add(lambda: _start(box))


def _start(box: "Box") -> None:
	_forget()
	try:
		enqueue_drain(box)
	except (RedisError, frappe.QueueOverloaded):
		pass  # the save is done, and the drain of the next minute finds the row


def _forget() -> None:
	frappe.flags.pop("medusa_drains_follow", None)


def enqueue_drain(box: "Box") -> None:
	"""Start a drain in the background, unless one is waiting already or Medusa is unreachable."""
	if not outage.lasts():
		enqueue_once(box.job, *job_ids(box)[:2])


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


def enqueue_long_drain(box: "Box") -> None:
	"""Start a drain in the long queue, unless one is there already."""
	job_id = job_ids(box)[2]
	if not is_job_enqueued(job_id):
		frappe.enqueue(box.job, queue="long", timeout=LONG_TIMEOUT, job_id=job_id, seconds=LONG_RUN)
