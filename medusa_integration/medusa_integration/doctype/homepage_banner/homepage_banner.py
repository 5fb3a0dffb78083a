from frappe.model.document import Document


class HomepageBanner(Document):
	pass
