import frappe
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists, set_name_by_naming_series


class Customer(Document):
	def autoname(self):
		if frappe.defaults.get_global_default("cust_master_name") == "Customer Name":
			self.name = append_number_if_name_exists("Customer", self.customer_name, separator=" - ")
		else:
			set_name_by_naming_series(self)
