"""Jobs whose progress and outcome are shown to the user who started them."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration import settings
from medusa_integration.medusa.errors import MedusaError

Progress = Callable[[int, int], None]  # (done, total); total is 0 where it isn't known
KEPT = 24 * 3600  # seconds


@dataclass(frozen=True)
class ReportedJob:
	"""A job in the long queue, of which one runs at a time.

	:param id: of the job, and the key of its state in Redis
	:param method: the dotted path of its function, which calls `run`
	:param title: of an Error Log
	"""

	id: str
	method: str
	title: str

	def start(self, **arguments) -> dict:
		"""Start the job, unless it is running.

		:param arguments: of the job's function, stored with its state
		:returns: as `state`
		"""
		if not is_job_enqueued(self.id):
			self._keep(status="Queued", **arguments)
			frappe.enqueue(self.method, queue="long", timeout=8 * 3600, job_id=self.id, **arguments)
		return self.state()

	def state(self) -> dict:
		"""Progress and outcome of the last run.

		:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "done", "total", "report", "error"}` and the
			arguments
		"""
		return frappe.cache.get_value(self.id, expires=True) or {"status": ""}

	def run(self, work: Callable[[Progress], dict], **arguments) -> None:
		"""In the job: do the work, and store its progress and its report, or the error."""

		def progress(done: int, total: int) -> None:
			self._keep(status="Running", done=done, total=total, **arguments)

		progress(0, 0)
		try:
			report = work(progress)
		except (MedusaError, settings.MedusaNotConfigured) as error:
			frappe.db.rollback()
			self._keep(status="Failed", error=str(error), **arguments)
		except Exception:
			frappe.db.rollback()
			log = frappe.log_error(title=self.title)
			words = _("Unexpected error, see Error Log {0}").format(log.name)
			self._keep(status="Failed", error=words, **arguments)
		else:
			self._keep(status="Done", report=report, **arguments)

	def forget(self) -> None:
		"""Delete the state of the last run."""
		frappe.cache.delete_value(self.id)

	def _keep(self, **state) -> None:
		frappe.cache.set_value(self.id, state, expires_in_sec=KEPT)
