from frappe.model.document import Document


class MedusaSalesChannel(Document):
	pass
