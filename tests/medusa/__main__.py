"""python -m tests.medusa [v1]: a seeded Medusa in the foreground, until Ctrl-C."""

import signal
import sys
import time

from tests.medusa.server import Medusa


def main() -> None:
	for number in (signal.SIGINT, signal.SIGTERM):  # shells start background jobs with Ctrl-C ignored
		signal.signal(number, signal.default_int_handler)
	began = time.monotonic()
	try:
		with Medusa.start(*sys.argv[1:2]) as medusa:
			print(f"Medusa {medusa.version} is up after {time.monotonic() - began:.0f} s, Ctrl-C stops it")
			_describe(medusa)
			signal.pause()
	except KeyboardInterrupt:
		print("stopped")


def _describe(medusa: Medusa) -> None:
	facts = {"url": medusa.url, "admin": f"{medusa.email} / {medusa.password}", **medusa.shop}
	facts["postgres"] = medusa.postgres.url("medusa")
	for name, value in facts.items():
		print(f"  {name:20} {value}", flush=True)


if __name__ == "__main__":
	main()
