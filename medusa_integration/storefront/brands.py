"""The brands whose products the storefront shows.

Source: docs/reference.md, "Brands".
"""

from typing import Annotated

import frappe
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration.products import images
from medusa_integration.products.selection import GROUP
from medusa_integration.storefront.access import public
from medusa_integration.storefront.cards import CACHED
from medusa_integration.storefront.catalogue import Heading
from medusa_integration.storefront.navigation import GroupName, known_group
from medusa_integration.window import groups
from medusa_integration.window.shown_items import is_shown


class BrandRef(TypedDict):
	brand: Annotated[str, Field(examples=["Acme"])]
	image: Annotated[str | None, Field(examples=["https://erp.example.com/files/acme.png"])]


class BrandList(TypedDict):
	top_categories: list[Heading]
	brand_list: list[BrandRef]


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_all_brands(
	item_group: GroupName | None = None,
) -> BrandList:
	"""The brands of the products in an Item Group and the groups below it.

	:param item_group: left out: of all products
	:returns: the brands by name; `top_categories` are the groups at the top of the catalogue that have
		products, in the order of the tree
	:raises NotFound: there is no such Item Group
	"""
	group = known_group(item_group) if item_group else None
	return {"top_categories": _top_categories(), "brand_list": _brands(group)}


def _brands(group: groups.Group | None) -> list[BrandRef]:
	page, brand = frappe.qb.DocType("Website Item"), frappe.qb.DocType("Brand")
	named = frappe.qb.from_(page).select(page.brand).where(is_shown(page))
	if group:
		named = named.where(page.item_group.isin(groups.branch(group)))
	rows = (
		frappe.qb.from_(brand)
		.select(brand.name, brand.image)
		.where(brand.name.isin(named))
		.orderby(brand.name)
	).run(as_dict=True)
	return [{"brand": row.name, "image": images.address(row.image)} for row in rows]


def _top_categories() -> list[Heading]:
	"""The groups below the tree's root. If that is one group, such as Products, the groups below it."""
	group, below, page = (
		frappe.qb.DocType(GROUP),
		frappe.qb.DocType(GROUP).as_("below"),
		frappe.qb.DocType("Website Item"),
	)
	inhabited = (
		frappe.qb.from_(page)
		.join(below)
		.on(below.name == page.item_group)
		.select(below.lft)
		.distinct()
		.where(is_shown(page))
	).run(pluck=True)
	rows = (
		frappe.qb.from_(group)
		.select(group.name, group.parent_item_group, group.custom_medusa_route, group.lft, group.rgt)
		.orderby(group.lft)
	).run(as_dict=True)
	return [
		{"title": row.name, "handle": groups.handle(row.name, row.custom_medusa_route)}
		for row in _top(rows)
		if any(row.lft <= lft <= row.rgt for lft in inhabited)
	]


def _top(rows: list[frappe._dict]) -> list[frappe._dict]:
	roots = {row.name for row in rows if not row.parent_item_group}
	top = [row for row in rows if row.parent_item_group in roots]
	if len(top) == 1:
		return [row for row in rows if row.parent_item_group == top[0].name] or top
	return top
