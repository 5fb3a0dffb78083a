"""Sales Invoices of the shop's orders, and the discount of a coupon.

Source: docs/reference.md, "Paying an order".
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api, settings


def take_off(doc, amount: float) -> None:
	"""Lower the grand total of a draft by an amount, besides the discount that the draft has.

	:raises frappe.ValidationError: where the total can't become just that
	"""
	before = doc.grand_total
	# ERPNext knows one discount a document: the present one becomes an amount on the grand total, too.
	_set_discount(doc, 0)
	_set_discount(doc, doc.grand_total - before + amount)
	_must_be(doc, before - amount)


def bill(order, discount: float = 0, at: datetime | None = None):
	"""Make and submit the Sales Invoice for the open part of a submitted order. Advances paid for the order
	are allocated to it.

	:param discount: that the order itself doesn't have
	:param at: when it is posted, in the system's time zone; None: now
	:returns: None where nothing is open
	"""
	invoice = erpnext_api.sales_invoice_of(order.name)
	earlier = invoices(order)
	if not invoice.items or (earlier and not any(row.amount for row in invoice.items)):
		return None
	if not earlier and not any(row.get("returned_qty") for row in order.items):
		_must_be(invoice, order.grand_total)
	if discount:
		if discount > flt(invoice.grand_total):
			frappe.throw(_("The discount is larger than what is open of {0}.").format(order.name))
		take_off(invoice, discount)
	total = invoice.grand_total
	invoice.update(settings.series("Sales Invoice"))
	if at:
		invoice.update({"set_posting_time": 1, "posting_date": at.date(), "posting_time": at.time()})
	invoice.allocate_advances_automatically = invoice.only_include_allocated_payments = 1
	invoice.flags.ignore_permissions = True
	invoice.insert()
	invoice.submit()
	_must_be(invoice, total)
	return invoice


def invoices(order) -> list[str]:
	"""The submitted Sales Invoices of an order, without returns, the newest first."""
	bill, row = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	found = (
		frappe.qb.from_(row)
		.join(bill)
		.on(row.parent == bill.name)
		.select(bill.name)
		.distinct()
		.select(bill.creation)
		.where((row.sales_order == order.name) & (bill.docstatus == 1) & (bill.is_return == 0))
		.orderby(bill.creation, order=frappe.qb.desc)
		.orderby(bill.name, order=frappe.qb.desc)
		.run()
	)
	return [name for name, _creation in found]


def _set_discount(doc, amount: float) -> None:
	doc.additional_discount_percentage = 0
	doc.apply_discount_on = "Grand Total"
	doc.discount_amount = flt(amount, doc.precision("discount_amount"))
	doc.calculate_taxes_and_totals()


def _must_be(doc, total: float) -> None:
	precision = doc.precision("grand_total")
	if flt(doc.grand_total, precision) != flt(total, precision):
		frappe.throw(
			_("{0} would come to {1} instead of {2}: make it in ERPNext.").format(
				_(doc.doctype), flt(doc.grand_total, precision), flt(total, precision)
			),
			title=_("Another total"),
		)
