"""Mails about quotations, sent within a minute, ahead of Frappe's own queue.

Source: docs/reference.md, "Scheduled tasks".
"""

import frappe
from frappe.utils import cint, now_datetime

from medusa_integration import settings

QUEUE = "Email Queue"
MOST = 200  # mails in one run
UNSENT = ("Not Sent", "Partially Sent")


def send_quotation_emails() -> int:
	"""Each minute: send the Email Queue's unsent mails about Quotations, oldest first, at most 200, each in a
	transaction of its own. A mail that fails is logged, and Frappe's own queue tries it again. Does nothing
	while the integration is off, mails are muted or the queue is suspended, or without an outgoing account. A
	row is read under a lock and sent by Frappe's `EmailQueue.send`, so simultaneous runs send it once. Frappe
	15's own queue takes no such lock before it marks a row.

	:returns: the number of sent mails
	"""
	if (
		not settings.enabled()
		or frappe.are_emails_muted()
		or cint(frappe.db.get_default("suspend_email_queue"))
	):
		return 0
	return sum(_sent(name) for name in _due())


def _due() -> list[str]:
	queue = frappe.qb.DocType(QUEUE)
	return (
		frappe.qb.from_(queue)
		.select(queue.name)
		.where((queue.reference_doctype == "Quotation") & queue.status.isin(UNSENT))
		# Frappe itself retries failed mails.
		.where((queue.retry == 0) & (queue.send_after.isnull() | (queue.send_after <= now_datetime())))
		.orderby(queue.creation)
		.limit(MOST)
		.run(pluck=True)
	)


def _sent(name: str) -> bool:
	try:
		# Read the status under a lock. Frappe's send releases it once the row is marked as being sent.
		try:
			mail = frappe.get_doc(QUEUE, name, for_update=True)
		except frappe.QueryDeadlockError:
			frappe.db.rollback()  # Another run has taken the mail, or the next run will.
			return False
		if mail.status not in UNSENT or not mail.get_email_account():
			frappe.db.rollback()
			return False
		mail.send()
		frappe.db.commit()
		return True
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title="A quotation's mail isn't sent", reference_doctype=QUEUE, reference_name=name)
		frappe.db.commit()
		return False
