import frappe
from frappe.model.document import Document


class CostCenter(Document):
	def autoname(self):
		self.name = f"{self.cost_center_name} - {frappe.get_cached_value('Company', self.company, 'abbr')}"
