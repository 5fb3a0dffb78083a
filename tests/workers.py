"""Work on the site under test in processes of their own: started together, waited for, killed.

On the embedded bench or the real one: a worker finds the site by what this process has connected to.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Worker:
	"""A process that does one task after the other. For each it connects anew, and then waits for the signal to go."""

	def __init__(self) -> None:
		self.busy = False
		self.process = subprocess.Popen(
			[sys.executable, "-m", "tests.workers", json.dumps(_site())],
			cwd=ROOT,
			env={**os.environ, "PYTHONPATH": str(ROOT)},
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)

	def prepare(self, function: str, arguments: dict) -> None:
		"""Have it ready to call a function, given as `package.module:name`."""
		self.busy = True
		self._write({"function": function, "arguments": arguments})

	def go(self) -> None:
		self._read()
		self._write("go")

	def result(self):
		"""What the function returned, once it has; committed. RuntimeError with its error, if it raised one."""
		outcome = self._read()
		self.busy = False
		if "raised" in outcome:
			raise RuntimeError(outcome["raised"])
		return outcome["returned"]

	def kill(self) -> None:
		"""kill -9: nothing of it is left but what it has committed and sent."""
		self.process.kill()
		self.process.communicate()

	def usable(self) -> bool:
		return not self.busy and self.process.poll() is None

	def _write(self, message) -> None:
		self.process.stdin.write(json.dumps(message) + "\n")
		self.process.stdin.flush()

	def _read(self) -> dict:
		line = self.process.stdout.readline()
		if not line:
			raise RuntimeError(f"the worker died: {self.process.wait()}")
		return json.loads(line)


class Workers:
	"""Workers that are kept for the next test, as long as they live and have nothing to do."""

	def __init__(self) -> None:
		self.kept: list[Worker] = []

	def prepare(self, *tasks: tuple[str, dict] | str) -> list[Worker]:
		"""One worker a task, ready to go. A task is a function as `package.module:name`, with its arguments if any."""
		for worker in [worker for worker in self.kept if not worker.usable()]:
			worker.kill()
			self.kept.remove(worker)
		while len(self.kept) < len(tasks):
			self.kept.append(Worker())
		for worker, task in zip(self.kept, tasks, strict=False):
			worker.prepare(*((task, {}) if isinstance(task, str) else task))
		return self.kept[: len(tasks)]

	def start(self, *tasks: tuple[str, dict] | str) -> list[Worker]:
		"""The same, and all of them let go at once."""
		workers = self.prepare(*tasks)
		for worker in workers:
			worker.go()
		return workers

	def stop(self) -> None:
		for worker in self.kept:
			worker.kill()


def _site() -> dict:
	if "tests.bench.engine" in sys.modules:
		from tests.bench import engine

		return {"bench": str(engine.current.root), "db": engine.current.db}
	import frappe

	return {"site": frappe.local.site, "sites_path": os.path.abspath(frappe.local.sites_path)}


# --- in the worker


def _main() -> None:
	out, sys.stdout = sys.stdout, sys.stderr  # what a function prints is no answer
	site = json.loads(sys.argv[1])
	if "bench" in site:
		from tests.bench import boot

		boot(site["db"], site["bench"])
	else:
		os.chdir(site["sites_path"])  # Frappe reads some paths relative to it
	for line in sys.stdin:
		task = json.loads(line)
		_connect(site)
		print('"ready"', file=out, flush=True)
		sys.stdin.readline()
		print(json.dumps(_outcome(task)), file=out, flush=True)


def _connect(site: dict) -> None:
	import frappe

	if "bench" in site:
		frappe.init(force=True)
		frappe.cache.flushall()  # in this process alone: nobody else has cleared it
		frappe.client_cache.clear_cache()
		frappe.connect()
	else:
		frappe.init(site["site"], sites_path=".", force=True)
		frappe.connect()


def _outcome(task: dict) -> dict:
	import frappe

	try:
		returned = pkgutil.resolve_name(task["function"])(**task["arguments"])
		frappe.db.commit()
		return {"returned": returned}
	except Exception:
		return {"raised": frappe.get_traceback()}
	finally:
		frappe.destroy()


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

	from tests import factories

	names = []
	for n in range(number):
		names.append(factories.website_item(f"{prefix}-{n}", group=group).name)
		factories.item_price(f"{prefix}-{n}", 1 + n)
		frappe.db.commit()
	return names


def delete_items(names: list[str]) -> int:
	"""Delete Website Items, each in a transaction of its own."""
	import frappe

	for name in names:
		frappe.delete_doc("Website Item", name)
		frappe.db.commit()
	return len(names)


def note(kind: str, name: str, times: int) -> None:
	"""Note that a Website Item has to be sent, `times` times, each in a transaction of its own."""
	import frappe

	from medusa_integration.sync import outbox

	for _ in range(times):
		outbox.add(kind, "Website Item", name)
		frappe.db.commit()


def hold(doctype: str, name: str, seconds: float) -> None:
	"""Keep a document locked for a while, as a slow save does."""
	import frappe

	frappe.db.get_value(doctype, name, "name", for_update=True)
	time.sleep(seconds)


if __name__ == "__main__":
	_main()
