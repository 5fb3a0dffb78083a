from frappe.model.document import Document


class MedusaStockLocation(Document):
	pass
