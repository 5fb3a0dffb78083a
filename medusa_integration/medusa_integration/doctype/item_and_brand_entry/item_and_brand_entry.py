from frappe.model.document import Document


class ItemandBrandEntry(Document):
	pass
