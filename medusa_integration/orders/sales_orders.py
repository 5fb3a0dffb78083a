"""The Sales Order of an order in Medusa: found, adopted or made.

Source: docs/reference.md, "Orders from Medusa".
"""

import frappe
from frappe import _

from medusa_integration.customers import emails, whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.delivery.locks import hold_until_commit
from medusa_integration.medusa.order import Order
from medusa_integration.orders import medusa_lines, new_orders

DOCTYPE = "Sales Order"
QUOTATION_FIELDS = ("medusa_order_id", "medusa_draft_order_id")


def place(order: Order):
	"""The Sales Order of Medusa's order, made where there is none. Simultaneous calls by several workers make
	one.

	To be called at the beginning of a transaction.

	:returns: one that isn't cancelled, else the newest cancelled one; None for a draft, and for an order that
		was cancelled before ERPNext had it
	:raises Blocked: where a person has to do something first, or the totals would differ
	:raises frappe.ValidationError: where ERPNext refuses it
	"""
	# Both before the first read. A call of the storefront locks the Quotation too.
	quotations = _lock_quotations(order.id)
	hold(order.id)
	name = _found(order.id)
	if name:
		return _of_the_buyer(frappe.get_doc(DOCTYPE, name), order)
	name = _of_quotations(quotations)
	if name:
		return _adopt(_of_the_buyer(frappe.get_doc(DOCTYPE, name, for_update=True), order), order)
	if order.status in ("draft", "canceled") or order.canceled_at:
		return None
	return new_orders.make(order)


def hold(medusa_order_id: str) -> None:
	"""Let one worker or call at a time make the Sales Order of an order of Medusa's: wait for the others, until this
	transaction ends."""
	hold_until_commit(f"order {medusa_order_id}")


def _lock_quotations(medusa_order_id: str) -> list[str]:
	"""Lock the Quotations that have the order's id, or its draft order's, until the transaction ends, and return their
	names. A call that gives another Quotation the id holds the order (`hold`)."""
	quotation = frappe.qb.DocType("Quotation")
	names: list[str] = []
	for field in QUOTATION_FIELDS:
		query = frappe.qb.from_(quotation).select(quotation.name).where(quotation[field] == medusa_order_id)
		names += query.for_update().run(pluck=True)
	return list(dict.fromkeys(names))


def _found(medusa_order_id: str) -> str | None:
	rows = frappe.get_all(
		DOCTYPE,
		{"medusa_order_id": medusa_order_id},
		["name", "docstatus"],
		order_by="creation desc, name desc",
	)
	standing = [row for row in rows if row.docstatus < 2]
	return (standing or rows)[0].name if rows else None


def _of_quotations(quotations: list[str]) -> str | None:
	"""The Quotations' oldest Sales Order that isn't cancelled."""
	rows = {"prevdoc_docname": ("in", quotations), "parenttype": DOCTYPE, "docstatus": ("<", 2)}
	return (
		frappe.db.get_value("Sales Order Item", rows, "parent", order_by="creation") if quotations else None
	)


def _of_the_buyer(doc, order: Order):
	"""Check that a Sales Order is the buyer's, and return it. One made from a Quotation got Medusa's id from
	the shop's call, which may have named another customer's order.

	:raises Blocked: where it is another customer's
	"""
	if doc.get("medusa_charges") or _is_of(doc.customer, order):
		return doc
	raise Blocked(
		_(
			"The Sales Order {0} of {1} has this order's id, but the order is another customer's in Medusa. If {1} is that customer, link it by Link Medusa Lead; else cancel and delete the Sales Order. Then Retry."
		).format(doc.name, doc.customer)
	)


def _is_of(customer: str, order: Order) -> bool:
	ids = whose_documents.ids_of(Party("Customer", customer))
	if not ids:  # no customer with an account
		return True
	if order.customer and order.customer.has_account:
		return order.customer.id in ids
	if not order.customer and order.customer_id in ids:  # deleted in Medusa
		return True
	return not order.email or customer in {row.name for row in emails.customers_with(order.email)}


def _adopt(doc, order: Order):
	"""Write Medusa's ids to a Sales Order that was made from a Quotation before Medusa's order was known."""
	medusa_lines.name_lines(order, doc)
	doc.db_set({"from_ecommerce": 1, "medusa_order_id": order.id}, notify=True)
	return doc
