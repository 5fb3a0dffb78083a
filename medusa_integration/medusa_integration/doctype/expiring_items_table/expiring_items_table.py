from frappe.model.document import Document


class ExpiringItemsTable(Document):
	pass
