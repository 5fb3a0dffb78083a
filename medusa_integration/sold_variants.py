"""The Items that a product of the shop sells.

A product is a Website Item's. Where the configuration's *Variants become* is *Options of one product*, the product of a
template's Website Item sells the template's variants, each as one of Medusa's variants. Every other product sells the Website
Item's own Item.

The ids of a variant in Medusa, and the state of its prices and stock, are kept in its Item; those of every other product in
its Website Item.

Source: docs/reference.md, "Templates".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.utils import today
from pypika import Case, Criterion, Table
from pypika.queries import QueryBuilder
from pypika.terms import Term

from medusa_integration import settings

PAGE = "Website Item"


def variants_of(website_items: Iterable[str], *, always: bool = False) -> dict[str, list[str]]:
	"""`{Website Item of a template: the item codes of the variants that its product sells}`, in two queries. A template
	without a variant to sell has an empty list; Website Items that sell their own Item, and unpublished ones, are left out.

	:param always: also while variants are products of their own: what a change of the setting would do
	"""
	return _sold("name", website_items, always=always)


def variants_in_shop(item_codes: Iterable[str]) -> dict[str, list[str]]:
	"""As `variants_of`, of and by the templates' item codes, without the variants that Medusa doesn't have yet."""
	return _sold("item_code", item_codes, in_shop=True)


def _sold(
	key: str, values: Iterable[str], *, in_shop: bool = False, always: bool = False
) -> dict[str, list[str]]:
	"""
	:param key: the Website Item's field by which the templates are named
	"""
	values = list(values)
	if not values or not (always or settings.current().variants_are_options):
		return {}
	# Website Items' item codes have no index: a join alone would read all Website Items for a page without a template.
	if key == "item_code" and not (values := _templates_named(values)):
		return {}
	page, template = frappe.qb.DocType(PAGE), frappe.qb.DocType("Item").as_("template")
	query = _templates(page, template).select(page[key], template.name)
	template_of = dict(query.where(page[key].isin(values) & (page.published == 1)).orderby(page.name).run())
	if not template_of:
		return {}
	sold: dict[str, list[str]] = defaultdict(list)
	for name, code in _variants(sorted({*template_of.values()}), in_shop=in_shop):
		sold[name].append(code)
	return {of: list(sold[name]) for of, name in template_of.items()}


def _templates_named(item_codes: list[str]) -> list[str]:
	template = frappe.qb.DocType("Item")
	query = frappe.qb.from_(template).select(template.name)
	return query.where(template.name.isin(item_codes) & has_options(template)).run(pluck=True)


def _variants(templates: list[str], *, in_shop: bool) -> list[tuple[str, str]]:
	"""(template, item code) of the variants of templates that can be sold, by item code."""
	template, item = frappe.qb.DocType("Item").as_("template"), frappe.qb.DocType("Item")
	own_page = frappe.qb.DocType(PAGE).as_("own_page")
	# A join would read all Website Items for each variant: their item codes have no index.
	unpublished = frappe.qb.from_(own_page).select(own_page.item_code)
	unpublished = unpublished.where((own_page.published == 0) & own_page.item_code.isnotnull())
	is_sold = can_be_sold(item) & item.name.notin(unpublished)
	if in_shop:
		is_sold &= item.medusa_variant_id != ""
	query = frappe.qb.from_(template).join(item).on(item.variant_of == template.name)
	query = query.select(template.name, item.name).where(template.name.isin(templates) & is_sold)
	return query.orderby(item.name).run()


def templates_among(website_items: Iterable[str]) -> dict[str, str]:
	"""`{Website Item: its template}` of those that are a template's whose product has options, in one query. An unpublished one
	is among them: its product is a draft, and keeps its variants.
	"""
	names = list(website_items)
	if not names or not settings.current().variants_are_options:
		return {}
	page, template = frappe.qb.DocType(PAGE), frappe.qb.DocType("Item").as_("template")
	query = _templates(page, template).select(page.name.as_("website_item"), template.name)
	return dict(query.where(page.name.isin(names)).run())


def products_of(item_codes: Iterable[str]) -> dict[str, str]:
	"""`{item code: the Website Item whose product sells it}`: the template's, or the Item's own. Items that no Website Item
	sells are left out. A variant that can't be sold any more still has its template's, whose product is to lose it.
	"""
	codes = list(item_codes)
	if not codes:
		return {}
	own = frappe.get_all(
		PAGE, {"item_code": ("in", codes)}, ["item_code", "name"], as_list=True, order_by=None
	)
	return {**dict(own), **_of_templates(codes)}


def _of_templates(codes: list[str]) -> dict[str, str]:
	if not settings.current().variants_are_options:
		return {}
	page, template, item = (
		frappe.qb.DocType(PAGE),
		frappe.qb.DocType("Item").as_("template"),
		frappe.qb.DocType("Item"),
	)
	query = _templates(page, template).join(item).on(item.variant_of == template.name)
	query = query.select(item.name, page.name.as_("website_item"))
	return dict(query.where(item.name.isin(codes) & (page.published == 1)).run())


def product_code(item: Table) -> Term:
	"""The query's term of the item code whose Website Item sells an Item: the template's, or the Item's own.

	:param item: the table of Item
	"""
	if not settings.current().variants_are_options:
		return item.name
	page, template = frappe.qb.DocType(PAGE).as_("sold_page"), frappe.qb.DocType("Item").as_("sold_template")
	with_options = _templates(page, template).select(template.name).where(page.published == 1)
	return Case().when(item.variant_of.isin(with_options), item.variant_of).else_(item.name)


def _templates(page, template) -> QueryBuilder:
	"""Website Items of the templates whose products have options."""
	return frappe.qb.from_(page).join(template).on((template.name == page.item_code) & has_options(template))


def has_options(item: Table) -> Criterion:
	"""Whether an Item is a template whose variants differ by Item Attributes, not by manufacturer.

	:param item: the table of Item
	"""
	by_attribute = item.variant_based_on.isnull() | item.variant_based_on.isin(["Item Attribute", ""])
	return (item.has_variants == 1) & by_attribute


def can_be_sold(item) -> Criterion:
	"""Whether ERPNext sells an Item: it is enabled, has *Allow Sales*, and its End of Life is to come."""
	# Sites that are older than MariaDB's strict mode may have the date 0000-00-00 for none.
	is_open = item.end_of_life.isnull() | (item.end_of_life > today()) | (item.end_of_life <= "1900-01-01")
	return (item.disabled == 0) & (item.is_sales_item == 1) & is_open
