"""Work on the site under test in processes of their own: started, held at the line, let go, killed.

The embedded bench or the real one: a worker finds the site by what this process has connected to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 60  # no worker takes longer


class Worker:
	"""A process that is connected to the site and waits for `go` to call one function.

	:param method: dotted name; called without a request or a user's session, as Administrator, and committed
	:param arguments: its keyword arguments, as JSON can hold them
	"""

	def __init__(self, method: str, **arguments) -> None:
		task = {"site": _site(), "method": method, "arguments": arguments}
		self.process = subprocess.Popen(
			[sys.executable, "-m", "tests.workers", json.dumps(task)],
			cwd=ROOT,
			env={**os.environ, "PYTHONPATH": str(ROOT)},
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)

	def ready(self) -> Worker:
		"""Wait until it is connected."""
		line = self.process.stdout.readline()
		assert line == "ready\n", f"a worker did not start: {line or self.process.wait()}"
		return self

	def go(self) -> Worker:
		self.process.stdin.write("go\n")
		self.process.stdin.flush()
		return self

	def result(self):
		"""What the function returned, once it has. RuntimeError with its error, if it raised one."""
		output, _ = self.process.communicate(timeout=SECONDS)
		outcome = json.loads(output or "{}")
		if "returned" not in outcome:
			raise RuntimeError(outcome.get("raised", f"the worker died: {self.process.returncode}"))
		return outcome["returned"]

	def kill(self) -> None:
		"""kill -9; nothing of it is left but what it has committed and sent."""
		self.process.kill()
		self.process.wait()
		self.process.stdin.close()
		self.process.stdout.close()


def at_once(*workers: Worker) -> list[Worker]:
	"""Let the workers go together, when all of them are ready."""
	for worker in workers:
		worker.ready()
	for worker in workers:
		worker.go()
	return list(workers)


def _site() -> dict:
	import frappe

	if "tests.bench.engine" not in sys.modules:
		return {"site": frappe.local.site, "sites_path": os.path.abspath(frappe.local.sites_path)}
	from tests.bench import engine

	return {"bench": str(engine.current.root), "db": engine.current.db}


def _connect(site: dict) -> None:
	if "bench" in site:
		from tests.bench import boot, connect

		boot(site["db"], site["bench"])
		connect(test_mode=False)
		return
	import frappe

	os.chdir(site["sites_path"])  # Frappe reads some paths relative to it
	frappe.init(site["site"], sites_path=".")
	frappe.connect()


def _main() -> None:
	out, sys.stdout = sys.stdout, sys.stderr  # what the function prints isn't its result
	task = json.loads(sys.argv[1])
	_connect(task["site"])
	import frappe

	print("ready", file=out, flush=True)
	sys.stdin.readline()
	try:
		outcome = {"returned": frappe.get_attr(task["method"])(**task["arguments"])}
		frappe.db.commit()
	except Exception:
		outcome = {"raised": frappe.get_traceback()}
	print(json.dumps(outcome), file=out, flush=True)


# --- what workers do in the tests


def save_titles(names: list[str], times: int, who: str) -> int:
	"""Give each Website Item a new title, `times` times, every save in a transaction of its own. Returns the number of
	saves."""
	import frappe

	for n in range(times):
		for name in names:
			doc = frappe.get_doc("Website Item", name)
			doc.web_item_name = f"{who} {n}"
			doc.save()
			frappe.db.commit()
	return times * len(names)


def make_items(prefix: str, number: int, group: str = "Gloves") -> list[str]:
	"""Insert Website Items with a price, each in a transaction of its own. Returns their names."""
	import frappe

	from tests import factories

	names = []
	for n in range(number):
		names.append(factories.website_item(f"{prefix}-{n}", group=group).name)
		factories.item_price(f"{prefix}-{n}", 1 + n)
		frappe.db.commit()
	return names


def add_again_and_again(kind: str, name: str, times: int) -> None:
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
