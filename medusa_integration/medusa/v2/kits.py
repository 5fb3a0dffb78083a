"""Medusa v2: fulfillments of kits and multipacks. They list parts, with the quantities of the parts.

Medusa keeps no quantity of the kit in a fulfillment, but sums in the order's line. The size of a part, which is its quantity in
one kit, follows from both.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from medusa_integration.medusa.v2.return_parsing import number_in

Part = tuple[str, str]  # the line's id, and the inventory item's


def sizes(fulfillments: Iterable[dict], fulfilled: dict[str, Decimal]) -> dict[Part, Decimal]:
	"""`{part: its quantity in one of the line}`, of the fulfillments that aren't cancelled.

	:param fulfilled: `{line id: its fulfilled quantity}`
	"""
	sums: dict[Part, Decimal] = defaultdict(Decimal)
	for row in fulfillments:
		for item in row["items"] if not row["canceled_at"] else ():
			sums[_part(item)] += number_in(item, "quantity")
	return {part: total / fulfilled[part[0]] for part, total in sums.items() if fulfilled.get(part[0])}


def quantities(row: dict, size_of: dict[Part, Decimal]) -> dict[str, Decimal] | None:
	"""`{line id: its quantity}` of a fulfillment; None where its parts don't agree, as after the kit's parts were changed between
	two fulfillments of a line."""
	found: dict[str, set[Decimal]] = defaultdict(set)
	for item in row["items"]:
		quantity, size = number_in(item, "quantity"), size_of.get(_part(item), Decimal(1))
		if size:
			found[item["line_item_id"]].add(quantity / size)
	if row["canceled_at"]:
		return {line: min(each) for line, each in found.items()}
	if any(len(each) > 1 for each in found.values()) or any(map(_is_broken, size_of.values())):
		return None
	return {line: min(each) for line, each in found.items()}


def _is_broken(size: Decimal) -> bool:
	"""Whether no kit can have so many of a part."""
	return size > 1 and size != size.to_integral_value()


def _part(item: dict) -> Part:
	return item["line_item_id"], item["inventory_item_id"] or ""
