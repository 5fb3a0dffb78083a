import frappe
from frappe import _
from frappe.model.document import Document


class StockLedgerEntry(Document):
	def autoname(self):
		self.name = frappe.generate_hash(length=10)

	def on_cancel(self):
		frappe.throw(_("Individual Stock Ledger Entry cannot be cancelled."))
