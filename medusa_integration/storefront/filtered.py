"""The condition of a page's filters.

Source: docs/reference.md, "Pages of the catalogue".
"""

from dataclasses import dataclass

import frappe
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from medusa_integration.products import specifications
from medusa_integration.storefront import searching
from medusa_integration.window import groups, landing_page
from medusa_integration.window.groups import Group
from medusa_integration.window.shown_items import is_shown


@dataclass(frozen=True)
class Asked:
	"""A page's filters. Values of one filter are alternatives; one without values lets all products pass."""

	group: Group | None = None  # with all below it
	on_clearance: bool = False
	words: tuple[str, ...] = ()  # a product has all of them
	names: tuple[str, ...] | None = None  # of Website Items
	item_groups: tuple[str, ...] = ()
	brands: tuple[str, ...] = ()
	in_stock: tuple[int, ...] = ()
	colour: tuple[str, ...] = ()
	shape: tuple[str, ...] = ()
	shade: tuple[str, ...] = ()


def condition(page: Table, asked: Asked) -> Criterion:
	"""The condition of the products that pass the filters.

	:param page: the table of Website Item
	"""
	fits = is_shown(page)
	if asked.group:
		fits &= page.item_group.isin(groups.branch(asked.group))
	if asked.on_clearance:
		fits &= page.name.isin(_clearance())
	if asked.names is not None:
		fits &= page.name.isin(asked.names or [""])
	for word in asked.words:
		fits &= searching.has_word(page, word)
	for field, values in (
		(page.item_group, asked.item_groups),
		(page.brand, asked.brands),
		(page.custom_in_stock, asked.in_stock),
	):
		if values:
			fits &= field.isin(values)
	for property in specifications.PROPERTIES:
		values = getattr(asked, property)
		if values:
			spec = frappe.qb.DocType(specifications.DOCTYPE)
			having = (spec.property == property) & spec.value.isin(values)
			fits &= page.name.isin(frappe.qb.from_(spec).select(spec.website_item).where(having))
	return fits


def _clearance() -> QueryBuilder:
	"""The query of the landing page's clearance items."""
	row = frappe.qb.DocType(landing_page.ITEM)
	of_page = (row.parenttype == landing_page.DOCTYPE) & (row.parent == landing_page.ACTIVE)
	query = frappe.qb.from_(row).select(row.website_item)
	return query.where(of_page & (row.parentfield == "clearance_items"))
