from frappe.model.document import Document


class UnapprovedQuotationItem(Document):
	pass
