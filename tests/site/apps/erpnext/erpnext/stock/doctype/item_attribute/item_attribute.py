from frappe.model.document import Document


class ItemAttribute(Document):
	pass
