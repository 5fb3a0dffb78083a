"""What runs on the site's side, each in a process of its own: two drains, and the scheduler.

Minutes become seconds here: pauses between attempts, during outages and until a lease ends are cut to what a test can
wait for. Nothing else differs from a bench's own processes.
"""

import time
from itertools import count

import frappe
from frappe.utils.background_jobs import get_job, is_job_enqueued

from medusa_integration import settings
from medusa_integration.api import drain_inbox_due, drain_outbox, poll_medusa
from medusa_integration.delivery import outage, settling
from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.orders import cancellations_to_medusa
from medusa_integration.sync import polling

# what a save starts, and what takes over when that runs out of time: so two can be at work at once
JOB_ID, _NEXT, LONG_JOB_ID = outbox.job.ids
JOBS = {"default": (JOB_ID,), "long": (LONG_JOB_ID,)}
# The same where orders come in: the inbox's jobs and the poll's are worked off in the same queues.
JOBS_OF_BOTH = {
	"default": (*outbox.job.ids[:2], *inbox.job.ids[:2], *polling.JOB_IDS),
	"long": (LONG_JOB_ID, inbox.job.ids[2]),
}
# Seconds. A lease has to be longer than the calls of one batch, each as slow as it may be; on v1 a batch takes many.
LEASE = {"v2": 4, "v1": 10}


def work(queue: str) -> None:
	"""Work off a queue of background jobs, until killed."""
	from frappe.utils.background_jobs import get_queue_list, get_redis_conn
	from rq import SimpleWorker

	_hurry()
	worker = SimpleWorker(get_queue_list([queue], build_queue_name=True), connection=get_redis_conn())
	frappe.destroy()  # each job connects by itself
	worker.work(logging_level="CRITICAL")


def _hurry() -> None:
	settling.FIRST_PAUSE, settling.LONGEST_PAUSE = 0.5, 4
	outage.FIRST_PAUSE, outage.LONGEST_PAUSE = 0.5, 2
	cancellations_to_medusa.AMENDING = 1 / 60
	lease = LEASE[settings.configuration().api_version]
	settings.Settings.lease_seconds = settings.Settings.batch_seconds = lease


def schedule() -> None:
	"""Do each second what the scheduler does each minute, and keep the long drain going; until killed."""
	while True:
		frappe.db.commit()
		drain_outbox()
		if not outage.lasts() and not is_job_enqueued(LONG_JOB_ID):
			frappe.enqueue(outbox.job.method, queue="long", job_id=LONG_JOB_ID, seconds=5)
		time.sleep(1)


def schedule_both() -> None:
	"""The same where orders come in; it looks for what has changed every third second."""
	for second in count():
		frappe.db.commit()
		drain_outbox()
		drain_inbox_due()
		if second % 3 == 0:
			polling.start_now()
		for box in (outbox, inbox) if not outage.lasts() else ():
			if not is_job_enqueued(box.job.ids[2]):
				frappe.enqueue(box.job.method, queue="long", job_id=box.job.ids[2], seconds=5)
		time.sleep(1)


def poll_now() -> int:
	"""Look at Medusa as the scheduler does, here and now."""
	frappe.db.commit()
	return poll_medusa()


def bury(job_ids: tuple[str, ...]) -> None:
	"""Forget the jobs of a worker that was killed, as the queue does by itself after some minutes."""
	for job_id in job_ids:
		job = get_job(job_id)
		if job and job.get_status() == "started":
			job.delete()
