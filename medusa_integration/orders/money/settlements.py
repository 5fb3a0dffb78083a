"""Setting open documents of an order off against each other: refunds to the customer, credit notes, invoices and
the payments that came before.

ERPNext's Payment Reconciliation does it, so that no document shows as open.

Source: docs/reference.md, "Refunds from Medusa".
"""

from collections.abc import Collection

import frappe
from frappe.utils import cint, flt

from medusa_integration.orders.money import billing
from medusa_integration.orders.money.payment_entries import DOCTYPE, INVOICE, ORDER, PAY, RECEIVE
from medusa_integration.orders.origin import made_from
from medusa_integration.tolerated import tolerated


def settle(entry, order) -> None:
	"""Set a submitted Payment Entry to the customer off against the order's credit notes, then against
	advance payments and overpayments. The rest stays open in ERPNext."""
	for doctype, name in [*_credit_notes(_bills_of({order.name})), *_advances(order.medusa_order_id)]:
		_try_offset(entry, doctype, name)


def settle_credit_note(doc, method: str | None = None) -> None:
	"""Sales Invoice, on_submit: set a credit note for an order of the shop off against the order's refunds, then
	against its open invoices, see "Refunds from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	if not cint(doc.get("is_return")) or not doc.get("medusa_order_id"):
		return
	for entry in _refunds(doc.medusa_order_id):
		_try_offset(entry, INVOICE, doc.name)
	for name in _open_invoices(_bills_of(_orders_of(doc))):
		_try_offset(frappe.get_doc(INVOICE, name), INVOICE, doc.name)


def settle_invoice(doc, method: str | None = None) -> None:
	"""Sales Invoice, on_submit: set an invoice for an order of the shop off against the order's open credit notes,
	as of a refund that came before the invoice, see "Refunds from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	if cint(doc.get("is_return")) or not doc.get("medusa_order_id"):
		return
	for _doctype, name in _credit_notes(_bills_of(_orders_of(doc))):
		_try_offset(frappe.get_doc(INVOICE, doc.name), INVOICE, name)


def is_paid_otherwise(doc) -> bool:
	"""Whether the order of a new invoice was paid, but not as much as is billed: money was given back, or a part was
	credited in Medusa."""
	if frappe.db.exists(DOCTYPE, _paid_back(doc.medusa_order_id)):
		return True
	received = {"medusa_order_id": doc.medusa_order_id, "payment_type": RECEIVE, "docstatus": 1}
	return flt(doc.db_get("outstanding_amount")) > 0 and bool(frappe.db.exists(DOCTYPE, received))


def _refunds(medusa_order_id: str) -> list:
	names = frappe.get_all(DOCTYPE, _paid_back(medusa_order_id), pluck="name", order_by="creation, name")
	return [frappe.get_doc(DOCTYPE, name) for name in names]


def _paid_back(medusa_order_id: str) -> dict:
	return {"medusa_order_id": medusa_order_id, "payment_type": PAY, "docstatus": 1}


def _orders_of(doc) -> Collection[str]:
	"""The Sales Orders that an invoice bills, or that a credit note credits."""
	orders = made_from(doc)
	if not orders and doc.get("return_against"):
		orders = made_from(frappe.get_doc(INVOICE, doc.return_against))
	return orders


def _bills_of(orders: Collection[str]) -> list[str]:
	"""The submitted invoices of Sales Orders and of the other ones of the same orders in Medusa, as of exchanges."""
	named = {"name": ("in", [*orders, ""]), "medusa_order_id": ("is", "set")}
	ids = frappe.get_all(ORDER, named, pluck="medusa_order_id", order_by=None)
	of_ids = {"medusa_order_id": ("in", [*ids, ""]), "docstatus": 1}
	names = {*orders, *frappe.get_all(ORDER, of_ids, pluck="name", order_by=None)}
	return [name for order in sorted(names) for name in billing.invoices(frappe._dict(name=order))]


def _open_invoices(names: list[str]) -> list[str]:
	filters = {"name": ("in", [*names, ""]), "outstanding_amount": (">", 0)}
	return frappe.get_all(INVOICE, filters, pluck="name", order_by="creation, name")


def _credit_notes(invoices: list[str]) -> list[tuple[str, str]]:
	against = {"is_return": 1, "docstatus": 1, "outstanding_amount": ("<", 0)}
	against["return_against"] = ("in", [*invoices, ""])
	names = frappe.get_all(INVOICE, against, pluck="name", order_by="creation, name")
	return [(INVOICE, name) for name in names]


def _advances(medusa_order_id: str) -> list[tuple[str, str]]:
	"""The Payment Entries from the customer that pay the order itself or have an unallocated amount."""
	filters = {"medusa_order_id": medusa_order_id, "payment_type": RECEIVE, "docstatus": 1}
	entries = frappe.get_all(DOCTYPE, filters, ["name", "unallocated_amount"], order_by="creation desc, name")
	names = [entry.name for entry in entries]
	rows = {"parent": ("in", [*names, ""]), "reference_doctype": ORDER}
	ahead = set(frappe.get_all("Payment Entry Reference", rows, pluck="parent", order_by=None))
	return [
		(DOCTYPE, each.name) for each in entries if each.name in ahead or flt(each.unallocated_amount) > 0
	]


def _try_offset(owed, doctype: str, name: str) -> None:
	"""Try to set a document off. If ERPNext refuses, the documents stand as they are, because the money has moved."""
	title = f"Medusa: {owed.name} isn't set off against {name}"
	account = owed.paid_to if owed.doctype == DOCTYPE else owed.debit_to
	with tolerated(title, of=(owed.doctype, owed.name), errors=frappe.ValidationError):
		offset(owed, account, doctype, name)


def offset(owed, account: str, doctype: str, name: str) -> None:
	"""Set a document that the customer owes off against one that owes to the customer, as far as both are open.

	:param owed: a Payment Entry to the customer, an invoice, or a Journal Entry that debits the customer
	:param account: the customers' account of both
	:param doctype: of the other document: a credit note, or a Payment Entry from the customer
	"""
	tool = frappe.new_doc("Payment Reconciliation")
	tool.update(
		{
			"company": owed.company,
			"party_type": "Customer",
			"party": _customer_of(owed),
			"receivable_payable_account": account,
			"invoice_name": owed.name,
			"payment_name": name,
		}
	)
	tool.get_unreconciled_entries()
	given = [row.as_dict() for row in tool.invoices if row.invoice_number == owed.name]
	credit = [
		row.as_dict() for row in tool.payments if (row.reference_type, row.reference_name) == (doctype, name)
	]
	if given and credit:
		tool.allocate_entries({"invoices": given, "payments": credit})
		for row in tool.allocation:
			row.exchange_rate = row.exchange_rate or _rate_of(owed)
		tool.reconcile()


def _customer_of(owed) -> str:
	if owed.doctype == INVOICE:
		return owed.customer
	return owed.party if owed.doctype == DOCTYPE else owed.accounts[0].party


def _rate_of(owed) -> float:
	"""The rate of the customers' account, from its currency to the company's."""
	if owed.doctype == INVOICE:
		return owed.conversion_rate if owed.party_account_currency == owed.currency else 1
	return owed.get("target_exchange_rate") or 1
