"""The order of a large listing by the Item Prices of the shop's price list, in the database.

The prices that the cards show are computed item by item: a customer's own, Pricing Rules, units. For thousands
of products that takes seconds.

Source: docs/reference.md, "Pages of the catalogue".
"""

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Coalesce, Min
from frappe.utils import nowdate
from pypika import Case, Table
from pypika.queries import QueryBuilder

from medusa_integration import settings
from medusa_integration.storefront import shown_prices


def ordered(query: QueryBuilder, page: Table, *, is_falling: bool) -> QueryBuilder:
	"""The query of Website Items, with those first that have a price below the limit of visible ones, by it.

	:param page: the table of Website Item in the query
	:param is_falling: the highest price first
	"""
	own, template = _lowest("item_code").as_("own"), _lowest("variant_of").as_("of_variants")
	rate = Coalesce(template.rate, own.rate)
	query = query.left_join(own).on(own.code == page.item_code)
	query = query.left_join(template).on(template.code == page.item_code)
	limit = shown_prices.visibility_limit(settings.current().price_list)
	is_shown = (rate > 0) & (rate < limit) if limit is not None else rate > 0
	on_request = Case().when(is_shown, 0).else_(1)
	return query.orderby(on_request).orderby(rate, order=Order.desc if is_falling else Order.asc)


def _lowest(of: str) -> QueryBuilder:
	"""The query of the lowest price of each Item, or of the variants of each template, that holds today.

	:param of: "item_code" or "variant_of"
	"""
	price, item, today = frappe.qb.DocType("Item Price"), frappe.qb.DocType("Item"), nowdate()
	query = frappe.qb.from_(price)
	code = price.item_code
	if of == "variant_of":
		code = item.variant_of
		query = query.join(item).on((item.name == price.item_code) & (item.variant_of != ""))
	return (
		query.select(code.as_("code"), Min(price.price_list_rate).as_("rate"))
		.where((price.price_list == settings.current().price_list) & (price.selling == 1))
		.where((Coalesce(price.customer, "") == "") & (Coalesce(price.supplier, "") == ""))
		.where((Coalesce(price.batch_no, "") == "") & (price.price_list_rate > 0))
		.where(price.valid_from.isnull() | (price.valid_from <= today))
		.where(price.valid_upto.isnull() | (price.valid_upto >= today))
		.groupby(code)
	)
