"""python -m tools.chaos: 1,000 changes by two users on MariaDB while everything fails, then ERPNext against the shop; or, with
--orders, 500 orders by two buyers, and what becomes of them.

Prints what was done and what is wrong, writes chaos.json. Exit status 0 only where nothing is missing, doubled or
stale, and nothing is left to send; else all calls are written to .cache/chaos-calls.jsonl.
"""

import argparse
import json
import random
import sys

from rich.table import Table

from tests.site import mariadb
from tools.chaos import kinds
from tools.demo import stage

RESULT = stage.ROOT / "chaos.json"
CALLS = stage.ROOT / ".cache" / "chaos-calls.jsonl"
SHOWN = 30  # findings printed
console = stage.console


def main() -> int:
	"""Run, print, write; 0 where all is well."""
	parser = argparse.ArgumentParser("python -m tools.chaos")
	parser.add_argument("--changes", type=int, default=1000)
	parser.add_argument("--orders", type=int, nargs="?", const=500, help="place so many orders instead (500)")
	parser.add_argument(
		"--seed", type=int, default=random.randrange(10**6), help="of all that is left to chance"
	)
	parser.add_argument("--medusa", choices=("v2", "v1"), default="v2", help="the Medusa to run against")
	parser.add_argument(
		"--without",
		type=kinds.kinds_of,
		default=(),
		metavar="KIND,…",
		help=f"with --orders: what doesn't happen, of {', '.join(kinds.KINDS)}",
	)
	options = parser.parse_args()
	if reason := mariadb.ensure():
		sys.exit(f"This needs MariaDB: {reason}")
	console.print(f"Medusa {options.medusa}; the seed is {options.seed}.")
	with stage.medusa_and_site("mariadb", options.medusa) as medusa:
		from tools.chaos import orders, run

		number = options.orders or options.changes
		play = orders.run if options.orders else run.run
		with console.status("Changes and faults…") as status:
			left_out = {"without": options.without} if options.orders else {}
			outcome = play(
				medusa, number, options.seed, True, lambda text: status.update(f"{text}…"), **left_out
			)
		if outcome.findings:
			_keep_calls()
	prefix = "chaos_orders" if options.orders else "chaos"
	_print(outcome, prefix)
	figures = outcome.figures(prefix) | {f"{prefix}_seed": options.seed, f"{prefix}_medusa": options.medusa}
	RESULT.write_text(json.dumps({**_before(prefix), **figures}, indent=1) + "\n")
	return 1 if outcome.findings else 0


def _before(prefix: str) -> dict:
	"""The figures of the other kind of chaos, from an earlier run."""
	figures = json.loads(RESULT.read_text()) if RESULT.exists() else {}
	is_orders = prefix == "chaos_orders"
	return {name: value for name, value in figures.items() if name.startswith("chaos_orders") != is_orders}


def _keep_calls() -> None:
	"""The request log goes with the site: what led to a finding is read here."""
	import frappe

	rows = frappe.get_all("Medusa Request Log", fields="*", order_by="creation, name")
	CALLS.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
	console.print(f"All calls are in {CALLS}.")


def _print(outcome, prefix: str) -> None:
	table = Table("", title="ERPNext against the shop after the chaos", title_justify="left")
	table.add_column("", justify="right")
	table.add_column("which")
	figures = outcome.figures(prefix)
	which = {
		"changes": outcome.made,
		"kills": outcome.kills,
		"faults": outcome.faults,
	}
	for name, value in figures.items():
		table.add_row(name, str(value), _counted(which.get(name.rpartition("_")[2], {})))
	if outcome.there:
		table.add_row("in ERPNext", str(outcome.there.total()), _counted(outcome.there))
	table.add_row("made again", str(outcome.again.total()), _counted(outcome.again))
	table.add_row("refused by ERPNext", str(outcome.refused.total()), _counted(outcome.refused))
	table.add_row("in the Error Log", str(outcome.errors.total()), _counted(outcome.errors))
	console.print(table)
	for finding in outcome.findings[:SHOWN]:
		console.print(str(finding), markup=False)
	if len(outcome.findings) > SHOWN:
		console.print(f"… and {len(outcome.findings) - SHOWN} more")


def _counted(counter) -> str:
	return ", ".join(f"{key} {number}" for key, number in sorted(counter.items()))


if __name__ == "__main__":
	try:
		sys.exit(main())
	except KeyboardInterrupt:
		sys.exit("stopped")
