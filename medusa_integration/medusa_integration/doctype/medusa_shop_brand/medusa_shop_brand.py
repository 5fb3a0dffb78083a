from frappe.model.document import Document


class MedusaShopBrand(Document):
	pass
