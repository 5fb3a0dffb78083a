from frappe.model.document import Document


class HomepageItem(Document):
	pass
