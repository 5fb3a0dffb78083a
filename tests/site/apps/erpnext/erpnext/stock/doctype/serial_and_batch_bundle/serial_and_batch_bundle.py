from frappe.model.document import Document


class SerialandBatchBundle(Document):
	pass
