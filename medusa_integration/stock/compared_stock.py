"""The stock that Medusa should have, and what it has, for the doctor.

Source: docs/reference.md, "Stock".
"""

from collections.abc import Iterable
from typing import NamedTuple

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.plain_text import clean
from medusa_integration.stock import locations, quantities, reservations
from medusa_integration.stock.stock_to_medusa import read


class Wanted(NamedTuple):
	"""A quantity that Medusa should have.

	:param name: of the Website Item whose product sells the Item
	:param label: that tells the Item apart: the same, or the variant's item code
	:param units: whole ones that the shop sells
	"""

	name: str
	label: str
	variant: str
	units: int


def wanted(names: list[str]) -> list[Wanted]:
	"""The quantities that Medusa should have of Website Items with a variant, as `in_medusa` returns them. Kits have none."""
	return [
		Wanted(
			item.name,
			page.name if item is page else item.item_code,
			item.medusa_variant_id,
			max(0, sum(quantities.whole_units(item).values())),
		)
		for page in read(names)
		for item in page.sold
		if not page.sold_by and not item.get("kit")
		if item.medusa_variant_id and item.medusa_synced_on and item.quantity is not None
	]


def kits_wanted(names: list[str]) -> list[tuple[str, str, dict[str, int]]]:
	"""(name, variant id, `{sku of a part: units in one}`) of the Website Items whose variants are kits."""
	return [
		(page.name, item.medusa_variant_id, {part["sku"]: part["required"] for part in item.kit})
		for page in read(names)
		for item in page.sold
		if item.get("kit") and item.medusa_synced_on
	]


def parts_wanted(names: list[str]) -> list[tuple[str, str, int]]:
	"""(Website Item, SKU, whole units that Medusa should have) of the parts that the shop doesn't sell itself."""
	return [
		(page.name, clean(part.item_code), max(0, sum(quantities.whole_units(part).values())))
		for page in read(names)
		for part in page.lone_parts
	]


def parts_in_medusa(medusa: Dialect, skus: Iterable[str]) -> dict[str, int]:
	"""`{SKU: whole units}`, as `in_medusa`."""
	found = medusa.part_levels(skus, locations.current().all, reservations.known_lines)
	return {sku: max(0, units) for sku, units in found.items()}


def in_medusa(medusa: Dialect, variant_ids: Iterable[str]) -> dict[str, int]:
	"""`{variant id: whole units}` in Medusa at our stock locations, apart from units reserved by orders that
	ERPNext doesn't know."""
	found = medusa.stock_levels(variant_ids, locations.current().all, reservations.known_lines)
	return {variant: max(0, units) for variant, units in found.items()}


def elsewhere(medusa: Dialect, variant_ids: Iterable[str]) -> dict[str, dict[str, int]]:
	"""`{variant id: {stock location: units}}` that the shop sells from stock locations that aren't ours."""
	return medusa.stock_elsewhere(variant_ids, locations.current().all)
