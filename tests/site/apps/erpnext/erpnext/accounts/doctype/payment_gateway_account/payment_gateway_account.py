import frappe
from frappe.model.document import Document


class PaymentGatewayAccount(Document):
	"""There is always a default one: the first, until another says that it is."""

	def autoname(self):
		self.name = f"{self.payment_gateway} - {self.currency}"

	def validate(self):
		self.currency = frappe.get_cached_value("Account", self.payment_account, "account_currency")
		others = {"is_default": 1, "name": ("!=", self.name)}
		if self.is_default:
			frappe.db.set_value("Payment Gateway Account", others, "is_default", 0)
		elif not frappe.db.exists("Payment Gateway Account", others):
			self.is_default = 1
