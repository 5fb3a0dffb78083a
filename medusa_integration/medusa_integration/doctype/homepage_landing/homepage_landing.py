from frappe.model.document import Document

from medusa_integration.catalogue import clearance


class HomepageLanding(Document):
	def validate(self) -> None:
		clearance.fill_in(self)
