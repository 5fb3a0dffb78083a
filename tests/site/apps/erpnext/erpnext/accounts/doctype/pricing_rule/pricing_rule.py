from frappe.model.document import Document


class PricingRule(Document):
	"""The rule alone: the stand-in's documents don't apply it."""
