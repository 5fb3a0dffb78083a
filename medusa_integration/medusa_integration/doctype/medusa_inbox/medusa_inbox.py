import frappe
from frappe import _
from frappe.model.document import Document


class MedusaInbox(Document):
	def before_save(self) -> None:
		"""Refuse every save: write permission allows retrying a row. The integration writes rows without saving them."""
		frappe.throw(
			_("The Medusa Inbox can't be changed. Choose Retry or Discard."),
			frappe.PermissionError,
			title=_("Medusa Inbox"),
		)


def on_doctype_update() -> None:
	"""Add the index with which a claim reads and locks no more rows than it takes."""
	frappe.db.add_index("Medusa Inbox", ["kind", "status", "due"])
