import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class EmailOTP(Document):
	"""What is known of an e-mail address that codes are sent to: one record for each address."""

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete the records of addresses that had no code for `days`; called by Frappe's Log Settings. One that keeps the
		password of an account stays: without it nobody could log in with a code."""
		otp = frappe.qb.DocType("Email OTP")
		(
			frappe.qb.from_(otp)
			.delete()
			.where(otp.modified < add_days(now_datetime(), -days))
			.where(otp.password.isnull() | (otp.password == ""))
		).run()
