import frappe
from frappe.model.document import Document


class MedusaSpecification(Document):
	"""A value of a Website Item that the storefront filters by; products/specifications.py writes it."""


def on_doctype_update() -> None:
	frappe.db.add_index("Medusa Specification", ["property", "value"])
	# The filters of a large group read this index alone.
	frappe.db.add_index("Medusa Specification", ["website_item", "property", "value"])
