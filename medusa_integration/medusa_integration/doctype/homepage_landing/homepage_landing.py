from frappe.model.document import Document

from medusa_integration import generation
from medusa_integration.window import clearance


class HomepageLanding(Document):
	def validate(self) -> None:
		clearance.fill_in(self)

	def on_update(self) -> None:
		generation.moved()

	def on_trash(self) -> None:
		generation.moved()
