"""The status of orders, deliveries and invoices in words for the customer, in the language of the request.

ERPNext's own statuses, such as *To Deliver and Bill*, are for the people who work off the documents.

Source: docs/reference.md, "Orders of the shop".
"""

from frappe import _


def of_order(status: str, delivered: float) -> str:
	"""
	:param status: of the Sales Order
	:param delivered: how much of it is delivered, in percent
	"""
	own = {
		"Draft": _("Received", context="Order of a customer"),
		"On Hold": _("On hold"),
		"To Pay": _("Waiting for your payment"),
		"Completed": _("Completed"),
		"Cancelled": _("Cancelled"),
		"Closed": _("Closed"),
	}
	if status in own:
		return own[status]
	if delivered >= 100:
		return _("On its way")
	return _("Partly on its way") if delivered > 0 else _("Being prepared")


def of_delivery(status: str) -> str:
	"""
	:param status: of a submitted Delivery Note that is no return
	"""
	return _("Sent back") if status == "Return Issued" else _("On its way")


def of_invoice(status: str, is_return: bool, open_amount: float) -> str:
	"""
	:param status: of a submitted Sales Invoice
	:param is_return: whether it is a credit note
	:param open_amount: what is still to be paid of it
	"""
	if is_return:
		return _("Credit note")
	if status == "Credit Note Issued":
		return _("Credited")
	if open_amount <= 0:
		return _("Paid")
	if status.startswith("Overdue"):
		return _("Overdue")
	return _("Partly paid") if status.startswith("Partly Paid") else _("To be paid")
