from frappe.model.document import Document


class CustomsTariffNumber(Document):
	pass
