import frappe
from frappe.contacts.doctype.address.address import Address, get_address_display


class ERPNextAddress(Address):
	def on_update(self):
		"""The Customers whose primary address it is show it as it is now."""
		for name in frappe.get_all(
			"Customer", {"customer_primary_address": self.name}, pluck="name", order_by=None
		):
			frappe.db.set_value("Customer", name, "primary_address", get_address_display(self.as_dict()))
