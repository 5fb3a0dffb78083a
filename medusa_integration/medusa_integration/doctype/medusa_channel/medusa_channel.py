from frappe.model.document import Document


class MedusaChannel(Document):
	pass
