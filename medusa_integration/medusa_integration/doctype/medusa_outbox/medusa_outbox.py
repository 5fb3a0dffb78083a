import frappe
from frappe.model.document import Document


class MedusaOutbox(Document):
	pass


def on_doctype_update() -> None:
	"""The claim's index: with it, a claim reads and locks no more rows than it takes."""
	frappe.db.add_index("Medusa Outbox", ["kind", "status", "due"])
