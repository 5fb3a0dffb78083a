from frappe.model.document import Document


class MedusaTaxAccount(Document):
	pass
