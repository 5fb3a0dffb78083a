"""The Website Items that the storefront shows: the published ones that are in the shop and that the
configuration admits.

Source: docs/reference.md, "Which products are shown".
"""

from pypika import Table
from pypika.terms import Criterion

from medusa_integration import tree
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
		condition &= page.item_group.isin(tree.below(GROUP, sorted(groups)))
	return condition
