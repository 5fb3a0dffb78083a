"""The Item Group that a storefront's address names.

Source: docs/reference.md, "Routes of Item Groups".
"""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import frappe
from pypika import CustomFunction
from pypika.queries import QueryBuilder

from medusa_integration.products import routes
from medusa_integration.products.selection import GROUP

_tail = CustomFunction("SUBSTR", ["text", "start"])


class Group(NamedTuple):
	"""An Item Group with the bounds of its branch of the tree."""

	name: str
	route: str
	lft: int
	rgt: int


def by_address(address: str) -> Group | None:
	"""The Item Group that the last part of an address names: by its route, else by its name. Of several with the same last
	part, such as `dental/gloves` and `medical/gloves`, the one whose route agrees most with the address.

	:param address: a route, a path or a URL
	"""
	try:
		written = [unquote(part) for part in urlsplit(address).path.split("/") if part]
	except ValueError:  # not a URL
		return None
	if not written:
		return None
	parts = [part.casefold() for part in written]
	group, last = frappe.qb.DocType(GROUP), parts[-1]
	rows = (
		frappe.qb.from_(group)
		.select(group.name, group.custom_medusa_route, group.lft, group.rgt)
		.where(
			(group.name == written[-1])
			| (group.custom_medusa_route == last)
			| (_tail(group.custom_medusa_route, -len(last) - 1) == f"/{last}")
			| group.parent_item_group.isnull()
			| (group.parent_item_group == "")
		)
		.orderby(group.lft)
	).run()
	found = [Group(name, route or "", lft, rgt) for name, route, lft, rgt in rows]
	found = [
		each for each in found if last in (handle(each.name, each.route).casefold(), each.name.casefold())
	]
	return max(found, key=lambda each: _agreement(each.route.casefold().split("/"), parts), default=None)


def by_name(name: str) -> Group | None:
	"""The Item Group of exactly this name, letters' case and accents included."""
	fields = ["name", "custom_medusa_route", "lft", "rgt"]
	row = frappe.db.get_value(GROUP, {"name": name}, fields)
	return Group(row[0], row[1] or "", row[2], row[3]) if row and row[0] == name else None


def branch(group: Group) -> QueryBuilder:
	"""The query of the names of an Item Group and of all below it."""
	table = frappe.qb.DocType(GROUP)
	bounds = (table.lft >= group.lft) & (table.rgt <= group.rgt)
	return frappe.qb.from_(table).select(table.name).where(bounds)


def handle(name: str, route: str | None) -> str:
	"""The last part of an Item Group's address."""
	return (route or "").rpartition("/")[2] or routes.part(name)


def _agreement(route: list[str], parts: list[str]) -> tuple[int, bool]:
	"""The number of equal parts, from the last one backwards, and whether these are the whole route."""
	same = 0
	for ours, asked in zip(reversed(route), reversed(parts), strict=False):
		if ours != asked:
			break
		same += 1
	return same, same == len(route)
