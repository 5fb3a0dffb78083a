"""The Website Items that the shop sells: of the configuration's item groups, with all groups below them, and
of its brands; not those whose Item ERPNext refuses to sell.

Source: docs/reference.md, "Which items the shop sells".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import settings, tree
from medusa_integration.products import for_sale

GROUP = "Item Group"


def chosen() -> tuple[set[str], set[str]]:
	"""The item groups and the brands that the configuration names. An empty set admits all."""
	config = settings.configuration()
	groups = {row.item_group for row in config.get("item_groups") or ()}
	return groups, {row.brand for row in config.get("brands") or ()}


def admits(doc) -> bool:
	"""Whether a Website Item's item group and brand are among the chosen ones."""
	groups, brands = chosen()
	if brands and doc.get("brand") not in brands:
		return False
	return not groups or doc.get("item_group") in groups or _is_below(doc.get("item_group") or "", groups)


def refused(items: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""The Website Items that aren't admitted, in a constant number of queries.

	:param items: with `name`, `item_group` and `brand`
	"""
	groups, brands = chosen()
	items = list(items)
	unsellable = for_sale.refusals(item.name for item in items)
	if groups:
		groups = set(tree.below(GROUP, groups).run(pluck=True))
	return [
		item
		for item in items
		if item.name in unsellable
		or (brands and item.brand not in brands)
		or (groups and item.item_group not in groups)
	]


def _is_below(name: str, groups: set[str]) -> bool:
	return not groups.isdisjoint(tree.paths(GROUP, [name]).get(name, ()))
