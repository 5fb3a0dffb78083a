from frappe.model.document import Document


class ItemWebsiteSpecification(Document):
	pass
