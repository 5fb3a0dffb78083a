from frappe.model.document import Document


class WebshopSettings(Document):
	pass
