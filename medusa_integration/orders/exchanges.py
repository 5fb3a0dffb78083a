"""The Sales Orders of an order's exchanges and claims, beside the one of the order itself.

Each has the order's `medusa_order_id`, and the exchange's or claim's id in `medusa_exchange_id`.

Source: docs/reference.md, "Exchanges and claims".
"""

import frappe

DOCTYPE = "Sales Order"
FIELD = "medusa_exchange_id"
# A filter of Sales Orders: those of Medusa's orders themselves.
NOT_OF_EXCHANGES = {FIELD: ("is", "not set")}


def rows_of(medusa_order_id: str | None, **filters) -> list[frappe._dict]:
	"""Name, docstatus and exchange id of the Sales Orders of an order's exchanges, oldest first."""
	if not medusa_order_id:
		return []
	wanted = {"medusa_order_id": medusa_order_id, FIELD: ("is", "set"), **filters}
	return frappe.get_all(DOCTYPE, wanted, ["name", "docstatus", FIELD], order_by="creation, name")


def with_exchanges(sales_order) -> list:
	"""A Sales Order, and after it the submitted ones of its exchanges, whose money is the same order's in Medusa."""
	if sales_order.get(FIELD):
		return [sales_order]
	rows = rows_of(sales_order.medusa_order_id, docstatus=1)
	return [sales_order, *(frappe.get_doc(DOCTYPE, row.name) for row in rows)]
