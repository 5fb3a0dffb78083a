import frappe
from frappe.model.mapper import get_mapped_doc

from erpnext.controllers.selling_controller import SellingController


class Quotation(SellingController):
	def validate(self):
		super().validate()
		title_field = {"Customer": "customer_name", "Lead": "lead_name"}.get(self.quotation_to, "name")
		self.customer_name = frappe.db.get_value(self.quotation_to, self.party_name, title_field)

	def validate_selling_price(self):
		pass  # a Quotation may ask for less

	def is_fully_ordered(self) -> bool:
		return bool(frappe.db.exists("Sales Order Item", {"prevdoc_docname": self.name, "docstatus": 1}))


@frappe.whitelist()
def make_sales_order(source_name: str, target_doc=None):
	quotation = frappe.db.get_value("Quotation", source_name, ["quotation_to", "party_name"], as_dict=True)
	if quotation.quotation_to != "Customer":
		frappe.throw("The stand-in makes no Customer of a Lead")

	def set_customer(source, target):
		target.customer = quotation.party_name

	return get_mapped_doc(
		"Quotation",
		source_name,
		{
			"Quotation": {"doctype": "Sales Order", "validation": {"docstatus": ["=", 1]}},
			"Quotation Item": {
				"doctype": "Sales Order Item",
				"field_map": {"parent": "prevdoc_docname", "name": "quotation_item"},
			},
			"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
		},
		target_doc,
		set_customer,
	)
