from frappe.model.document import Document


class MedusaCustomerGroup(Document):
	pass
