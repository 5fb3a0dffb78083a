from frappe.model.document import Document


class WebsiteItemReview(Document):
	pass
