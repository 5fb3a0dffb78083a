from frappe.model.document import Document


class BestDeals(Document):
	pass
