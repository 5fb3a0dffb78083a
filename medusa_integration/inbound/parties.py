"""Whom an order is for: its Customer in ERPNext.

Source: docs/reference.md, "Customers from Medusa".
"""

import frappe

from medusa_integration import settings
from medusa_integration.medusa.orders import Order


def customer_of(order: Order) -> tuple[str, None, None, None]:
	"""The Customer by the order's e-mail, made where there is none."""
	name = frappe.db.get_value("Customer", {"customer_name": order.email})
	if not name:
		config = settings.storefront()
		doc = frappe.get_doc(
			{
				"doctype": "Customer",
				"customer_name": order.email,
				"customer_type": "Individual",
				"customer_group": config.customer_group,
				"territory": config.territory,
			}
		)
		name = doc.insert(ignore_permissions=True).name
	return name, None, None, None
