"""What would keep an order from being brought into ERPNext.

Source: docs/reference.md, "Import orders".
"""

import frappe

from medusa_integration.inbound import sales_orders
from medusa_integration.inbound.reading import words_of
from medusa_integration.medusa.orders import Order


def problems_of(order: Order) -> list[str]:
	"""What keeps an order out, in words for the operator; [] where nothing does. The Sales Order is made and rolled back, and
	so is whatever the current transaction has written before.
	"""
	frappe.db.rollback()
	try:
		sales_orders.place(order)
	except frappe.ValidationError as error:
		return [words_of(error)]
	finally:
		frappe.db.rollback()
		frappe.clear_messages()
	return []
