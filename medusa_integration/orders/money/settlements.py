"""Setting refunds to a customer off against a credit note, or against the payment that came before.

ERPNext's Payment Reconciliation does it, so that neither document shows as open.

Source: docs/reference.md, "Refunds from Medusa".
"""

import frappe
from frappe.utils import cint, flt

from medusa_integration.orders.money import billing
from medusa_integration.orders.money.payment_entries import DOCTYPE, INVOICE, ORDER, PAY, RECEIVE
from medusa_integration.tolerated import tolerated


def settle(entry, order) -> None:
	"""Set a submitted Payment Entry to the customer off against the order's credit notes, then against
	advance payments and overpayments. The rest stays open in ERPNext."""
	for doctype, name in [*_credit_notes(order), *_advances(order)]:
		_try_offset(entry, doctype, name)


def settle_credit_note(doc, method: str | None = None) -> None:
	"""Sales Invoice, on_submit: set a credit note for an order of the shop off against the order's refunds,
	see "Refunds from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("is_return")) or not doc.get("medusa_order_id"):
		return
	filters = {"medusa_order_id": doc.medusa_order_id, "payment_type": PAY, "docstatus": 1}
	for name in frappe.get_all(DOCTYPE, filters, pluck="name", order_by="creation, name"):
		_try_offset(frappe.get_doc(DOCTYPE, name), doc.doctype, doc.name)


def _credit_notes(order) -> list[tuple[str, str]]:
	against = {"is_return": 1, "docstatus": 1, "outstanding_amount": ("<", 0)}
	against["return_against"] = ("in", [*billing.invoices(order), ""])
	names = frappe.get_all(INVOICE, against, pluck="name", order_by="creation, name")
	return [(INVOICE, name) for name in names]


def _advances(order) -> list[tuple[str, str]]:
	"""The Payment Entries from the customer that pay the order itself or have an unallocated amount."""
	filters = {"medusa_order_id": order.medusa_order_id, "payment_type": RECEIVE, "docstatus": 1}
	entries = frappe.get_all(DOCTYPE, filters, ["name", "unallocated_amount"], order_by="creation desc, name")
	names = [entry.name for entry in entries]
	rows = {"parent": ("in", [*names, ""]), "reference_doctype": ORDER}
	ahead = set(frappe.get_all("Payment Entry Reference", rows, pluck="parent", order_by=None))
	return [
		(DOCTYPE, each.name) for each in entries if each.name in ahead or flt(each.unallocated_amount) > 0
	]


def _try_offset(entry, doctype: str, name: str) -> None:
	"""Try to set the entry off. If ERPNext refuses, the Payment Entry stands, because the money has moved."""
	title = f"Medusa: {entry.name} isn't set off against {name}"
	with tolerated(title, of=(entry.doctype, entry.name), errors=frappe.ValidationError):
		offset(entry, entry.paid_to, doctype, name)


def offset(entry, account: str, doctype: str, name: str) -> None:
	"""Set an entry that the customer owes off against a document that owes to the customer, as far as both are open.

	:param entry: a Payment Entry to the customer, or a Journal Entry that debits the customer
	:param account: the customers' account of both
	:param doctype: of the other document: Payment Entry or Sales Invoice
	"""
	party = entry if entry.doctype == DOCTYPE else entry.accounts[0]
	tool = frappe.new_doc("Payment Reconciliation")
	tool.update(
		{
			"company": entry.company,
			"party_type": party.party_type,
			"party": party.party,
			"receivable_payable_account": account,
			"invoice_name": entry.name,
			"payment_name": name,
		}
	)
	tool.get_unreconciled_entries()
	given = [row.as_dict() for row in tool.invoices if row.invoice_number == entry.name]
	owed = [
		row.as_dict() for row in tool.payments if (row.reference_type, row.reference_name) == (doctype, name)
	]
	if given and owed:
		tool.allocate_entries({"invoices": given, "payments": owed})
		for row in tool.allocation:
			row.exchange_rate = row.exchange_rate or entry.get("target_exchange_rate") or 1
		tool.reconcile()
