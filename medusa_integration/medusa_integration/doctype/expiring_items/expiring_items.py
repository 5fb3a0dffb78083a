from frappe.model.document import Document

from medusa_integration.catalogue import clearance


class ExpiringItems(Document):
	def validate(self) -> None:
		"""Keep the landing page in step with the ticks."""
		clearance.show(self.expiring_items)
