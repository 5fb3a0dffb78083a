"""Products that go with another one.

Source: docs/reference.md, "Relevant products".
"""

from typing import Annotated

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Coalesce, Sum
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration import generation, settings, sold_variants, tree
from medusa_integration.storefront.access import public
from medusa_integration.storefront.arguments import ProductId, VisitingCustomer
from medusa_integration.storefront.cards import CACHED, Card, cards
from medusa_integration.storefront.navigation import GroupName, known_group
from medusa_integration.storefront.products import buyer, shown_item, variants_of
from medusa_integration.window import groups
from medusa_integration.window.groups import Group
from medusa_integration.window.shown_items import cache_key, is_shown

MOST = 20  # cards
KEPT = 60 * 60  # seconds


class CollectionProducts(TypedDict):
	top_collection: Annotated[
		str | None,
		Field(description="the Item Group of the category; null: it has none", examples=["Dental"]),
	]
	products: list[Card]


@public("GET", "POST", cached=CACHED, shows_products=True)
def fetch_relevant_collection_products(
	item_group: GroupName, cus_id: VisitingCustomer = None
) -> CollectionProducts:
	"""The products that are sold most in an Item Group's top category. The top category is the one of the
	Medusa Configuration's four categories that the group is in.

	:param cus_id: the customer whose prices and wishlist count; of trusted callers alone
	:returns: the category and the cards of its Product Collection, the most sold first
	:raises NotFound: an unknown Item Group
	"""
	group, customer = known_group(item_group), buyer(cus_id)
	tables = {name: table for table, name in settings.categories().items()}
	above = tree.paths("Item Group", [group.name]).get(group.name, ())
	top = next((name for name in above if name in tables), None)
	return {"top_collection": top, "products": cards(_collection(tables[top]), customer) if top else []}


@public("GET", "POST", cached=CACHED, shows_products=True)
def fetch_relevant_items(
	product_id: ProductId, cus_id: VisitingCustomer = None, item_group: GroupName | None = None
) -> list[Card]:
	"""Up to 20 products that go with another one: its variants, then the items recommended with it, then the
	most sold ones of its group.

	:param cus_id: the customer whose prices and wishlist count; of trusted callers alone
	:param item_group: left out: the product's
	:returns: their cards, each once, and not the product itself
	:raises NotFound: an unknown product or Item Group
	"""
	state = generation.of_listings()
	item, customer = shown_item(product_id), buyer(cus_id)
	group = known_group(item_group or item.item_group)
	names = dict.fromkeys((*variants_of(item.name), *_recommended(item.name), *_sold_most(group, state)))
	names.pop(item.name, None)
	return cards(list(names)[: 2 * MOST], customer)[:MOST]


def _recommended(name: str) -> list[str]:
	return frappe.get_all(
		"Recommended Items",
		{"parenttype": "Website Item", "parent": name, "parentfield": "recommended_items"},
		pluck="website_item",
		order_by="idx",
	)


def _collection(table: str) -> list[str]:
	"""The Website Items of a table of the Product Collection, the most sold first."""
	row, page = frappe.qb.DocType("Product Collection Item"), frappe.qb.DocType("Website Item")
	return (
		frappe.qb.from_(row)
		.join(page)
		.on(page.item_code == row.item_code)
		.select(page.name)
		.where((row.parent == "Product Collection") & (row.parentfield == table))
		.orderby(row.sales_count, order=Order.desc)
		.orderby(row.idx)
	).run(pluck=True)


def _sold_most(group: Group, state: str) -> list[str]:
	"""The Website Items of a branch of groups by quantity on submitted Sales Invoices, then by ranking.

	:param state: the listings' generation
	"""
	return generation.cached(f"sold:{group.name}:{cache_key()}", state, lambda: _by_sales(group), KEPT)


def _by_sales(group: Group) -> list[str]:
	page, row = frappe.qb.DocType("Website Item"), frappe.qb.DocType("Sales Invoice Item")
	item = frappe.qb.DocType("Item")
	of_group = page.item_group.isin(groups.branch(group)) & is_shown(page)
	codes, code = (
		frappe.qb.from_(page).select(page.item_code).where(of_group),
		sold_variants.product_code(item),
	)
	sold = (
		frappe.qb.from_(row)
		.join(item)
		.on(item.name == row.item_code)
		.select(code.as_("item_code"), Sum(row.stock_qty).as_("quantity"))
		.where((row.docstatus == 1) & code.isin(codes))
		.groupby(code)
		.as_("sold")
	)
	return (
		frappe.qb.from_(page)
		.left_join(sold)
		.on(sold.item_code == page.item_code)
		.select(page.name)
		.where(of_group)
		.orderby(Coalesce(sold.quantity, 0), order=Order.desc)
		.orderby(page.ranking, order=Order.desc)
		.orderby(page.name)
		.limit(3 * MOST)
	).run(pluck=True)
