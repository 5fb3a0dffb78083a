import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class EmailOTP(Document):
	"""The state of an e-mail address that codes are sent to: one record for each address."""

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete the records of addresses that had no code for `days`; called by Frappe's Log Settings. A
		record stays if it has the password of an account, which codes log in with, or the account's id,
		which proves the address."""
		otp = frappe.qb.DocType("Email OTP")
		(
			frappe.qb.from_(otp)
			.delete()
			.where(otp.modified < add_days(now_datetime(), -days))
			.where(otp.password.isnull() | (otp.password == ""))
			.where(otp.medusa_id.isnull() | (otp.medusa_id == ""))
		).run()
