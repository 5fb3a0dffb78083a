from frappe.model.document import Document


class MedusaReceivableAccount(Document):
	pass
