from frappe.model.document import Document


class ProductSuggestions(Document):
	pass
