"""A Sales Order whose Customer's books have got into another currency since it was made.

Source: docs/reference.md, "One customer, several currencies".
"""

import frappe
from frappe import _

from medusa_integration.customers import books, order_parties
from medusa_integration.customers.order_parties import OrderParty
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order

INVOICE, NOTE = "Sales Invoice", "Delivery Note"


def follow(_order: Order, sales_order) -> None:
	"""A step of an order: give a Sales Order, and its Delivery Notes, the buyer's Customer whose books take its
	currency, as ERPNext would refuse its invoices and payments. Nothing of it is in the books yet, and name and
	address are the same.

	:raises Blocked: where the order has a draft of an invoice
	"""
	company, currency = sales_order.company, sales_order.currency
	if sales_order.docstatus == 2 or books.takes(sales_order.customer, company, currency):
		return
	invoices = _documents(INVOICE, "sales_order", sales_order.name)
	if _is_paid(sales_order) or any(row.docstatus for row in invoices):
		return
	if invoices:
		raise Blocked(
			_(
				"{0} can't be billed to {1}, whose books are in another currency, and the draft {2} is there: delete it, then Retry."
			).format(sales_order.name, sales_order.customer, invoices[0].name)
		)
	_move(sales_order)


def _move(sales_order) -> None:
	fields = ("customer", "customer_address", "shipping_address_name", "contact_person")
	party = OrderParty(*(sales_order.get(field) for field in fields))
	customer = order_parties.in_books(party, sales_order.company, sales_order.currency).customer
	text = _("{0} became {1}, whose books take {2}.").format(party.customer, customer, sales_order.currency)
	for note in _documents(NOTE, "against_sales_order", sales_order.name):
		frappe.db.set_value(NOTE, note.name, "customer", customer)
	sales_order.db_set("customer", customer, notify=True)
	sales_order.add_comment("Info", text)


def _documents(doctype: str, field: str, sales_order: str) -> list[frappe._dict]:
	"""The documents of a Sales Order that aren't cancelled: name and docstatus."""
	rows = {field: sales_order, "docstatus": ("<", 2), "parenttype": doctype}
	names = frappe.get_all(f"{doctype} Item", rows, pluck="parent", distinct=True, order_by=None)
	filters = {"name": ("in", names or [""])}
	return frappe.get_all(doctype, filters, ["name", "docstatus"], order_by="creation, name")


def _is_paid(sales_order) -> bool:
	paid = {"reference_doctype": sales_order.doctype, "reference_name": sales_order.name, "docstatus": 1}
	return bool(frappe.db.exists("Payment Entry Reference", paid))
