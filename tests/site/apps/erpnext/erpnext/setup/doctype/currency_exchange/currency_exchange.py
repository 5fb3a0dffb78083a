from frappe.model.document import Document
from frappe.utils import formatdate, getdate


class CurrencyExchange(Document):
	def autoname(self):
		self.name = f"{formatdate(getdate(self.date), 'yyyy-MM-dd')}-{self.from_currency}-{self.to_currency}"
