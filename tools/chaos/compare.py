"""ERPNext against the shop, field by field."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe

from tests.medusa.server import Medusa
from tools.chaos import expected
from tools.chaos.found import Found
from tools.chaos.found_v1 import FoundV1

READERS = {"v2": Found, "v1": FoundV1}
MISSING, DOUBLED, STALE, LEFT = KINDS = ("missing", "doubled", "stale", "left")


@dataclass
class Finding:
	"""One thing that isn't as it must be: what is wrong with it, where, and both sides' values."""

	kind: str
	where: str
	expected: Any = ""
	found: Any = ""

	def __str__(self) -> str:
		return f"{self.kind}: {self.where}\n  expected {self.expected!r}\n  found    {self.found!r}"


def compare(medusa: Medusa) -> list[Finding]:
	"""All that is wrong: nothing, where nothing was lost or doubled."""
	wanted = expected.read(medusa.version)
	found = READERS[medusa.version](medusa, expected.days_of(medusa.version))
	return [
		*_doubled(found.counts),
		*_records("product", wanted.products, found.shop.products),
		*_records("collection", wanted.collections, found.shop.collections),
		*_prices(wanted.prices, found.shop.prices),
		*(Finding(STALE, f"price list {each}, which has no prices") for each in found.empty),
		*_ids(wanted, found.shop),
		*_left(),
	]


def _doubled(counts: Counter) -> Iterator[Finding]:
	for (what, key), number in counts.items():
		if number > 1:
			yield Finding(DOUBLED, f"{what} {key}", 1, number)


def _records(what: str, wanted: dict[str, dict], found: dict[str, dict]) -> Iterator[Finding]:
	for key in sorted({*wanted, *found}, key=str):
		if key not in found:
			yield Finding(MISSING, f"{what} {key}", wanted[key])
		elif key not in wanted:
			yield Finding(STALE, f"{what} {key}, which ERPNext doesn't have", "", found[key])
		else:
			for field, value in wanted[key].items():
				if value != found[key][field]:
					yield Finding(STALE, f"{what} {key}: {field}", value, found[key][field])


def _prices(wanted: dict[str, dict], found: dict[str, dict]) -> Iterator[Finding]:
	for sku in sorted({*wanted, *found}, key=str):
		should, does = wanted.get(sku, {}), found.get(sku, {})
		wrong: dict[str, list] = defaultdict(list)
		for point in sorted({*should, *does}):
			wanted_there, there = should.get(point, []), does.get(point, [])
			if wanted_there != there:
				kind = MISSING if not there else DOUBLED if len(there) > len({*there}) else STALE
				wrong[kind].append((point, wanted_there, there))
		for kind, points in wrong.items():  # An item has many points: a finding has the first one.
			point, *values = points[0]
			yield Finding(kind, f"price of {sku} on {_words(point)} (and {len(points) - 1} more)", *values)


def _words(point: date | tuple) -> str:
	return ", ".join(map(str, point)) if isinstance(point, tuple) else str(point)


def _ids(wanted: expected.Shop, found: expected.Shop) -> Iterator[Finding]:
	for name, ids in wanted.ids.items():
		for doctype, value in ids.items():
			there = found.ids.get(name, {}).get(doctype)
			if there and value != there:
				yield Finding(STALE, f"id kept in {doctype} of {name}", there, value)
	for id, price in wanted.price_ids.items():
		if found.price_ids.get(id) != price:
			yield Finding(STALE, f"price row {id} kept in Item Price", price, found.price_ids.get(id))


def _left() -> Iterator[Finding]:
	for row in frappe.get_all("Medusa Outbox", ["name", "status", "error"], order_by="name"):
		yield Finding(LEFT, f"row {row.name}", "", f"{row.status}: {row.error}")
