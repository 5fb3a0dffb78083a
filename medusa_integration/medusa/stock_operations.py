"""The Dialect's operations on stock.

Source: docs/reference.md, "Stock".
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from medusa_integration.medusa.errors import MedusaError


class LeftOver(NamedTuple):
	"""A quantity of an inventory item that is reserved at a stock location for no order.

	:param sku: "" for an item without one
	:param item: Medusa's id of the inventory item
	:param place: the location's name, else its id
	:param location: the location's id
	"""

	sku: str
	item: str
	place: str
	location: str
	quantity: int


class StockOperations(ABC):
	@abstractmethod
	def set_stock(
		self, levels: list[dict], known_lines: Callable[[set[str]], set[str]] | None = None
	) -> dict[str, dict | MedusaError]:
		"""Set variants' quantities for sale. Medusa subtracts the reservations of orders that ERPNext doesn't
		know. v2 takes one call, all or nothing, and none where all levels are right already.

		:param levels: `external_id`, `about` (the Website Item, for the log), `product_id`, `variant_id`, `sku`, `quantities` (whole units by stock
			location, "" for the default one; below 0 counts as far as Medusa has reserved as much),
			`left` (former stock locations, whose levels become 0 where they are still there), `reserves` (on where orders of the shop may have reserved some for lines that ERPNext knows), and
			`known`, the last call's result for the variant, {} before the first one
			A part of a bundle that the shop doesn't sell itself has no `variant_id`. A variant with `kit`, its parts as
			`{"sku", "variant_id", "required"}`, consists of them and has no quantity of its own; one with `was_kit` gets its own
			inventory item again, and manages no inventory any more where `is_managed` is off
		:param known_lines: returns those of the given order lines that ERPNext knows and subtracts itself
		:returns: `{external_id: the value to pass as known the next time}`; the MedusaError of a variant that
			can't have a level
		:raises MedusaRejected: on v2 for the first level that Medusa refuses; none is applied
		"""

	@abstractmethod
	def stock_levels(
		self,
		variant_ids: Iterable[str],
		locations: Sequence[str] = ("",),
		known_lines: Callable[[set[str]], set[str]] | None = None,
	) -> dict[str, int]:
		"""`{variant id: quantity}`, the sum of the quantities that `set_stock` sets; on v2 only of variants
		that have a level at one of the locations."""

	def part_levels(
		self,
		skus: Iterable[str],
		locations: Sequence[str] = ("",),
		known_lines: Callable[[set[str]], set[str]] | None = None,
	) -> dict[str, int]:
		"""As `stock_levels`, of inventory items without a product: `{sku: quantity}`. v1 has none."""
		return {}

	def kit_parts(self, variant_ids: Iterable[str]) -> dict[str, dict[str, int]]:
		"""`{variant id: {sku of an inventory item: quantity of it in one}}`. v1 has no kits."""
		return {}

	def stock_elsewhere(
		self, variant_ids: Iterable[str], locations: Sequence[str] = ("",)
	) -> dict[str, dict[str, int]]:
		"""`{variant id: {name of a stock location: units for sale}}` at the locations of our sales channel that aren't
		`locations`. The shop sells these units, too. v1 has no locations.
		"""
		return {}

	def left_over_reservations(self) -> list[LeftOver]:
		"""The quantities that Medusa counts as reserved without a reservation, of all inventory items. v1 keeps no
		reservations."""
		return []

	def unlinked_locations(self, locations: Sequence[str] = ("",)) -> list[str]:
		"""The names of those of `locations` that aren't linked to our sales channel: the shop sells no unit from these. v1 has
		no locations.
		"""
		return []
