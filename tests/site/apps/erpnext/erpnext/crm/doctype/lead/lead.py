import frappe
from frappe import _
from frappe.model.document import Document


class Lead(Document):
	def validate(self):
		self.lead_name = (
			" ".join(filter(None, [self.first_name, self.last_name]))
			or self.company_name
			or (self.email_id or "").split("@")[0]
		)
		if not self.lead_name:
			frappe.throw(_("A Lead requires either a person's name or an organization's name"))
		self.title = self.company_name or self.lead_name
