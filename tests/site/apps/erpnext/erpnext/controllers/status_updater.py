import frappe
from frappe.model.document import Document
from frappe.utils import flt

# From the last to the first, as ERPNext's own map is read: the first condition that holds.
status_map = {
	"Quotation": (
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Ordered", lambda doc: doc.is_fully_ordered()),
		("Open", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
	"Sales Order": (
		("On Hold", lambda doc: doc.status == "On Hold"),
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Completed", lambda doc: doc.is_delivered() and doc.is_billed() and doc.docstatus == 1),
		("To Deliver", lambda doc: doc.is_billed() and doc.docstatus == 1),
		("To Bill", lambda doc: doc.is_delivered() and doc.docstatus == 1),
		("To Deliver and Bill", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
	"Delivery Note": (
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Completed", lambda doc: doc.per_billed == 100 and doc.docstatus == 1),
		("To Bill", lambda doc: doc.docstatus == 1),
		("Draft", lambda doc: True),
	),
}


class StatusUpdater(Document):
	def set_status(self, update=False, status=None, update_modified=True):
		if self.is_new():
			if self.get("amended_from"):
				self.status = "Draft"
			return
		if status and update:
			self.db_set("status", status)
		self.status = next(name for name, holds in status_map[self.doctype] if holds(self))
		if update:
			self.db_set("status", self.status, update_modified=update_modified)

	def update_sales_orders(self, order_field: str, source: str, target: str, percent: str):
		"""Add up what the submitted documents of this kind deliver or bill of their Sales Orders' rows.

		:param order_field: of our rows, the Sales Order
		:param source: the field of our rows that is added up, into `target` of the orders' rows
		:param percent: the field of the order that says how far it is
		"""
		for name in {row.get(order_field) for row in self.items} - {None, ""}:
			order = frappe.get_doc("Sales Order", name)
			for row in order.items:
				done = frappe.get_all(
					self.items[0].doctype,
					{"so_detail": row.name, "docstatus": 1},
					pluck=source,
					order_by=None,
				)
				row.db_set(target, sum(map(flt, done)), update_modified=False)
			whole = sum(flt(row.get(source)) for row in order.items)
			part = sum(min(flt(row.get(target)), flt(row.get(source))) for row in order.items)
			frappe.db.set_value("Sales Order", name, percent, part / whole * 100 if whole else 0)
			frappe.get_doc("Sales Order", name).set_status(update=True)
