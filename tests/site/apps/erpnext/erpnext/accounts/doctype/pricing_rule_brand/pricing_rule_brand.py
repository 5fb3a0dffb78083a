from frappe.model.document import Document


class PricingRuleBrand(Document):
	pass
