from frappe.model.document import Document


class StockReservationEntry(Document):
	pass
