"""Whether anything else works on the bench: it would take the tests' jobs and rows from them."""

import os
import socket

import frappe
from frappe.utils import scheduler
from frappe.utils.background_jobs import get_workers


def what_runs() -> str:
	"""What has to be stopped before the tests run on a bench, in one line; "" where nothing does.

	A scheduler process that has the site disabled or paused does nothing to it; the setting alone says nothing about a
	process.
	"""
	found = [f"{len(workers)} background worker(s)" for workers in [_live_workers()] if workers]
	# Frappe's own spelling; releases of 15 from before it can't tell
	is_running = getattr(scheduler, "is_schduler_process_running", lambda: False)
	if is_running() and not scheduler.is_scheduler_inactive(verbose=False):
		found.append("the scheduler")
	if not found:
		return ""
	return (
		f"{' and '.join(found)} of this bench would work on the tests' records: stop them first"
		f" (supervisorctl stop, or the worker and schedule lines of bench start), then run pytest again."
		f" Site: {frappe.local.site}."
	)


def _live_workers() -> list:
	"""Redis goes on to list those of this host that were killed, for some minutes."""
	return [w for w in get_workers() if w.hostname != socket.gethostname() or _lives(w.pid)]


def _lives(pid: int | None) -> bool:
	try:
		os.kill(pid or 0, 0)
	except ProcessLookupError:
		return False
	except PermissionError:
		pass  # somebody else's
	return bool(pid)
