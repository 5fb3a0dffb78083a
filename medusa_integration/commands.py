"""`bench --site SITE medusa …`: an operator's commands, in place of the Desk.

Every bench command imports this file, so the app's other modules are imported inside of the commands.
"""

import sys

import click
import frappe

from medusa_integration.command_line import bar_of, fail, open_site, receive, send, table

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

	with open_site(context):
		lines, well = status.status()
		table(lines)
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

	with open_site(context):
		settings.must_be_enabled()
		items = shop_items.items()
		new = sum(not item.medusa_id for item in items)
		click.echo(f"{len(items)} Website Items belong in the shop, {new} of them are new to it.")
		if again and dry_run:
			click.echo("To be sent again, changed or not:")
			table([(kind.name, len(items)) for kind in OF_WEBSITE_ITEMS])
		if not dry_run:
			queueing.resend(item.name for item in items) if again else shop_items.queue_catalogue()
			send(queue_only)


@medusa.command()
@click.option("--missing", is_flag=True, help="Only what Medusa has no price of.")
@dry_run
@leave
@click.pass_context
def prices(context: click.Context, missing: bool, dry_run: bool, queue_only: bool):
	"""Send the prices of all products that are in the shop."""
	from medusa_integration import settings
	from medusa_integration.operations import bulk

	with open_site(context):
		settings.must_be_enabled()
		pages = bulk.missing_prices() if missing else [bulk.with_variant()]
		names = [name for page in pages for name in page]
		click.echo(f"The prices of {len(names)} Website Items are to be sent.")
		if not dry_run:
			bulk.queue_missing_prices() if missing else bulk.export_all_medusa_price_list()
			send(queue_only)


@medusa.command()
@dry_run
@leave
@click.pass_context
def stock(context: click.Context, dry_run: bool, queue_only: bool):
	"""Bring the stock flags up to date, and send the quantities that changed."""
	from medusa_integration import settings
	from medusa_integration.products import shop_items
	from medusa_integration.stock.stock_to_medusa import update_webitem_stock

	with open_site(context):
		settings.must_be_enabled()
		click.echo(f"The stock of {len(shop_items.items())} Website Items is to be looked at.")
		if not dry_run:
			update_webitem_stock()
			send(queue_only)


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

	with open_site(context):
		settings.must_be_enabled()
		filters = {"status": "Parked", **({"name": ("in", rows)} if rows else {})}
		parked = {
			box: frappe.get_all(box.doctype, filters, ["name", "error"], order_by="name")
			for box in (outbox, inbox)
		}
		names = {box: [row.name for row in found] for box, found in parked.items()}
		unknown = set(rows) - {name for of_box in names.values() for name in of_box}
		if unknown:
			fail(f"Not parked: {', '.join(sorted(unknown))}")
		table([(row.name, row.error) for found in parked.values() for row in found])
		click.echo(f"{len(names[outbox])} parked rows are to be sent again.")
		if names[inbox]:
			click.echo(f"{len(names[inbox])} parked rows are to be imported again.")
		if names[outbox] and not dry_run:
			item_status.retry(names[outbox])
			send(queue_only)
		if names[inbox] and not dry_run:
			inbox.retry(names[inbox])
			receive(queue_only)


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
	from medusa_integration.operations import order_import

	with open_site(context):
		order_import.must_be_importing()
		last = until.date() if until else frappe.utils.getdate()
		period = order_import.Period(since.date(), last)
		if period.until < period.since:
			fail("The last day is before the first.")
		found = order_import.preview(period, bar_of("Reading"))
		_print_orders(found)
		left = found["ready"] + found["blocked"]
		if left and not dry_run:
			yes or click.confirm(f"Import {left} orders?", abort=True)
			order_import.queue(period)
			receive(queue_only)


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
	table([(label, found[key]) for key, label in labels.items()])
	for each in found["problems"]:
		click.echo(f"\n{each['orders']}: {each['problem']} ({', '.join(each['examples'])})")
	if found["more_problems"]:
		click.echo(f"And {found['more_problems']} more reasons.")


@medusa.command()
@dry_run
@yes
@click.pass_context
def link(context: click.Context, dry_run: bool, yes: bool):
	"""Link the products that were in Medusa before the app, found by their sku. Overwrites nothing."""
	from medusa_integration.operations import linking

	with open_site(context):
		found = linking.preview()
		_print_report(found)
		if found["matches"] and not dry_run:
			yes or click.confirm(f"Link {found['matches']} products?", abort=True)
			with click.progressbar(length=found["matches"] + found["items_left"], file=sys.stderr) as bar:
				done = linking.link(lambda done, total: bar.update(done - bar.pos))
			_print_report(done)


def _print_report(report: dict) -> None:
	"""The numbers of linking, and examples of each kind."""
	table([(key.replace("_", " "), count) for key, count in report.items() if key != "examples"])
	for kind, examples in report["examples"].items():
		if examples:
			click.echo(f"\n{kind.replace('_', ' ')}:")
			table([each.values() for each in examples])


@medusa.command("reset-links")
@dry_run
@yes
@click.pass_context
def reset_links(context: click.Context, dry_run: bool, yes: bool):
	"""Forget all ids that came from Medusa. Medusa isn't changed; the next export finds its records again."""
	from medusa_integration.operations import links

	with open_site(context):
		found = links.count_links()
		total = sum(found.values())
		table(found.items())
		if total and not dry_run:
			yes or click.confirm(f"Forget {total} links to Medusa?", abort=True)
			links.clear_all_ids()
			click.echo(f"{total} links are forgotten.")


def _print_notes(notes: list, limit: int) -> None:
	"""The doctor's notes, which are no differences, with the whole reason."""
	from medusa_integration.operations.doctor_prices import FOREIGN_LIST

	for note in notes:
		if note.what == FOREIGN_LIST:
			click.echo(f"Price list {note.name}, not made by the app: {note.ours}")
	notes = [note for note in notes if note.what != FOREIGN_LIST]
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

	with open_site(context):
		settings.must_be_enabled()
		comparison = doctor.ShopComparison(session.open_shop())
		with click.progressbar(length=comparison.length(), label="Comparing", file=sys.stderr) as bar:
			for done in comparison.run():
				bar.update(done)
		found = comparison.differences
		table([difference.line() for difference in found[: limit or None]])
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
			send(queue_only)
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
	table([(reason, len(of)) for reason, of in sorted(wrong.items())] or [("nothing", "")])
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


commands = [medusa]
