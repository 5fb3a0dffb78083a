from frappe.model.document import Document


class HomepageOrder(Document):
	pass
