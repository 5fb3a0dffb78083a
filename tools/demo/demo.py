"""python -m tools.demo.demo: the demo catalogue into a real Medusa shop, then the shop against the catalogue, then a page of it as a
storefront gets it, one customer from the sign-up to the paid order, and one order that is placed in Medusa.

Exit status 0 only where a visitor of the shop sees exactly what the catalogue says, and Medusa each state of the order.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from rich.table import Table

from tools.demo import expected, offers, options, ordering, page, rows, selling, stage, storefront
from tools.demo.expected import Shop

SHOWN = 20  # differences printed
console = stage.console


def main() -> int:
	"""Run the demo; 0 where everything matched and nothing is left to send."""
	catalogue = rows.read()
	with stage.medusa_and_site() as medusa:
		stage.configure(medusa)
		stage.save_catalogue(catalogue)
		options.save()
		offers.save(medusa)
		with stage.process("worker") as worker:
			stage.wait_until_sent(worker)
		wanted, found = _expected(catalogue), storefront.read(medusa)
		differences = list(compare(wanted, found))
		_print_comparison(wanted, found, differences)
		_print_calls(len(wanted.products))
		misheard = (
			offers.show(medusa, catalogue)
			+ page.show(catalogue)
			+ selling.show(medusa)
			+ ordering.show(medusa)
		)
		unsent = _print_unsent()
	return 1 if differences or unsent or misheard else 0


def _expected(catalogue: list[rows.Row]) -> Shop:
	import frappe
	from frappe.utils import get_url, getdate

	countries = frappe.get_all("Country", fields=["name", "code"], order_by="name")
	codes = {country.name: country.code.upper() for country in countries}
	shop = expected.shop(catalogue, getdate(), get_url(), codes)
	options.expect(shop, get_url(), codes)
	offers.expect(shop, catalogue, get_url(), codes)
	return shop


# --- comparing


@dataclass
class Difference:
	"""A value that the shop shows and the catalogue doesn't say, or the other way round."""

	kind: str
	key: str
	what: str
	expected: Any
	found: Any


def compare(wanted: Shop, found: Shop) -> Iterator[Difference]:
	"""Every field in which the two differ; a record that only one has is one difference."""
	for kind in (field.name for field in fields(Shop)):
		should, does = getattr(wanted, kind), getattr(found, kind)
		for key in sorted({*should, *does}):
			if key not in does:
				yield Difference(kind, key, "", "in the shop", "missing")
			elif key not in should:
				yield Difference(kind, key, "", "not in the shop", "there")
			else:
				yield from _compare_values(kind, key, "", should[key], does[key])


def _compare_values(kind: str, key: str, path: str, should: Any, does: Any) -> Iterator[Difference]:
	if isinstance(should, dict):
		for name in sorted({*should, *does}):
			yield from _compare_values(
				kind, key, f"{path}.{name}".strip("."), should.get(name), does.get(name)
			)
	elif should != does and not (_blank(should) and _blank(does)):
		yield Difference(kind, key, path, should, does)


def _blank(value: Any) -> bool:
	return value is None or value == "" or value == []


# --- printing


def _print_comparison(wanted: Shop, found: Shop, differences: list[Difference]) -> None:
	count = Counter(difference.kind for difference in differences)
	table = Table("In the shop", title="The catalogue against Medusa's store API", title_justify="left")
	for heading in ("expected", "found", "differences"):
		table.add_column(heading, justify="right")
	for kind in (field.name for field in fields(Shop)):
		table.add_row(kind, str(len(getattr(wanted, kind))), str(len(getattr(found, kind))), str(count[kind]))
	console.print(table)
	for each in differences[:SHOWN]:
		console.print(
			f"{each.kind} {each.key} {each.what}\n  expected {each.expected!r}\n  found    {each.found!r}",
			markup=False,
		)
	if len(differences) > SHOWN:
		console.print(f"… and {len(differences) - SHOWN} differences more")


def _print_calls(products: int) -> None:
	import frappe

	calls = frappe.get_all(
		"Medusa Request Log",
		fields=["method", "url", "status", "duration", "creation"],
		order_by="creation",
		limit_page_length=0,
	)
	table = Table("Calls to Medusa", title="From the Medusa Request Log", title_justify="left")
	for heading in ("calls", "failed", "seconds"):
		table.add_column(heading, justify="right")
	for what in dict.fromkeys(map(_operation, calls)):
		mine = [call for call in calls if _operation(call) == what]
		failed = sum(call.status == "Failure" for call in mine)
		table.add_row(what, str(len(mine)), str(failed), f"{sum(call.duration for call in mine) / 1000:.1f}")
	console.print(table)
	first = min(call.creation - timedelta(milliseconds=call.duration) for call in calls)
	seconds = (calls[-1].creation - first).total_seconds()
	console.print(
		f"{len(calls)} calls for {products} products: {products / seconds:.0f} products/s, prices and groups included, "
		f"in the {seconds:.1f} s from the first call to the last."
	)


def _operation(call) -> str:
	"""Method and path, without the ids in it."""
	return f"{call.method} {re.sub(r'/[a-z]+_[0-9A-Z]{20,}', '/…', urlsplit(call.url).path)}"


def _print_unsent() -> int:
	import frappe

	left = frappe.get_all("Medusa Outbox", fields=["name", "status", "error"], order_by="name")
	for row in left[:SHOWN]:
		console.print(f"Still in the outbox: {row.name}, {row.status}: {row.error}", markup=False)
	if not left:
		console.print("The outbox is empty.")
	return len(left)


if __name__ == "__main__":
	try:
		sys.exit(main())
	except KeyboardInterrupt:
		sys.exit("stopped")
