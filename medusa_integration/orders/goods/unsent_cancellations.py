"""Cancelled deliveries that Medusa still has: their rows wait in the outbox.

Source: docs/reference.md, "Deliveries".
"""

from collections.abc import Iterable

import frappe

from medusa_integration.delivery.box import outbox


def cancelled(kind: str, doctype: str, order_field: str, orders: Iterable[str]) -> list[str]:
	"""The cancelled documents with rows of these orders that wait to be sent to Medusa, in two queries.

	:param kind: the name of the kind that sends them
	:param order_field: the field of the documents' rows that names the Sales Order
	:param orders: ids of orders in Medusa
	"""
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	order = frappe.qb.DocType("Sales Order")
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(doc.name == row.parent)
		.join(order)
		.on(order.name == row[order_field])
		.select(doc.name)
		.distinct()
		.where((doc.docstatus == 2) & order.medusa_order_id.isin([*orders, ""]))
		.where(order.medusa_order_id != "")
	)
	queued = outbox.rows_about(doctype, sorted(query.run(pluck=True)))
	return [name for name, rows in queued.items() if (kind, "Pending") in rows]
