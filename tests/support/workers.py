"""Work on the site under test in processes of their own: started together, waited for, killed.

On the embedded site or a real bench: a worker finds the site by what this process has connected to. Workers are
forked from a server that has imported all they need and holds no connection.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
import traceback
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parents[2]
VARIABLE = "MEDUSA_TESTS_WORKERS"  # in the fork server: the site, as JSON
PRELOADED = (
	"erpnext.accounts.doctype.payment_request.payment_request",
	"erpnext.selling.doctype.quotation.quotation",
	"erpnext.selling.doctype.sales_order.sales_order",
	"medusa_integration.api",
	"tests.support.factories",
	"tests.support.storefront",
)  # fmt: skip
CONTEXT = multiprocessing.get_context("forkserver")


class Worker:
	"""A process that connects to the site, waits for `go`, calls one function and commits.

	:param function: of a module, as the other process imports it by name
	"""

	def __init__(self, function: Callable, **arguments) -> None:
		_serve_forks()
		self.pipe, other_end = CONTEXT.Pipe()
		self.process = CONTEXT.Process(target=_work, args=(other_end, function, arguments), daemon=True)
		self.process.start()
		other_end.close()

	def ready(self) -> None:
		"""Wait until it is connected."""
		self.pipe.recv()

	def go(self) -> None:
		self.pipe.send("go")

	def result(self):
		"""What the function returned, once it has. RuntimeError with its traceback if it raised something; EOFError if
		the worker died."""
		outcome = self.pipe.recv()
		if "raised" in outcome:
			raise RuntimeError(outcome["raised"])
		return outcome["returned"]

	def kill(self) -> None:
		"""kill -9: nothing of it is left but what it has committed and sent."""
		self.process.kill()
		self.process.join()


def start(*workers: Worker) -> tuple[Worker, ...]:
	"""Let workers go at the same moment: when all of them are ready."""
	for worker in workers:
		worker.ready()
	for worker in workers:
		worker.go()
	return workers


def _serve_forks() -> None:
	"""Start the fork server, unless it runs."""
	before = {name: os.environ.get(name) for name in (VARIABLE, "PYTHONPATH")}
	os.environ.update({VARIABLE: json.dumps(_site()), "PYTHONPATH": str(ROOT)})
	try:
		CONTEXT.set_forkserver_preload([__name__])
		forkserver.ensure_running()
	finally:
		for name, value in before.items():
			if value is None:
				del os.environ[name]
			else:
				os.environ[name] = value


def _site() -> dict:
	import frappe

	site = {"site": frappe.local.site, "sites_path": os.path.abspath(frappe.local.sites_path)}
	if frappe.conf.db_port and "FRAPPE_BENCH_ROOT" in os.environ:
		site["boot"] = {"db": frappe.conf.db_type, "join": os.environ["FRAPPE_BENCH_ROOT"]}
	return site


def _get_ready(site: dict) -> None:
	"""In the fork server: import what takes long."""
	if "boot" in site:
		from tests.site import boot

		boot(**site["boot"])
	os.chdir(site["sites_path"])  # Frappe reads some paths relative to it

	import erpnext.accounts.doctype.payment_request.payment_request
	import erpnext.selling.doctype.quotation.quotation
	import erpnext.selling.doctype.sales_order.sales_order  # noqa: F401

	import medusa_integration.api  # noqa: F401
	import tests.support.factories
	import tests.support.storefront  # noqa: F401
	from tests.support.accounts import cheap_codes

	cheap_codes()


def _work(pipe, function: Callable, arguments: dict) -> None:
	import frappe

	site = json.loads(os.environ[VARIABLE])
	frappe.init(site["site"], sites_path=site["sites_path"])
	frappe.connect()
	pipe.send("ready")
	pipe.recv()
	try:
		pipe.send({"returned": _repeated(function, arguments)})
	except Exception:
		pipe.send({"raised": traceback.format_exc()})
	finally:
		frappe.destroy()


def _repeated(function: Callable, arguments: dict):
	"""What a function returns. Jobs and calls repeat what met a change of another transaction, and so do workers."""
	import frappe

	for left in reversed(range(5)):
		try:
			returned = function(**arguments)
			frappe.db.commit()
			return returned
		except frappe.QueryDeadlockError:
			frappe.db.rollback()
			if not left:
				raise


# --- what they do in the tests


def save_titles(names: list[str], times: int) -> int:
	"""Give each Website Item a new title, `times` times, every save in a transaction of its own. Returns how many."""
	import frappe

	for n in range(times):
		for name in names:
			doc = frappe.get_doc("Website Item", name)
			doc.web_item_name = f"Saved {n}"
			doc.save()
			frappe.db.commit()
	return times * len(names)


def make_items(prefix: str, number: int, group: str = "Gloves") -> list[str]:
	"""Insert Website Items with a price, each in a transaction of its own. Returns their names.

	In one process at a time: on MariaDB, Frappe's naming series makes insertions at once each other's deadlock.
	"""
	import frappe

	from tests.support import factories

	names = []
	for n in range(number):
		names.append(factories.website_item(f"{prefix}-{n}", group=group).name)
		factories.item_price(f"{prefix}-{n}", 1 + n)
		frappe.db.commit()
	return names


def delete_items(names: list[str]) -> int:
	"""Delete Website Items, each in a transaction of its own. Returns how many."""
	import frappe

	for name in names:
		frappe.delete_doc("Website Item", name)
		frappe.db.commit()
	return len(names)


def note(kind: str, name: str, times: int) -> None:
	"""Note that a Website Item has to be sent, `times` times, each in a transaction of its own."""
	import frappe

	from medusa_integration.delivery.box import outbox
	from medusa_integration.sync import kinds

	for _ in range(times):
		outbox.add(kinds.outbox_kind(kind), name)
		frappe.db.commit()


def hold(doctype: str, name: str) -> None:
	"""Keep a document locked, as a slow save does, until this worker is killed."""
	import frappe

	frappe.db.get_value(doctype, name, "name", for_update=True)
	time.sleep(300)


if VARIABLE in os.environ:
	_get_ready(json.loads(os.environ[VARIABLE]))
