import frappe
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, getdate

from erpnext.controllers.selling_controller import SellingController


class SalesInvoice(SellingController):
	def validate(self):
		self.due_date = self.due_date or self.posting_date
		super().validate()

	def on_submit(self):
		self.update_billed()

	def on_cancel(self):
		self.update_billed()

	def update_billed(self):
		self.update_sales_orders("sales_order", "amount", "billed_amt", "per_billed")
		self.update_outstanding()
		if self.is_return:
			frappe.get_doc("Sales Invoice", self.return_against).update_outstanding()

	def update_outstanding(self):
		"""What its payments and its returns leave of it."""
		paid = frappe.get_all(
			"Payment Entry Reference",
			{"reference_doctype": "Sales Invoice", "reference_name": self.name, "docstatus": 1},
			pluck="allocated_amount",
			order_by=None,
		)
		of_this = {**self.returns(), "update_outstanding_for_self": 0}
		returned = frappe.get_all("Sales Invoice", of_this, pluck="grand_total", order_by=None)
		outstanding = self.grand_total - sum(paid) + sum(returned)
		if self.is_return and not self.update_outstanding_for_self:
			outstanding = 0
		self.db_set("outstanding_amount", outstanding, update_modified=False)
		self.set_status(update=True)

	def returns(self) -> dict:
		return {"is_return": 1, "return_against": self.name, "docstatus": 1}

	def set_status(self, update=False, status=None, update_modified=True):
		if self.is_new():
			if self.get("amended_from"):
				self.status = "Draft"
			return
		self.status = self.present_status()
		if update:
			self.db_set("status", self.status, update_modified=update_modified)

	def present_status(self) -> str:
		outstanding = flt(self.outstanding_amount)
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus == 2 else "Draft"
		if outstanding > 0 and getdate(self.due_date) < getdate():
			return "Overdue"
		if outstanding > 0:
			return "Partly Paid" if outstanding < self.grand_total else "Unpaid"
		if self.is_return:
			return "Return"
		return "Credit Note Issued" if frappe.db.exists("Sales Invoice", self.returns()) else "Paid"


@frappe.whitelist()
def make_sales_return(source_name: str, target_doc=None):
	def make_return(source, target):
		target.update({"is_return": 1, "return_against": source.name})
		target.naming_series = "ACC-SINV-RET-.YYYY.-"

	def turn_back(source, target, source_parent):
		target.qty = -1 * source.qty
		target.sales_order, target.so_detail = source.sales_order, source.so_detail

	return get_mapped_doc(
		"Sales Invoice",
		source_name,
		{
			"Sales Invoice": {"doctype": "Sales Invoice", "validation": {"docstatus": ["=", 1]}},
			"Sales Invoice Item": {"doctype": "Sales Invoice Item", "postprocess": turn_back},
		},
		target_doc,
		make_return,
	)
