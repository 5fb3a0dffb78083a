from frappe.model.document import Document


class MedusaWishlist(Document):
	pass
