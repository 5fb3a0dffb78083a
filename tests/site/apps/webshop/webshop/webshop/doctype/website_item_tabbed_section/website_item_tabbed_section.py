from frappe.model.document import Document


class WebsiteItemTabbedSection(Document):
	pass
