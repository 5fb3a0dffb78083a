from frappe.model.document import Document


class MedusaField(Document):
	pass
