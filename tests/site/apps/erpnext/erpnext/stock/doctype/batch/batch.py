import frappe
from frappe import _
from frappe.model.document import Document


class Batch(Document):
	def validate(self):
		if not frappe.db.get_value("Item", self.item, "has_batch_no"):
			frappe.throw(_("The item {0} cannot have Batch").format(self.item))
