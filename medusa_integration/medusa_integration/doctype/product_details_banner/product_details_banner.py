from frappe.model.document import Document


class Productdetailsbanner(Document):
	pass
