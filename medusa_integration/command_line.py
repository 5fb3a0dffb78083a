"""The parts that the commands of `bench medusa` share: the site, printing, and working off the rows of a box.

Every bench command imports this file, so the app's other modules are imported inside of the functions.
"""

import sys
from collections.abc import Iterable
from contextlib import contextmanager

import click
import frappe


@contextmanager
def open_site(context: click.Context):
	"""The named site, as Administrator. An error is printed as its message, with exit code 1."""
	from medusa_integration.medusa.errors import MedusaError

	sites = getattr(context.obj, "sites", None) or []  # Frappe 15 passes a _dict, 16 an object
	if len(sites) != 1:
		fail("Name one site: bench --site SITE medusa …")
	try:
		with frappe.init_site(sites[0]):
			frappe.connect()
			with _transaction():
				yield
	except frappe.IncorrectSitePath:
		fail(f"There is no site {sites[0]}.")
	except MedusaError as error:
		fail(error.message)
	except frappe.ValidationError as error:
		fail(frappe.utils.strip_html(str(error)))


@contextmanager
def _transaction():
	try:
		yield
	except BaseException:
		frappe.db.rollback()  # also writes the request log, which waits for the transaction's end
		raise
	frappe.db.commit()  # Frappe doesn't commit for a command


def fail(words: str):
	"""Print an error, and end with exit code 1."""
	click.secho(words, fg="red", err=True)
	sys.exit(1)


def bar_of(label: str):
	"""A function (done, total) that prints the progress on one line of the standard error, where that is a terminal."""

	def show(done: int, total: int) -> None:
		if sys.stderr.isatty():
			click.echo(f"\r{label}: {done}{f' of {total}' if total else ''} ", nl=done == total, err=True)

	return show


def table(lines: Iterable[Iterable]) -> None:
	"""Print lines in columns as wide as their widest cell, without trailing spaces."""
	lines = [[str(cell if cell is not None else "") for cell in line] for line in lines]
	widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
	for line in lines:
		click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def send(queue_only: bool) -> None:
	"""Send the outbox's pending rows in this process, with a progress bar. Exit code 1 in an outage, or if
	rows are parked."""
	from medusa_integration.delivery.box import outbox
	from medusa_integration.sync.sending import drain

	_work_off(outbox, drain, "Sending", "outbox", "Medusa refuses them", queue_only)


def receive(queue_only: bool) -> None:
	"""Import the inbox's pending rows, as `send`."""
	from medusa_integration.delivery.box import inbox
	from medusa_integration.sync.receiving import drain_inbox

	_work_off(inbox, drain_inbox, "Importing", "inbox", "ERPNext can't take them as they are", queue_only)


def _work_off(box, drain, label: str, name: str, refusal: str, queue_only: bool) -> None:
	from medusa_integration.delivery import outage
	from medusa_integration.delivery.wake import LONG_RUN

	frappe.db.commit()  # other connections and a drain's claims see only committed rows
	total = box.count(status="Pending")
	if queue_only or not total:
		return click.echo(f"{total} rows wait in the {name}.")
	with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
		drain(LONG_RUN, tell=lambda: bar.update(max(0, total - box.count(status="Pending") - bar.pos)))
	left, parked = box.count(status="Pending"), box.count(status="Parked")
	click.echo(f"{max(total - left, 0)} rows are done.")
	if outage.lasts():
		fail(f"{outage.message()}; {left} rows wait in the {name}.")
	if left:
		click.echo(f"{left} rows wait for another worker or for their next attempt.")
	if parked:
		parked_rows = frappe.get_all(box.doctype, {"status": "Parked"}, ["name", "error"], limit=20)
		table([(row.name, row.error) for row in parked_rows])
		fail(f"{parked} rows are parked: {refusal}.")
