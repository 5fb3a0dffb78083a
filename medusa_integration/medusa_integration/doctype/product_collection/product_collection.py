from frappe.model.document import Document


class ProductCollection(Document):
	pass
