from frappe.model.document import Document


class PaymentGateway(Document):
	pass
