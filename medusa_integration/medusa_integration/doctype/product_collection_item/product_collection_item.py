from frappe.model.document import Document


class ProductCollectionItem(Document):
	pass
