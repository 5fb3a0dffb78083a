"""Medusa v2: the levels and reservations of inventory items, as they are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

HELD = (
	"location_levels.location_id", "location_levels.stocked_quantity", "location_levels.reserved_quantity",
	"reservation_items.line_item_id", "reservation_items.quantity", "reservation_items.location_id",
)  # fmt: skip
LINKS = ("inventory_items.inventory_item_id", "inventory_items.required_quantity")
HELD_FIELDS = ",".join(("id", *HELD, "variants.id", *(f"variants.{each}" for each in LINKS)))
HELD_OF_ITEM = ",".join(("id", "sku", *HELD))
HELD_OF_VARIANT = ",".join(("id", *LINKS, *(f"inventory_items.inventory.{each}" for each in HELD)))


@dataclass
class Held:
	"""An inventory item's levels and reservations.

	:param stocked: by location
	:param reserved: by location; Medusa's own sum
	:param lines: the reservations, as (location, line id or "", quantity)
	:param variants: the variants whose only inventory item it is, in the quantity 1
	"""

	stocked: dict[str, int]
	reserved: dict[str, int]
	lines: list[tuple[str, str, int]] = field(default_factory=list)
	variants: set[str] = field(default_factory=set)

	def on_top(self, location: str, known: set[str]) -> int:
		"""The quantity reserved at a location, without lines that aren't `known`."""
		others = sum(number for place, line, number in self.lines if place == location and line not in known)
		return self.reserved.get(location, 0) - others

	def left_over(self) -> dict[str, int]:
		"""The excess of Medusa's sums over the reservations, by location. Medusa leaves such a rest where a reservation was moved to
		another location, or a part of a line was fulfilled from another one."""
		rest = dict(self.reserved)
		for place, _line, number in self.lines:
			rest[place] = rest.get(place, 0) - number
		return {place: number for place, number in rest.items() if number > 0}


def own_item(variant: dict) -> bool:
	"""Whether a variant has exactly one inventory item, in the quantity 1."""
	rows = variant["inventory_items"]
	return len(rows) == 1 and rows[0]["required_quantity"] == 1 and rows[0].get("inventory", True) is not None


def counts_parts(variant: dict) -> bool:
	"""Whether a person made a variant of other items, which Medusa counts: else it would be sold without limit."""
	return bool(variant["manage_inventory"] and variant.get("inventory_items")) and not own_item(variant)


def read(row: dict[str, Any]) -> Held:
	levels = row["location_levels"]
	return Held(
		stocked={level["location_id"]: level["stocked_quantity"] for level in levels},
		reserved={level["location_id"]: level["reserved_quantity"] for level in levels},
		lines=[
			(each["location_id"], each["line_item_id"] or "", each["quantity"])
			for each in row.get("reservation_items") or ()
		],
		variants={variant["id"] for variant in row.get("variants") or () if own_item(variant)},
	)


def reserved_lines(known_lines: Callable[[set[str]], set[str]] | None, held: Iterable[Held]) -> set[str]:
	"""The reserved lines that ERPNext knows."""
	lines = {line for each in held for _place, line, _number in each.lines if line}
	return known_lines(lines) if lines and known_lines else set()
