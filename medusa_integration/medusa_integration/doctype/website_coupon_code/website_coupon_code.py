from frappe.model.document import Document


class WebsiteCouponCode(Document):
	pass
