"""Orders that were cancelled in Medusa → their Sales Orders.

Source: docs/reference.md, "Cancellations and edits".
"""

import frappe
from frappe import _

from medusa_integration.delivery.blocked import Blocked
from medusa_integration.delivery.box import outbox
from medusa_integration.medusa.order import Order
from medusa_integration.orders.cancellations_to_medusa import CANCELLATION
from medusa_integration.orders.later_documents import came_to_nothing, documents_of


def follow(order: Order, sales_order) -> None:
	"""A step of an order: cancel the Sales Order of an order that Medusa cancelled; delete a draft.

	:raises Blocked: where the Sales Order is delivered or billed; names the documents
	"""
	if order.status != "canceled" or sales_order.docstatus == 2:
		return
	sales_order.flags.ignore_permissions = True
	if sales_order.docstatus == 0:
		frappe.delete_doc(sales_order.doctype, sales_order.name, ignore_permissions=True)
		return
	standing = documents_of(sales_order)
	if standing and came_to_nothing(sales_order):
		_close(sales_order)
		return
	if standing:
		raise Blocked(
			_(
				"The order was cancelled in Medusa, but {0} stands: cancel it, or take the goods back by a return and credit what is billed, then Retry. {1} stays as it is until then."
			).format(", ".join(standing), sales_order.name)
		)
	sales_order.cancel()
	outbox.forget(CANCELLATION, sales_order.name)  # Medusa has cancelled it already.
	sales_order.add_comment("Info", _("cancelled, because the order was cancelled in Medusa"))


def _close(sales_order) -> None:
	"""Close a Sales Order whose goods came back and whose invoices are credited. ERPNext doesn't let it be cancelled."""
	if sales_order.status == "Closed":
		return
	sales_order.update_status("Closed")
	sales_order.add_comment(
		"Info", _("closed, because the order was cancelled in Medusa and all of it came back")
	)
