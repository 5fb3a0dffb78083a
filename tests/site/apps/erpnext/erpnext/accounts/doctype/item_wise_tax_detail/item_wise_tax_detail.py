from frappe.model.document import Document


class ItemWiseTaxDetail(Document):
	pass
