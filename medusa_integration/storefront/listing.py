"""The products of a page of the catalogue, and the filters' values of the same filtered products.

Results are cached under the listings' generation: a page costs the same for any size of the catalogue.

Source: docs/reference.md, "Pages of the catalogue".
"""

import json
from dataclasses import asdict, dataclass
from typing import NamedTuple

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Count
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from medusa_integration import generation
from medusa_integration.products import specifications
from medusa_integration.products.selection import GROUP
from medusa_integration.window import groups, landing_page
from medusa_integration.window.groups import Group
from medusa_integration.window.shown_items import cache_key, is_shown

PAGE = 20  # cards


@dataclass(frozen=True)
class Asked:
	"""A page's filters. Values of one filter are alternatives; one without values lets all products pass."""

	group: Group | None = None  # with all below it
	on_clearance: bool = False
	item_groups: tuple[str, ...] = ()
	brands: tuple[str, ...] = ()
	in_stock: tuple[int, ...] = ()
	colour: tuple[str, ...] = ()
	shape: tuple[str, ...] = ()
	shade: tuple[str, ...] = ()


class Facets(NamedTuple):
	"""The number of the filtered products, and the values that the filters offer for them."""

	count: int
	parents: list[tuple[str, str]]  # (name, handle) of the Item Groups above those of the products
	item_groups: dict[str, int]  # with the number of products
	brands: dict[str, int]
	values: dict[str, list[str]]  # by property


def facets(asked: Asked, state: str) -> Facets:
	"""The facets of the filtered products; two queries at most.

	:param state: the listings' generation
	"""
	return generation.cached(f"facets:{_key(asked)}", state, lambda: _facets(asked))


def page_of(asked: Asked, state: str, order: str, number: int) -> list[str]:
	"""The Website Items of a page; one query at most.

	:param order: "asc" or "desc" by title; anything else: by ranking
	:param number: from 1 on
	"""
	key = f"page:{_key(asked)}:{order}:{number}"
	return generation.cached(key, state, lambda: _names(asked, order, number))


def _key(asked: Asked) -> str:
	return json.dumps([asdict(asked), cache_key()])


def _facets(asked: Asked) -> Facets:
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
		.where(_condition(page, asked))
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
		.where(_condition(page, asked))
	).run()
	found = {name: {} for name in specifications.PROPERTIES}
	for property, value in sorted(rows):
		found[property].setdefault(value.casefold(), value)
	return {name: sorted(values.values(), key=str.casefold) for name, values in found.items()}


def _names(asked: Asked, order: str, number: int) -> list[str]:
	page = frappe.qb.DocType("Website Item")
	query = frappe.qb.from_(page).select(page.name).where(_condition(page, asked))
	if order not in ("asc", "desc"):
		query = query.orderby(page.ranking, order=Order.desc)
	titles = Order.desc if order == "desc" else Order.asc
	query = query.orderby(page.web_item_name, order=titles).orderby(page.name)
	return query.limit(PAGE).offset((number - 1) * PAGE).run(pluck=True)


def _condition(page: Table, asked: Asked) -> Criterion:
	condition = is_shown(page)
	if asked.group:
		condition &= page.item_group.isin(groups.branch(asked.group))
	if asked.on_clearance:
		condition &= page.name.isin(_clearance())
	for field, values in (
		(page.item_group, asked.item_groups),
		(page.brand, asked.brands),
		(page.custom_in_stock, asked.in_stock),
	):
		if values:
			condition &= field.isin(values)
	for property in specifications.PROPERTIES:
		values = getattr(asked, property)
		if values:
			spec = frappe.qb.DocType(specifications.DOCTYPE)
			having = (spec.property == property) & spec.value.isin(values)
			condition &= page.name.isin(frappe.qb.from_(spec).select(spec.website_item).where(having))
	return condition


def _clearance() -> QueryBuilder:
	"""The query of the landing page's clearance items."""
	row = frappe.qb.DocType(landing_page.ITEM)
	of_page = (row.parenttype == landing_page.DOCTYPE) & (row.parent == landing_page.ACTIVE)
	query = frappe.qb.from_(row).select(row.website_item)
	return query.where(of_page & (row.parentfield == "clearance_items"))


def _by_name(counts: dict[str, int]) -> dict[str, int]:
	return dict(_sorted(counts.items()))


def _sorted(pairs) -> list[tuple]:
	return sorted(pairs, key=lambda pair: pair[0].casefold())
