"""`bench --site SITE medusa …`: an operator's commands, in place of the Desk.

Every bench command imports this file, so the app's other modules are imported inside of the commands.
"""

import sys
from collections.abc import Iterable
from contextlib import contextmanager

import click
import frappe


@contextmanager
def _site(context: click.Context):
	"""The named site, as Administrator. An error is printed as its message, with exit code 1."""
	from medusa_integration.medusa.errors import MedusaError

	sites = (context.obj or {}).get("sites") or []
	if len(sites) != 1:
		_fail("Name one site: bench --site SITE medusa …")
	try:
		with frappe.init_site(sites[0]):
			frappe.connect()
			with _transaction():
				yield
	except frappe.IncorrectSitePath:
		_fail(f"There is no site {sites[0]}.")
	except MedusaError as error:
		_fail(error.message)
	except frappe.ValidationError as error:
		_fail(frappe.utils.strip_html(str(error)))


@contextmanager
def _transaction():
	try:
		yield
	except BaseException:
		frappe.db.rollback()  # also writes the request log, which waits for the transaction's end
		raise
	frappe.db.commit()  # Frappe doesn't commit for a command


def _fail(words: str):
	click.secho(words, fg="red", err=True)
	sys.exit(1)


dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
leave = click.option("--queue-only", is_flag=True, help="Leave the sending to the bench's workers.")
yes = click.option("--yes", is_flag=True, help="Don't ask.")


@click.group()
def medusa():
	"""Show, send, compare and repair the shop in Medusa."""


@medusa.command()
@click.pass_context
def status(context: click.Context):
	"""Show the state of the sending; exit code 1 while something is wrong."""
	from medusa_integration.operations import status

	with _site(context):
		lines, well = status.status()
		_table(lines)
		if not well:
			sys.exit(1)


@medusa.command()
@click.option("--again", is_flag=True, help="Send what is in sync too.")
@dry_run
@leave
@click.pass_context
def export(context: click.Context, again: bool, dry_run: bool, queue_only: bool):
	"""Send all products with their collections, pictures and prices."""
	from medusa_integration import settings
	from medusa_integration.operations import queueing
	from medusa_integration.products import shop_items
	from medusa_integration.sync.kinds import OF_WEBSITE_ITEMS

	with _site(context):
		settings.must_be_enabled()
		items = shop_items.items()
		new = sum(not item.medusa_id for item in items)
		click.echo(f"{len(items)} Website Items belong in the shop, {new} of them are new to it.")
		if again and dry_run:
			click.echo("To be sent again, changed or not:")
			_table([(kind.name, len(items)) for kind in OF_WEBSITE_ITEMS])
		if not dry_run:
			queueing.resend(item.name for item in items) if again else shop_items.queue_catalogue()
			_send(queue_only)


@medusa.command()
@click.option("--missing", is_flag=True, help="Only what Medusa has no price of.")
@dry_run
@leave
@click.pass_context
def prices(context: click.Context, missing: bool, dry_run: bool, queue_only: bool):
	"""Send the prices of all products that are in the shop."""
	from medusa_integration import settings
	from medusa_integration.operations import bulk

	with _site(context):
		settings.must_be_enabled()
		pages = bulk.missing_prices() if missing else [bulk.with_variant()]
		names = [name for page in pages for name in page]
		click.echo(f"The prices of {len(names)} Website Items are to be sent.")
		if not dry_run:
			bulk.queue_missing_prices() if missing else bulk.export_all_medusa_price_list()
			_send(queue_only)


@medusa.command()
@dry_run
@leave
@click.pass_context
def stock(context: click.Context, dry_run: bool, queue_only: bool):
	"""Bring the stock flags up to date, and send the quantities that changed."""
	from medusa_integration import settings
	from medusa_integration.products import shop_items
	from medusa_integration.stock.stock_to_medusa import update_webitem_stock

	with _site(context):
		settings.must_be_enabled()
		click.echo(f"The stock of {len(shop_items.items())} Website Items is to be looked at.")
		if not dry_run:
			update_webitem_stock()
			_send(queue_only)


