from frappe.model.document import Document


class MedusaShopItemGroup(Document):
	pass
