from frappe.model.document import Document


class MedusaPriceList(Document):
	pass
