from frappe.model.document import Document

from medusa_integration.window import clearance


class ExpiringItems(Document):
	def validate(self) -> None:
		"""Show the ticked items on the landing page."""
		clearance.show(self.expiring_items)
