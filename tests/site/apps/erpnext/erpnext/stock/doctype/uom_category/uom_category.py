from frappe.model.document import Document


class UOMCategory(Document):
	pass
