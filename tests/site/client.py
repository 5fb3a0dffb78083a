"""Requests and jobs in this process, as if in another: the caller's connection, user and flags stay as they are.

Works on a real bench too.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable


def apart(function: Callable, *args, **kwargs):
	"""Call `function` with an empty frappe.local of its own.

	Commits the caller's transaction before (the other side couldn't see it, or would wait for its locks) and begins
	a new one after, so that the caller sees what was done.
	"""
	import frappe

	frappe.db.commit()
	try:
		return contextvars.Context().run(function, *args, **kwargs)
	finally:
		frappe.db.rollback()
		_forget()


def run_jobs(queues: tuple[str, ...] = ("short", "default", "long")) -> int:
	"""Work off the queued background jobs, and those that they queue; returns how many there were.

	A job that fails is logged as in production (Error Log) and raises nothing here.
	"""
	from frappe.utils.background_jobs import generate_qname, get_redis_conn
	from rq import SimpleWorker

	class Worker(SimpleWorker):
		jobs = 0

		def execute_job(self, job, queue) -> None:
			self.jobs += 1
			super().execute_job(job, queue)

	worker = Worker(list(map(generate_qname, queues)), connection=get_redis_conn())
	apart(worker.work, burst=True, logging_level="CRITICAL")
	return worker.jobs


class Client:
	"""HTTP without a socket. Keeps cookies, so that /api/method/login makes a session.

	headers: sent with every request, e.g. Authorization. Responses are werkzeug's: .status_code, .json, .text.
	"""

	def __init__(self, **headers: str):
		from frappe.app import application
		from werkzeug.test import Client as WerkzeugClient

		self._http = WerkzeugClient(application)
		self._headers = {"Accept": "application/json", **headers}

	def request(self, method: str, path: str, **options):
		"""options: werkzeug's EnvironBuilder's (json, data, query_string, headers)."""
		import frappe

		options["headers"] = {**self._headers, **options.get("headers", {})}
		options.setdefault("base_url", f"http://{frappe.local.site}")
		return apart(self._request, method, path, options)

	def _request(self, method: str, path: str, options: dict):
		response = self._http.open(path, method=method, **options)
		response.get_data()
		response.close()  # what runs after a response, as frappe.destroy()
		return response

	def get(self, path: str, **options):
		return self.request("GET", path, **options)

	def post(self, path: str, **options):
		return self.request("POST", path, **options)

	def put(self, path: str, **options):
		return self.request("PUT", path, **options)

	def delete(self, path: str, **options):
		return self.request("DELETE", path, **options)


def _forget() -> None:
	"""Drop what this thread remembers of the database."""
	import frappe

	frappe.db.value_cache.clear()
	for name in ("cache", "request_cache", "role_permissions"):
		getattr(frappe.local, name, {}).clear()  # a process that serves no requests hasn't got them all
	frappe.local.user_perms = None
