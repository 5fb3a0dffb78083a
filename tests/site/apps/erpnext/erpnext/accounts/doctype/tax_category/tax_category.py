from frappe.model.document import Document


class TaxCategory(Document):
	pass
