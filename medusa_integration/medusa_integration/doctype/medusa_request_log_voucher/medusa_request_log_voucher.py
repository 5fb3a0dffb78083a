from frappe.model.document import Document


class MedusaRequestLogVoucher(Document):
	pass
