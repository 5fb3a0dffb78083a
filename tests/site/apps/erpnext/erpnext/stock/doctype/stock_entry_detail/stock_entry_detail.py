from frappe.model.document import Document


class StockEntryDetail(Document):
	pass
