from frappe.model.document import Document


class UOMConversionFactor(Document):
	pass
