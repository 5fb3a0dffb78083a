import frappe
from frappe.model.document import Document


class SellingSettings(Document):
	def validate(self):
		for key in ("cust_master_name", "customer_group", "territory", "selling_price_list"):
			frappe.db.set_default(key, self.get(key) or "")
