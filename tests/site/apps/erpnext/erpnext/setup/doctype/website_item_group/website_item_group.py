from frappe.model.document import Document


class WebsiteItemGroup(Document):
	pass
