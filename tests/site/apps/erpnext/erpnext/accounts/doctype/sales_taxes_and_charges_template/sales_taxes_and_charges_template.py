import frappe
from frappe import _
from frappe.model.document import Document


class SalesTaxesandChargesTemplate(Document):
	def autoname(self):
		self.name = f"{self.title} - {frappe.get_cached_value('Company', self.company, 'abbr')}"

	def validate(self):
		if self.is_default:
			others = {"company": self.company, "is_default": 1, "name": ("!=", self.name)}
			frappe.db.set_value(self.doctype, others, "is_default", 0)
		if self.is_default and self.disabled:
			frappe.throw(_("Disabled template must not be default template"))
