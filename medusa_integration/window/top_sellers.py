"""Top sellers: the items that the company sells most in each of the shop's four categories.

Source: docs/reference.md, "Top sellers".
"""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import now

from medusa_integration import child_rows, generation, settings, sold_variants, tree

DOCTYPE = "Product Collection"
MOST = 20  # of a category


def refresh() -> None:
	"""Fill in the Product Collection with the 20 best-selling Items of each category and the Item Groups
	below it. Only Items with a published Website Item count, by quantity in the stock UOM on submitted Sales
	Invoices, less returns; a product with options by all its variants.

	A category whose Item Group doesn't exist has none. The number of queries is constant.
	"""
	for table, group in settings.categories().items():
		child_rows.replace(DOCTYPE, DOCTYPE, table, _top_sellers(group))
	frappe.db.set_single_value(DOCTYPE, {"modified": now(), "modified_by": frappe.session.user})
	generation.moved()


def _top_sellers(group: str) -> list[frappe._dict]:
	invoice, row = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	item = frappe.qb.DocType("Item")
	website_item = frappe.qb.DocType("Website Item")
	offered = (
		frappe.qb.from_(website_item)
		.select(website_item.item_code)
		.where(website_item.item_group.isin(tree.below("Item Group", [group])))
		.where(website_item.published == 1)
	)
	sold, of_product = Sum(row.stock_qty), frappe.qb.DocType("Item").as_("of_product")
	return (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.join(item)
		.on(item.name == row.item_code)
		.join(of_product)
		.on(of_product.name == sold_variants.product_code(item))
		.select(of_product.name.as_("item_code"), of_product.item_name, sold.as_("sales_count"))
		.where((invoice.docstatus == 1) & of_product.name.isin(offered))
		.groupby(of_product.name, of_product.item_name)
		.having(sold > 0)
		.orderby(sold, order=frappe.qb.desc)
		.orderby(of_product.name)
		.limit(MOST)
		.run(as_dict=True)
	)
