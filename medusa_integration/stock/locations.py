"""Medusa's stock locations of warehouses, by the table in the Medusa Configuration.

A warehouse has the location of the table's nearest warehouse: itself or one above it. Without any, it has the
configured location, else the shop's only one, which is written "" here.

Source: docs/reference.md, "Stock locations".
"""

from dataclasses import dataclass
from functools import cached_property

from medusa_integration import settings, tree

DEFAULT = ""


@dataclass(frozen=True)
class Locations:
	"""Stock locations by warehouse.

	:param table: `{warehouse: location}` as configured
	:param by_warehouse: `{warehouse: location}`, with all warehouses below these
	"""

	table: dict[str, str]
	by_warehouse: dict[str, str]

	@cached_property
	def all(self) -> tuple[str, ...]:
		"""Every location that has stock of ours, the default one first."""
		return (DEFAULT, *sorted(set(self.table.values())))

	def of(self, warehouse: str | None) -> str:
		"""The location of a warehouse; "" for the default one."""
		return self.by_warehouse.get(warehouse or "", DEFAULT)


def current() -> Locations:
	"""The locations by the present configuration. Reads the warehouses only where there is a table."""
	table = {
		row.warehouse: row.stock_location for row in settings.current().stock_locations if row.stock_location
	}
	return Locations(table, _with_those_below(table))


def _with_those_below(table: dict[str, str]) -> dict[str, str]:
	# The nearest warehouse of the table comes last, and counts.
	branches = tree.branches("Warehouse", table)
	return {name: table[root] for root, names in branches.items() for name in names}
