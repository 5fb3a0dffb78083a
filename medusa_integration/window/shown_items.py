"""The Website Items that the storefront shows: the published ones that are in the shop and that the
configuration admits.

Source: docs/reference.md, "Which products are shown".
"""

import frappe
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from medusa_integration.products.selection import GROUP, chosen


def is_shown(page: Table) -> Criterion:
	"""The query condition of a shown Website Item.

	:param page: the table of Website Item
	"""
	condition = (page.published == 1) & page.medusa_id.isnotnull() & (page.medusa_id != "")
	groups, brands = chosen()
	if brands:
		condition &= page.brand.isin(sorted(brands))
	if groups:
		condition &= page.item_group.isin(_below(sorted(groups)))
	return condition


def _below(names: list[str]) -> QueryBuilder:
	"""The query of item groups and of all below them."""
	group, above = frappe.qb.DocType(GROUP), frappe.qb.DocType(GROUP).as_("above")
	return (
		frappe.qb.from_(group)
		.join(above)
		.on((above.lft <= group.lft) & (group.rgt <= above.rgt))
		.where(above.name.isin(names))
		.select(group.name)
	)
