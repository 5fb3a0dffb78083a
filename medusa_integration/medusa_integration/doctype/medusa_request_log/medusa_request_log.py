import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class MedusaRequestLog(Document):
	def before_save(self) -> None:
		if not self.is_new():
			frappe.throw(frappe._("The Medusa Request Log can't be changed."), frappe.PermissionError)

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete rows older than `days`; called by Frappe's Log Settings."""
		before = add_days(now_datetime(), -days)
		for doctype in ("Medusa Request Log Voucher", "Medusa Request Log"):
			frappe.db.delete(doctype, {"creation": ("<", before)})
