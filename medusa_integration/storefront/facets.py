"""The number of the filtered products, and the values that the filters offer for them.

Source: docs/reference.md, "Pages of the catalogue".
"""

from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Count

from medusa_integration.products import specifications
from medusa_integration.products.selection import GROUP
from medusa_integration.storefront.filtered import Asked, condition
from medusa_integration.window import groups


class Facets(NamedTuple):
	"""The number of the filtered products, and the values that the filters offer for them."""

	count: int
	parents: list[tuple[str, str]]  # (name, handle) of the Item Groups above those of the products
	item_groups: dict[str, int]  # with the number of products
	brands: dict[str, int]
	values: dict[str, list[str]]  # by property


def of(asked: Asked) -> Facets:
	"""The facets of the filtered products; two queries."""
	rows = _counts(asked)
	item_groups: dict[str, int] = {}
	brands: dict[str, int] = {}
	parents = {}
	for row in rows:
		if row.item_group:
			item_groups[row.item_group] = item_groups.get(row.item_group, 0) + row.products
		if row.brand:
			brands[row.brand] = brands.get(row.brand, 0) + row.products
		if row.parent_name:
			parents[row.parent_name] = groups.handle(row.parent_name, row.parent_route)
	return Facets(
		sum(row.products for row in rows),
		_sorted(parents.items()),
		_by_name(item_groups),
		_by_name(brands),
		_values(asked),
	)


def _counts(asked: Asked) -> list[frappe._dict]:
	"""The number of products by Item Group and brand, with the group above."""
	page = frappe.qb.DocType("Website Item")
	counted = (
		frappe.qb.from_(page)
		.select(page.item_group, page.brand, Count("*").as_("products"))
		.where(condition(page, asked))
		.groupby(page.item_group, page.brand)
		.as_("counted")
	)
	group, parent = frappe.qb.DocType(GROUP), frappe.qb.DocType(GROUP).as_("parent")
	return (
		frappe.qb.from_(counted)
		.left_join(group)
		.on(group.name == counted.item_group)
		.left_join(parent)
		.on(parent.name == group.parent_item_group)
		.select(
			counted.item_group, counted.brand, counted.products,
			parent.name.as_("parent_name"), parent.custom_medusa_route.as_("parent_route"),
		)
	).run(as_dict=True)  # fmt: skip


def _values(asked: Asked) -> dict[str, list[str]]:
	page, spec = frappe.qb.DocType("Website Item"), frappe.qb.DocType(specifications.DOCTYPE)
	rows = (
		frappe.qb.from_(spec)
		.join(page)
		.on(page.name == spec.website_item)
		.select(spec.property, spec.value)
		.distinct()
		.where(condition(page, asked))
	).run()
	found = {name: {} for name in specifications.PROPERTIES}
	for property, value in sorted(rows):
		found[property].setdefault(value.casefold(), value)
	return {name: sorted(values.values(), key=str.casefold) for name, values in found.items()}


def _by_name(counts: dict[str, int]) -> dict[str, int]:
	return dict(_sorted(counts.items()))


def _sorted(pairs) -> list[tuple]:
	return sorted(pairs, key=lambda pair: pair[0].casefold())
