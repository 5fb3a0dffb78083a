from frappe.model.document import Document


class Testimonial(Document):
	pass
