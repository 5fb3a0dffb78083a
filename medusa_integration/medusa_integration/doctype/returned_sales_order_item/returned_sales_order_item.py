from frappe.model.document import Document


class ReturnedSalesOrderItem(Document):
	pass
