from frappe.model.document import Document


class RecommendedItems(Document):
	pass
