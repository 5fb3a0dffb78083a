from frappe.model.document import Document


class MedusaShippingOption(Document):
	pass
