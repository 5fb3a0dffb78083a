from frappe.model.document import Document


class MedusaFieldOwner(Document):
	pass
