from frappe.model.document import Document


class MedusaPaymentProvider(Document):
	pass
