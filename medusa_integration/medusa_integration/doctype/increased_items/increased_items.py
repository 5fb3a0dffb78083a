from frappe.model.document import Document


class IncreasedItems(Document):
	pass
