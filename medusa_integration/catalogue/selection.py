"""Which Website Items go to the shop: the item groups, with all below them, and the brands of the configuration."""

from collections.abc import Iterable

import frappe

from medusa_integration import session as shop

GROUP = "Item Group"


def chosen() -> tuple[set[str], set[str]]:
	"""The item groups and the brands that the configuration names; of what it names none, all go."""
	config = shop.configuration()
	groups = {row.item_group for row in config.get("item_groups") or ()}
	return groups, {row.brand for row in config.get("brands") or ()}


def admits(doc) -> bool:
	"""Whether a Website Item's item group and brand are among the chosen ones."""
	groups, brands = chosen()
	if brands and doc.get("brand") not in brands:
		return False
	return not groups or doc.get("item_group") in groups or _is_below(doc.get("item_group"), groups)


def refused(items: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""Those of many Website Items (with `item_group` and `brand`) that aren't admitted, in a constant number of
	queries."""
	groups, brands = chosen()
	if groups:
		groups = with_descendants(groups)
	return [
		item
		for item in items
		if (brands and item.brand not in brands) or (groups and item.item_group not in groups)
	]


def with_descendants(groups: set[str]) -> set[str]:
	"""Item groups and all below them."""
	# from the table: a tree that moves leaves the cached bounds of others behind
	bounds = _bounds({"name": ("in", list(groups))})
	return {
		row.name
		for row in _bounds({})
		if any(above.lft <= row.lft and row.rgt <= above.rgt for above in bounds)
	}


def _is_below(name: str | None, groups: set[str]) -> bool:
	below = _bounds({"name": name or ""})
	return bool(
		below
		and _bounds({"name": ("in", list(groups)), "lft": ("<=", below[0].lft), "rgt": (">=", below[0].rgt)})
	)


def _bounds(filters: dict) -> list[frappe._dict]:
	return frappe.get_all(GROUP, filters, ["name", "lft", "rgt"], order_by="lft")
