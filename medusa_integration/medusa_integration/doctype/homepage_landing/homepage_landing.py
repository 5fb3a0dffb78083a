from frappe.model.document import Document

from medusa_integration.catalogue import clearance, generation


class HomepageLanding(Document):
	def validate(self) -> None:
		clearance.fill_in(self)

	def on_trash(self) -> None:
		generation.moved()
