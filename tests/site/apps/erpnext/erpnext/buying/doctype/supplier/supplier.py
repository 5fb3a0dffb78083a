from frappe.model.document import Document


class Supplier(Document):
	pass
