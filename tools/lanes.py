"""Run lanes of tests one after another, and say at the end how long each part took.

    python -m tools.lanes test     the complete lane: Medusa v2, on MariaDB where it can be had, else on SQLite
    python -m tools.lanes others   what differs elsewhere: v1's wire format, the other database, the plugin, what is slow
    python -m tools.lanes all      every test on SQLite, on MariaDB and on Medusa v1

How long each test took is in .cache/durations, in JUnit's format. Further arguments go to pytest; files and folders
among them are run instead of those of the lane. The exit status is 1 where a lane has failed.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.site import mariadb
from tests.support.effort import WHOLE

PYTEST = ("-m", "pytest", "--dist", "load")
# A test waits for its servers now and then, so that two cores keep three busy.
WORKERS = str(min(3 * (os.cpu_count() or 1) // 2 or 1, 6))
DURATIONS = ".cache/durations"  # how long each test took, a file for each lane
# Of these Medusa v1 has a wire format of its own.
WIRE = (
	"tests/medusa", "tests/products", "tests/prices", "tests/stock", "tests/sync/test_ids.py", "tests/sync/test_kinds.py",
	"tests/orders/goods", "tests/orders/test_status_to_medusa.py", "tests/orders/money/test_captures_to_medusa.py",
	"tests/quotations", "tests/contract", "tests/storefront/test_accounts.py",
)  # fmt: skip
# A sample of what depends on the database.
SMOKE = (
	"tests/site", "tests/setup", "tests/delivery/test_queueing.py", "tests/delivery/test_transactions.py",
	"tests/storefront/test_catalogue.py", "tests/storefront/test_quotations.py", "tests/orders/test_sales_orders.py",
)  # fmt: skip


class Part(NamedTuple):
	"""A command whose time is told."""

	name: str
	arguments: tuple[str, ...]  # of Python


class Took(NamedTuple):
	name: str
	seconds: float
	failed: bool


def main(which: str, *options: str) -> int:
	"""Run the parts of `test`, `others` or `all`; the exit status."""
	db, reason = _database()
	versions = ("v2",) if which == "test" else ("v2", "v1")
	started = time.monotonic()
	medusa = Part("set-up: Medusa, beside the rest", ("-m", "tests.prepare", "medusa", *versions))
	with ThreadPoolExecutor() as threads:
		building = threads.submit(_timed, medusa)
		took = [_timed(Part("set-up: the site", ("-W", "ignore", "-m", "tests.prepare", "site", db)))]
		# The complete lane begins with tests that need no Medusa.
		can_run = not took[0].failed and (which == "test" or not building.result().failed)
		if can_run:
			took += [_timed(part) for part in _lanes(which, db, options)]
		took.append(building.result())
	print(f"\nThe database of the complete lane: {db}{f' ({reason})' if reason else ''}.")
	for part in took:
		print(f"{part.seconds:7.0f} s  {part.name}{'  FAILED' if part.failed else ''}")
	print(f"{time.monotonic() - started:7.0f} s  in all", flush=True)
	return int(any(part.failed for part in took))


def _database() -> tuple[str, str]:
	"""The database of the complete lane, and the reason why it isn't MariaDB."""
	reason = mariadb.ensure()
	return ("sqlite" if reason else "mariadb"), reason


def _lanes(which: str, db: str, options: tuple[str, ...]) -> list[Part]:
	chosen = any(option.startswith("tests/") for option in options)

	def lane(name: str, *arguments: str) -> Part:
		report = f"--junit-xml={DURATIONS}/{re.sub('[^a-z0-9]+', '-', name.lower())}.xml"
		if chosen:
			arguments = tuple(
				argument for argument in arguments if not Path(argument).exists()
			)  # its own folders
		return Part(name, (*PYTEST, "--numprocesses", WORKERS, report, *arguments, *options))

	whole = lane(f"Medusa v2 on {db}", "tests", "--db", db, "-m", "not slow and not plugin")
	slow = lane(
		f"slow ones, Medusa v2 on {db}", "tests", "--db", db, "-m", "slow and not nightly and not chaos"
	)
	if which == "test":
		return [whole]
	if which == "others":
		other = (
			[lane("sample on sqlite", *SMOKE, "--db", "sqlite", "-m", "not slow")] if db != "sqlite" else []
		)
		v1 = lane("Medusa v1's wire format", *WIRE, "--db", "sqlite", "--medusa", "v1", "-m", "not slow")
		plugin = lane("the plugin for Medusa", "tests/plugin", "--db", "sqlite")
		return [v1, *other, plugin, slow]
	os.environ[WHOLE] = "1"
	found = [lane("Medusa v2 on sqlite", "tests", "--db", "sqlite")]
	found += [lane("Medusa v2 on mariadb", "tests", "--db", "mariadb")] if db == "mariadb" else []
	return [*found, lane("Medusa v1 on sqlite", "tests", "--db", "sqlite", "--medusa", "v1")]


def _timed(part: Part) -> Took:
	print(f"\n=== {part.name}", flush=True)
	started = time.monotonic()
	code = subprocess.run([sys.executable, *part.arguments]).returncode
	return Took(part.name, time.monotonic() - started, bool(code))


if __name__ == "__main__":
	sys.exit(main(*sys.argv[1:]))
