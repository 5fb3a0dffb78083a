"""Both sides up: a real Medusa, a fresh site that is configured for it, and the site's processes."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests import site
from tests.medusa.server import Medusa
from tests.site import engine
from tests.support.processes import Child
from tools.demo.rows import Row

ROOT = Path(__file__).parents[2]
STALLED_AFTER = 120  # seconds without an outbox row less

console = Console(highlight=False)


@contextmanager
def medusa_and_site(db: str = "sqlite", version: str = "v2") -> Iterator[Medusa]:
	"""A Medusa with an empty catalogue, and this process connected to a fresh site, integration still off. Everything
	started is stopped at the end, on Ctrl-C and SIGTERM too."""
	for number in (signal.SIGINT, signal.SIGTERM):
		signal.signal(number, signal.default_int_handler)
	began = time.monotonic()
	with console.status("Starting Medusa and the site (the first time takes some minutes)…"):
		medusa = Medusa.start(version)
		try:
			site.boot(db)
			site.prepare()
			site.connect(test_mode=False)
			_compile_languages()
		except BaseException:
			medusa.stop()
			raise
	console.print(f"Medusa and the site are up after {time.monotonic() - began:.0f} s.")
	with medusa:
		yield medusa


def _compile_languages() -> None:
	"""Compile the app's .po files, as `bench build` does, so that a user of the Desk may choose their languages. The engine has no
	translations of Frappe's and ERPNext's own texts."""
	from frappe.gettext import translate

	for language in translate.get_locales("medusa_integration"):
		catalog = translate.get_catalog("medusa_integration", language)
		translate.write_binary("medusa_integration", catalog, language)


def set_site_config(**values) -> None:
	"""Settings of the site's configuration, for this process and those started from now on: `host_name`, where the site
	says that it is in the addresses of its files; `medusa_has_no_admin`, so that the Desk has no links to Medusa's admin."""
	import frappe

	path = engine.current.path("site_config.json")
	engine.write(path, json.dumps({**json.loads(path.read_text()), **values}, indent=1))
	frappe.local.conf.update(values)


@contextmanager
def process(*arguments: str) -> Iterator[Child]:
	"""A command of `python -m tests.site` (worker, schedule, serve PORT) on the site, until the end of the block."""
	root = engine.current.root
	command = [sys.executable, "-m", "tests.site", "--join", str(root), *arguments]
	child = Child(command, root / "logs" / f"{arguments[0]}.log", cwd=ROOT)
	try:
		yield child
	finally:
		child.stop()


def configure(medusa: Medusa) -> None:
	"""Switch the integration on."""
	from frappe.utils.background_jobs import get_job

	from tests.support import factories

	factories.configure(medusa, connect_timeout=5, read_timeout=60)
	get_job("medusa_queue_catalogue").delete()  # of what the site has by now, which is nothing


def save_catalogue(rows: list[Row], warehouse: str | None = None) -> None:
	"""Save the catalogue's documents, with a progress bar.

	:param warehouse: whose stock is for sale
	"""
	from tools.demo import catalogue

	began = time.monotonic()
	with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
		for _row in progress.track(
			catalogue.save(rows, warehouse), total=len(rows), description="Saving documents"
		):
			pass
	console.print(f"Saved the {len(rows)} items of the catalogue in {time.monotonic() - began:.0f} s.")


def wait_until_sent(worker: Child) -> None:
	"""Wait, with a progress bar, until nothing in the outbox is pending.

	:raises RuntimeError: where the worker has ended, or nothing has moved for two minutes
	"""
	total = left = _pending()
	moved = asked = time.monotonic()
	with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
		bar = progress.add_task("Sending to Medusa", total=total)
		while left:
			time.sleep(0.2)
			before, left, now = left, _pending(), time.monotonic()
			moved = now if left != before else moved
			total = max(total, left)
			progress.update(bar, completed=total - left, total=total)
			if not worker.alive() or now - moved > STALLED_AFTER:
				raise RuntimeError(
					f"{left} rows of the outbox aren't sent. The worker says:\n{worker.tail()}"
				)
			if now - asked > 10:
				asked = now
				_remind()


def _pending() -> int:
	import frappe

	frappe.db.rollback()  # to see what others have committed
	return frappe.db.count("Medusa Outbox", {"status": "Pending"})


def _remind() -> None:
	"""What the scheduler does each minute."""
	import frappe

	from medusa_integration.api import drain_outbox

	drain_outbox()
	frappe.db.commit()
