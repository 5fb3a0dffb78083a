from frappe.model.document import Document


class PartyAccount(Document):
	pass
