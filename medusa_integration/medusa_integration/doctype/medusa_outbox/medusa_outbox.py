import frappe
from frappe import _
from frappe.model.document import Document


class MedusaOutbox(Document):
	def before_save(self) -> None:
		"""Who may write may retry; what a row says is written by the integration alone, which saves no document."""
		frappe.throw(
			_("The Medusa Outbox can't be changed. Choose Retry or Discard."),
			frappe.PermissionError,
			title=_("Medusa Outbox"),
		)


def on_doctype_update() -> None:
	"""The claim's index: with it, a claim reads and locks no more rows than it takes."""
	frappe.db.add_index("Medusa Outbox", ["kind", "status", "due"])
