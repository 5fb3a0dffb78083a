"""Sales Invoices of the shop's orders, and the discount of a coupon.

Source: docs/reference.md, "Paying an order".
"""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api, settings
from medusa_integration.money import NOTHING
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.charges import shares
from medusa_integration.orders.charges.parts import Returned, never_billed


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
	_leave_out_returned(invoice, order)
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


def _leave_out_returned(invoice, order) -> None:
	"""Take pieces out of a new invoice that were billed before, or that came back without having been billed. ERPNext
	offers what a credit note has credited to be billed again."""
	left_of = left_to_bill(order)
	kept = []
	for row in invoice.items:
		if row.so_detail in left_of:
			left = medusa_lines.in_unit(left_of[row.so_detail], row.conversion_factor)
			row.qty = min(flt(row.qty), left)
		if flt(row.qty) > 0:
			kept.append(row)
	if len(kept) < len(invoice.items):
		invoice.set("items", kept)
	if kept:
		shares.share_charges(invoice)
		invoice.run_method("calculate_taxes_and_totals")


class Billed(NamedTuple):
	"""The stock units of a Sales Order's row in submitted invoices, and in their credit notes."""

	billed: Decimal = NOTHING
	credited: Decimal = NOTHING


def billed_quantities(order) -> dict[str, Billed]:
	"""`{row of the Sales Order: its billed and credited stock units}`."""
	filters = {"so_detail": ("in", [*(row.name for row in order.items), ""]), "docstatus": 1}
	fields = ["so_detail", "qty", "conversion_factor"]
	found: dict[str, Billed] = {}
	for row in frappe.get_all("Sales Invoice Item", filters, fields, order_by=None):
		has, units = found.get(row.so_detail, Billed()), medusa_lines.stock_units(row)
		found[row.so_detail] = Billed(has.billed + max(units, NOTHING), has.credited - min(units, NOTHING))
	return found


def credited(order) -> dict[str, Decimal]:
	"""`{line: the pieces that credit notes of a Sales Order credit, drafts included, as Medusa counts them}`."""
	lines, sizes = {row.name: row.medusa_line_id for row in order.items}, medusa_lines.line_sizes(order)
	filters = {"so_detail": ("in", list(lines)), "docstatus": ("<", 2), "qty": ("<", 0)}
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in frappe.get_all(
		"Sales Invoice Item", filters, ["so_detail", "qty", "conversion_factor"], order_by=None
	):
		found[lines[row.so_detail]] -= medusa_lines.stock_units(row)
	return {
		line: medusa_lines.to_medusa(units, sizes[line]) for line, units in found.items() if line in sizes
	}


def left_to_bill(order) -> dict[str, Decimal]:
	"""`{row of the Sales Order: its stock units that neither are billed nor came back before they were}`."""
	billed = billed_quantities(order)
	rows = {}
	for row in order.items:
		has, factor = billed.get(row.name, Billed()), flt(row.conversion_factor) or 1
		back = medusa_lines.exact_quantity(flt(row.get("returned_qty")) * factor)
		line = row.get("medusa_line_id") or row.name
		rows[row.name] = Returned(line, medusa_lines.stock_units(row), back, has.credited, has.billed)
	gone = never_billed(rows)
	return {name: row.qty - row.billed - gone[name] for name, row in rows.items()}


def balance(order) -> float:
	"""The sum of a Sales Order's submitted invoices less their credit notes, drafts of these included. An invoice that a
	user has made by hand counts by the customer's purchase order number, the order's in Medusa."""
	bills = set(invoices(order))
	if order.po_no:
		by_hand = {
			"customer": order.customer, "currency": order.currency, "po_no": order.po_no, "docstatus": 1, "is_return": 0,
		}  # fmt: skip
		bills |= set(frappe.get_all("Sales Invoice", by_hand, pluck="name", order_by=None))
	filters = {"name": ("in", [*bills, ""])}
	total = sum(map(flt, frappe.get_all("Sales Invoice", filters, pluck="grand_total", order_by=None)))
	against = {"is_return": 1, "docstatus": ("<", 2), "return_against": ("in", [*bills, ""])}
	return total + sum(map(flt, frappe.get_all("Sales Invoice", against, pluck="grand_total", order_by=None)))


def is_all_billed(order) -> bool:
	"""Whether a submitted Sales Order has nothing left to bill: each piece is billed, or came back before it was."""
	return not any(flt(left, 6) > 0 for left in left_to_bill(order).values())


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
