"""The Sales Invoice of an order that is paid in Medusa, where the configuration asks for it.

Source: docs/reference.md, "Payments from Medusa".
"""

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import due_of
from medusa_integration.money import decimal, half_up
from medusa_integration.orders.money import billing
from medusa_integration.orders.money.payment_entries import units


def bill(order: Order, sales_order) -> None:
	"""A step of an order: make and submit its Sales Invoice once the whole order is paid; an order of nothing is, as
	soon as it is placed. Goes before the payments, which then pay the invoice; payments booked before are taken as advances.

	An order with a cancelled invoice isn't billed again.

	:raises Blocked: where the order has a draft of an invoice
	"""
	if not settings.current().invoice_on_capture or sales_order.docstatus != 1 or order.status == "canceled":
		return
	if flt(sales_order.per_billed, 2) >= 100 or not is_paid(order, sales_order):
		return
	frappe.db.get_value(sales_order.doctype, sales_order.name, "name", for_update=True)
	invoices = _invoices(sales_order)
	if "Cancelled" in invoices.values():
		return
	drafts = [name for name, state in invoices.items() if state == "Draft"]
	if drafts:
		raise Blocked(
			_(
				"{0} is paid, and its Sales Invoice is to be made, but the draft {1} is there: submit or delete it, then retry."
			).format(sales_order.name, drafts[0])
		)
	captures = [capture.at for payment in order.payments for capture in payment.captures]
	last = max(captures, default=order.created_at)
	sales_order.flags.ignore_permissions = True
	billing.bill(sales_order, at=settings.local_time(last))


def is_paid(order: Order, sales_order) -> bool:
	"""Whether the captures reach the Sales Order's total, or what Medusa still charges after returns and credits. An order
	of nothing is paid."""
	digits = units(order.currency)
	total, due = decimal(flt(sales_order.grand_total, digits)), half_up(due_of(order), digits)
	if not order.captured:
		return bool(order.lines) and not total and due <= 0
	captured, refunded = half_up(order.captured, digits), half_up(order.refunded, digits)
	return captured >= total or (bool(order.lines) and captured - refunded >= due)


def _invoices(sales_order) -> dict[str, str]:
	"""`{Sales Invoice of the order: Draft, Submitted or Cancelled}`, without returns and amended ones."""
	row, bill = frappe.qb.DocType("Sales Invoice Item"), frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(row)
		.join(bill)
		.on(row.parent == bill.name)
		.select(bill.name, bill.docstatus, bill.amended_from)
		.distinct()
		.where((row.sales_order == sales_order.name) & (bill.is_return == 0))
		.run(as_dict=True)
	)
	amended = {each.amended_from for each in rows}
	states = ("Draft", "Submitted", "Cancelled")
	return {each.name: states[each.docstatus] for each in rows if each.name not in amended}
