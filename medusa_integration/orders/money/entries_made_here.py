"""Payment Entries that users have made in ERPNext for the shop's orders.

Source: docs/reference.md, "Payments from Medusa".
"""

from dataclasses import dataclass
from decimal import Decimal

import frappe

from medusa_integration.money import decimal, half_up
from medusa_integration.orders.money import booked_amounts
from medusa_integration.orders.money.payment_entries import DOCTYPE, INVOICE, ORDER, RECEIVE, units


@dataclass(frozen=True)
class Own:
	"""A Payment Entry that was made in ERPNext for an order of the shop.

	:param amount: the paid part of the order, in the order's currency
	"""

	name: str
	amount: Decimal


def made_here(orders: list) -> dict[str, list[Own]]:
	"""`{Sales Order: its submitted Payment Entries from the customer without an id of Medusa's, oldest first}`.

	:param orders: rows with name, currency, conversion_rate and `booked_amounts.TOTALS`
	"""
	documents = _documents_of([order.name for order in orders])
	entry, row = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Payment Entry Reference")
	rows = (
		frappe.qb.from_(row)
		.join(entry)
		.on(row.parent == entry.name)
		.select(
			entry.name, entry.paid_from_account_currency, row.reference_doctype, row.reference_name, row.allocated_amount
		)
		.where((entry.docstatus == 1) & (entry.payment_type == RECEIVE))
		.where(entry.medusa_transaction_id.isnull() | (entry.medusa_transaction_id == ""))
		.where(row.reference_name.isin([name for _doctype, name in documents] or [""]))
		.orderby(entry.creation)
		.orderby(entry.name)
		.run(as_dict=True)
	)  # fmt: skip
	by_name = {order.name: order for order in orders}
	sums: dict[tuple[str, str], Decimal] = {}
	for each in rows:
		order = by_name.get(documents.get((each.reference_doctype, each.reference_name)))
		if order:
			key = (order.name, each.name)
			sums[key] = sums.get(key, Decimal(0)) + _in_order_currency(each, order)
	found: dict[str, list[Own]] = {}
	for (order_name, name), amount in sums.items():
		digits = units(by_name[order_name].currency)
		found.setdefault(order_name, []).append(Own(name, half_up(amount, digits)))
	return found


def _documents_of(orders: list[str]) -> dict[tuple[str, str], str]:
	"""`{(DocType, name): Sales Order}` of the orders and their invoices. An invoice of several orders is left
	out."""
	filters = {"sales_order": ("in", orders or [""]), "parenttype": INVOICE, "docstatus": 1}
	rows = frappe.get_all(
		"Sales Invoice Item", filters, ["parent", "sales_order"], distinct=True, order_by=None
	)
	billed: dict[str, set[str]] = {}
	for row in rows:
		billed.setdefault(row.parent, set()).add(row.sales_order)
	found = {(INVOICE, name): min(names) for name, names in billed.items() if len(names) == 1}
	return found | {(ORDER, name): name for name in orders}


def _in_order_currency(row, order) -> Decimal:
	amount = decimal(row.allocated_amount)
	if row.paid_from_account_currency == order.currency:
		return amount
	return booked_amounts.in_order_currency(order, amount)
