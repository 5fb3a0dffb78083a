"""The Sales Order of an order in Medusa.

Source: docs/reference.md, "Orders from Medusa".
"""

from medusa_integration.medusa.orders import Order


def place(order: Order):
	"""The Sales Order of Medusa's order, made where there is none."""
	raise NotImplementedError
