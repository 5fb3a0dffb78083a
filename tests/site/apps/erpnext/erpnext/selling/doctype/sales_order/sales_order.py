import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt

from erpnext.controllers.selling_controller import SellingController


class SalesOrder(SellingController):
	def validate(self):
		if not (self.delivery_date or all(row.delivery_date for row in self.items)):
			frappe.throw(_("Please enter Delivery Date"))
		super().validate()

	def on_submit(self):
		self.update_quotations()

	def on_cancel(self):
		self.db_set("status", "Cancelled")
		self.update_quotations()

	def update_quotations(self):
		for name in {row.prevdoc_docname for row in self.items} - {None, ""}:
			frappe.get_doc("Quotation", name).set_status(update=True)

	def is_delivered(self) -> bool:
		return flt(self.per_delivered) >= 100 or bool(self.skip_delivery_note)

	def is_billed(self) -> bool:
		return flt(self.per_billed) >= 100

	def update_status(self, status: str):
		self.set_status(update=True, status=status)
		self.notify_update()


@frappe.whitelist()
def update_status(status: str, name: str):
	"""The form's buttons Hold, Close and Re-open ("Draft")."""
	frappe.get_doc("Sales Order", name, check_permission="submit").update_status(status)


@frappe.whitelist()
def make_delivery_note(source_name: str, target_doc=None, kwargs=None):
	def update_item(source, target, source_parent):
		target.qty = flt(source.qty) - flt(source.delivered_qty)

	return _map(
		source_name,
		target_doc,
		"Delivery Note",
		"against_sales_order",
		update_item,
		lambda row: row.delivered_qty < row.qty,
	)


@frappe.whitelist()
def make_sales_invoice(source_name: str, target_doc=None, ignore_permissions: bool = False):
	def update_item(source, target, source_parent):
		if source.rate and source.billed_amt:
			target.qty = (flt(source.amount) - flt(source.billed_amt)) / flt(source.rate)

	return _map(
		source_name,
		target_doc,
		"Sales Invoice",
		"sales_order",
		update_item,
		lambda row: row.billed_amt < row.amount,
	)


def _map(source_name: str, target_doc, doctype: str, order_field: str, update_item, condition):
	return get_mapped_doc(
		"Sales Order",
		source_name,
		{
			"Sales Order": {"doctype": doctype, "validation": {"docstatus": ["=", 1]}},
			"Sales Order Item": {
				"doctype": f"{doctype} Item",
				"field_map": {"name": "so_detail", "parent": order_field},
				"postprocess": update_item,
				"condition": condition,
			},
			"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
		},
		target_doc,
	)