@medusa.command()
@click.argument("rows", nargs=-1)
@dry_run
@leave
@click.pass_context
def retry(context: click.Context, rows: tuple[str, ...], dry_run: bool, queue_only: bool):
	"""Send parked ROWS of the Medusa Outbox and import those of the Medusa Inbox again; without ROWS, all
	parked ones."""
	from medusa_integration import settings
	from medusa_integration.delivery.box import inbox, outbox
	from medusa_integration.products import item_status

	with _site(context):
		settings.must_be_enabled()
		filters = {"status": "Parked", **({"name": ("in", rows)} if rows else {})}
		parked = {
			box: frappe.get_all(box.doctype, filters, ["name", "error"], order_by="name")
			for box in (outbox, inbox)
		}
		names = {box: [row.name for row in found] for box, found in parked.items()}
		unknown = set(rows) - {name for of_box in names.values() for name in of_box}
		if unknown:
			_fail(f"Not parked: {', '.join(sorted(unknown))}")
		_table([(row.name, row.error) for found in parked.values() for row in found])
		click.echo(f"{len(names[outbox])} parked rows are to be sent again.")
		if names[inbox]:
			click.echo(f"{len(names[inbox])} parked rows are to be imported again.")
		if names[outbox] and not dry_run:
			item_status.retry(names[outbox])
			_send(queue_only)
		if names[inbox] and not dry_run:
			inbox.retry(names[inbox])
			_receive(queue_only)


DAY = click.DateTime(["%Y-%m-%d"])


@medusa.command()
@click.option("--since", type=DAY, required=True, help="The first day, as 2026-11-28.")
@click.option("--until", type=DAY, help="The last day; else today.")
@dry_run
@yes
@leave
@click.pass_context
def orders(context: click.Context, since, until, dry_run: bool, yes: bool, queue_only: bool):
	"""Import the orders placed in Medusa on these days that aren't in ERPNext yet, however old."""
	from medusa_integration.operations import importing

	with _site(context):
		importing.must_be_importing()
		last = until.date() if until else frappe.utils.getdate()
		period = importing.Period(since.date(), last)
		if period.until < period.since:
			_fail("The last day is before the first.")
		found = importing.preview(period, _bar_of("Reading"))
		_print_orders(found)
		left = found["ready"] + found["blocked"]
		if left and not dry_run:
			yes or click.confirm(f"Import {left} orders?", abort=True)
			importing.queue(period)
			_receive(queue_only)


def _print_orders(found: dict) -> None:
	"""Print the preview of an import of orders."""
	totals = ", ".join(f"{each['total']} {each['currency']}" for each in found["totals"])
	click.echo(f"{found['orders']} orders{', of ' + totals if totals else ''}")
	labels = {
		"present": "in ERPNext already",
		"canceled": "cancelled",
		"ready": "can be imported",
		"blocked": "can't be imported",
	}
	_table([(label, found[key]) for key, label in labels.items()])
	for each in found["problems"]:
		click.echo(f"\n{each['orders']}: {each['problem']} ({', '.join(each['examples'])})")
	if found["more_problems"]:
		click.echo(f"And {found['more_problems']} more reasons.")


def _bar_of(label: str):
	"""A function (done, total) that prints the progress on one line of the standard error, where that is a terminal."""

	def show(done: int, total: int) -> None:
		if sys.stderr.isatty():
			click.echo(f"\r{label}: {done}{f' of {total}' if total else ''} ", nl=done == total, err=True)

	return show


@medusa.command()
@dry_run
@yes
@click.pass_context
def link(context: click.Context, dry_run: bool, yes: bool):
	"""Link the products that were in Medusa before the app, found by their sku. Overwrites nothing."""
	from medusa_integration.operations import linking

	with _site(context):
		found = linking.preview()
		_print_report(found)
		if found["matches"] and not dry_run:
			yes or click.confirm(f"Link {found['matches']} products?", abort=True)
			with click.progressbar(length=found["matches"] + found["items_left"], file=sys.stderr) as bar:
				done = linking.link(lambda done, total: bar.update(done - bar.pos))
			_print_report(done)


def _print_report(report: dict) -> None:
	"""The numbers of linking, and examples of each kind."""
	_table([(key.replace("_", " "), count) for key, count in report.items() if key != "examples"])
	for kind, examples in report["examples"].items():
		if examples:
			click.echo(f"\n{kind.replace('_', ' ')}:")
			_table([each.values() for each in examples])


@medusa.command("reset-links")
@dry_run
@yes
@click.pass_context
def reset_links(context: click.Context, dry_run: bool, yes: bool):
	"""Forget all ids that came from Medusa. Medusa isn't changed; the next export finds its records again."""
	from medusa_integration.operations import links

	with _site(context):
		found = links.count_links()
		total = sum(found.values())
		_table(found.items())
		if total and not dry_run:
			yes or click.confirm(f"Forget {total} links to Medusa?", abort=True)
			links.clear_all_ids()
			click.echo(f"{total} links are forgotten.")


