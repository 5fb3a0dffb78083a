"""python -m tools.benchmarks.drain_memory DB FOLDER: drain what is due on a site that another process keeps up, in this process,
and print by how many MB it grew, at the highest.
"""

import sys
from pathlib import Path

from tests.site import boot, connect


def main(db: str, folder: str) -> None:
	"""Needs Linux, which counts the highest anew when told to."""
	boot(db, folder)
	connect(test_mode=False)
	from medusa_integration.sync.sending import drain

	idle = _kilobytes("VmRSS")
	Path("/proc/self/clear_refs").write_text("5")
	drain(seconds=600)
	print((_kilobytes("VmHWM") - idle) / 1024)


def _kilobytes(what: str) -> int:
	lines = Path("/proc/self/status").read_text().splitlines()
	return next(int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
	main(*sys.argv[1:])
