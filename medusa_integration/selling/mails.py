"""Mails about quotations are sent within a minute, ahead of Frappe's own queue.

Source: docs/reference.md, "Scheduled tasks".
"""

import frappe
from frappe.utils import cint, now_datetime

from medusa_integration import settings

QUEUE = "Email Queue"
MOST = 200  # mails in one run
UNSENT = ("Not Sent", "Partially Sent")


def send_quotation_emails() -> int:
	"""Each minute: send what waits in the Email Queue for a Quotation. One that fails is logged, keeps its place in
	Frappe's queue, and doesn't stop the rest. Commits after each. While the integration is off they wait for Frappe.

	:returns: how many were sent
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
		# Frappe itself tries again what has failed.
		.where((queue.retry == 0) & (queue.send_after.isnull() | (queue.send_after <= now_datetime())))
		.orderby(queue.creation)
		.limit(MOST)
		.run(pluck=True)
	)


def _sent(name: str) -> bool:
	try:
		# Its status is read under a lock that Frappe's send releases once it has marked the row as being sent.
		try:
			mail = frappe.get_doc(QUEUE, name, for_update=True)
		except frappe.QueryDeadlockError:
			frappe.db.rollback()  # Another run has taken it meanwhile; else the next minute's does.
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