def _print_notes(notes: list, limit: int) -> None:
	"""The doctor's notes, which are no differences, with the whole reason."""
	for note in notes[: limit or None]:
		shop = f"the shop sells it at its own price, {note.theirs}" if note.theirs else note.what
		click.echo(f"{note.name}: {shop}. {note.ours}".rstrip())
	if limit and len(notes) > limit:
		click.echo(f"… and {len(notes) - limit} more notes")


@medusa.command()
@click.option(
	"--repair", is_flag=True, help="Send what differs, and delete (after a question) what is extra."
)
@click.option("--limit", default=50, show_default=True, help="Show so many differences; 0: all.")
@dry_run
@yes
@leave
@click.pass_context
def doctor(context: click.Context, repair: bool, limit: int, dry_run: bool, yes: bool, queue_only: bool):
	"""Compare ERPNext and Medusa, record by record; exit code 0 only if all records agree."""
	from medusa_integration import session, settings
	from medusa_integration.operations import doctor

	with _site(context):
		settings.must_be_enabled()
		comparison = doctor.ShopComparison(session.open_shop())
		with click.progressbar(length=comparison.length(), label="Comparing", file=sys.stderr) as bar:
			for done in comparison.run():
				bar.update(done)
		found = comparison.differences
		_table([difference.line() for difference in found[: limit or None]])
		if limit and len(found) > limit:
			click.echo(f"… and {len(found) - limit} more")
		_print_notes(comparison.notes, limit)
		click.echo(comparison.summary())
		for warning in comparison.warnings():
			click.echo(warning)
		if repair and found and dry_run:
			_say_repairs(comparison)
		elif repair and found:
			_repair(comparison, yes)
			_send(queue_only)
			click.echo("Run it again to see whether all agrees now.")
		if found:
			sys.exit(1)


def _say_repairs(comparison) -> None:
	"""Print the repairs that `_repair` would make. All parts of a Website Item are sent again, whichever
	differs."""
	names, groups = set(comparison.to_resend()), comparison.groups_to_resend()
	wrong: dict[str, set[str]] = {}
	for difference in comparison.differences:
		if difference.name in names and difference.doctype == "Website Item":
			kind = difference.what.split()[0] if difference.what.startswith(("price", "stock")) else "product"
			wrong.setdefault(f"{difference.verdict} {kind}", set()).add(difference.name)
	click.echo(f"{len(names)} Website Items would be sent again with their prices and stock, because of:")
	_table([(reason, len(of)) for reason, of in sorted(wrong.items())] or [("nothing", "")])
	if groups:
		others = len(comparison.without_collection())
		click.echo(
			f"{len(groups)} Item Groups would be sent again, with {others} products of missing collections."
		)
	click.echo(f"{len(comparison.extras())} products of deleted Website Items would be deleted in Medusa.")


def _repair(comparison, yes: bool) -> None:
	click.echo(f"{comparison.queue_repairs()} records are to be sent again.")
	extras = comparison.extras()
	if extras and (
		yes or click.confirm(f"Delete {len(extras)} products of deleted Website Items in Medusa?")
	):
		comparison.queue_deletions()


def _table(lines: Iterable[Iterable]) -> None:
	"""Print lines in columns as wide as their widest cell, without trailing spaces."""
	lines = [[str(cell if cell is not None else "") for cell in line] for line in lines]
	widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
	for line in lines:
		click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _send(queue_only: bool) -> None:
	"""Send the outbox's pending rows in this process, with a progress bar. Exit code 1 in an outage, or if
	rows are parked."""
	from medusa_integration.delivery.box import outbox
	from medusa_integration.sync.sending import drain

	_work_off(outbox, drain, "Sending", "outbox", "Medusa refuses them", queue_only)


def _receive(queue_only: bool) -> None:
	"""Import the inbox's pending rows, as `_send`."""
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
		_fail(f"{outage.message()}; {left} rows wait in the {name}.")
	if left:
		click.echo(f"{left} rows wait for another worker or for their next attempt.")
	if parked:
		parked_rows = frappe.get_all(box.doctype, {"status": "Parked"}, ["name", "error"], limit=20)
		_table([(row.name, row.error) for row in parked_rows])
		_fail(f"{parked} rows are parked: {refusal}.")


commands = [medusa]
