import frappe
from frappe import _, bold
from frappe.model.document import Document
from frappe.utils import flt

# From the last to the first, as ERPNext's own map is read: the first condition that holds.
status_map = {
	"Lead": (
		("Converted", lambda doc: doc.has_customer()),
		("Quotation", lambda doc: doc.has_quotation()),
		("Lost Quotation", lambda doc: doc.has_lost_quotation()),
	),
	"Quotation": (
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Ordered", lambda doc: doc.is_fully_ordered()),
		("Partially Ordered", lambda doc: doc.is_partially_ordered()),
		("Lost", lambda doc: doc.status == "Lost"),
		("Open", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
	"Sales Order": (
		("On Hold", lambda doc: doc.status == "On Hold"),
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Completed", lambda doc: doc.is_delivered() and doc.is_billed() and doc.docstatus == 1),
		("To Pay", lambda doc: doc.advance_payment_status == "Requested" and doc.docstatus == 1),
		("To Deliver", lambda doc: doc.is_billed() and doc.docstatus == 1),
		("To Bill", lambda doc: doc.is_delivered() and doc.docstatus == 1),
		("To Deliver and Bill", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
	"Delivery Note": (
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Return Issued", lambda doc: doc.per_returned == 100 and doc.docstatus == 1),
		("Completed", lambda doc: doc.per_billed == 100 and doc.docstatus == 1),
		("To Bill", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
}


class OverAllowanceError(frappe.ValidationError):
	pass


class StatusUpdater(Document):
	def set_status(self, update=False, status=None, update_modified=True):
		if self.is_new():
			if self.get("amended_from"):
				self.status = "Draft"
			return
		if status and update:
			self.db_set("status", status)
		self.status = next((name for name, holds in status_map[self.doctype] if holds(self)), self.status)
		if update:
			self.db_set("status", self.status, update_modified=update_modified)

	def update_sales_orders(self, order_field: str, source: str, target: str, percent: str):
		"""Add up what the submitted documents of this kind deliver or bill of their Sales Orders' rows.

		:param order_field: of our rows, the Sales Order
		:param source: the field of our rows that is added up, into `target` of the orders' rows
		:param percent: the field of the order that says how far it is
		"""
		status_field, done = {
			"per_delivered": ("delivery_status", "Delivered"),
			"per_billed": ("billing_status", "Billed"),
		}[percent]
		for name in {row.get(order_field) for row in self.items} - {None, ""}:
			order = frappe.get_doc("Sales Order", name)
			for row in order.items:
				row.db_set(target, self.sum_of_rows(source, so_detail=row.name), update_modified=False)
				self.check_overflow(row, source, target)
			whole = sum(abs(flt(row.get(source))) for row in order.items)
			part = sum(min(abs(flt(row.get(target))), abs(flt(row.get(source)))) for row in order.items)
			if not whole and percent == "per_billed":  # an order of nothing is billed by its quantities
				whole = sum(flt(row.qty) for row in order.items)
				part = min(sum(self.sum_of_rows("qty", so_detail=row.name) for row in order.items), whole)
			percentage = flt(part / whole * 100, 6) if whole else 0
			part_of = "Fully" if percentage > 99.999999 else "Partly" if percentage >= 0.001 else "Not"
			frappe.db.set_value("Sales Order", name, {percent: percentage, status_field: f"{part_of} {done}"})
			order = frappe.get_doc("Sales Order", name)
			order.set_status(update=True)
			order.notify_update()

	def sum_of_rows(self, field: str, **filters) -> float:
		"""A field of the rows of all submitted documents of this kind, added up."""
		filters["docstatus"] = 1
		rows = frappe.get_all(self.items[0].doctype, filters, pluck=field, order_by=None)
		return sum(map(flt, rows))

	def check_overflow(self, row, source: str, target: str):
		"""Refuse to deliver or bill more of an order's row than it has; the bill has an allowance in percent."""
		allowance = 0
		if source == "amount":
			allowance = flt(frappe.db.get_single_value("Accounts Settings", "over_billing_allowance"))
		most, has = flt(row.get(source)), flt(row.get(target))
		if most and (has - most) / most * 100 - allowance > 0.01:
			frappe.throw(
				_("This document is over limit by {0} {1} for item {2}.").format(
					bold(_(source.title())), bold(has - most * (1 + allowance / 100)), bold(row.item_code)
				),
				OverAllowanceError,
				title=_("Limit Crossed"),
			)
