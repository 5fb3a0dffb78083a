"""The storefront's call that reads a wishlist.

Source: docs/reference.md, "Reviews and wishlists".
"""

import frappe

from medusa_integration.customers import shop_customers
from medusa_integration.products.customer_rows import DOCTYPE, WISH
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId
from medusa_integration.storefront.cards import Card, cards
from medusa_integration.window.shown_items import is_shown

MOST = 200


@trusted("GET", "POST")
def get_wishlist(customer_id: CustomerId) -> list[Card]:
	"""The products on a customer's wishlist, the last ones first, up to 200. Products that the storefront
	doesn't show are left out.

	:param customer_id: the customer who has the wishlist
	:returns: the cards; none for a customer who has no wishlist
	"""
	row, page = frappe.qb.DocType(WISH), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(row)
		.join(page)
		.on(page.name == row.parent)
		.select(page.name, row.medusa_customer_id)
		.where((row.parenttype == DOCTYPE) & (row.medusa_customer_id == customer_id) & is_shown(page))
		.orderby(row.creation, order=frappe.qb.desc)
		.orderby(row.name)
		.limit(MOST)
		.run()
	)
	names = [name for name, customer in rows if customer == customer_id]  # MariaDB ignores case and accents.
	return cards(names, shop_customers.find(customer_id))
