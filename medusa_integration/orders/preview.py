"""The problems that would block the import of an order.

Source: docs/reference.md, "Import orders".
"""

import frappe

from medusa_integration.delivery.reading import words_of
from medusa_integration.medusa.order import Order
from medusa_integration.orders import sales_orders


def problems_of(order: Order) -> list[str]:
	"""The problems that block an order's import, as messages for the operator; [] for none. The Sales
	Order is made and rolled back, and so are all earlier writes of the transaction."""
	frappe.db.rollback()
	try:
		sales_orders.place(order)
	except frappe.ValidationError as error:
		return [words_of(error)]
	finally:
		frappe.db.rollback()
		frappe.clear_messages()
	return []
