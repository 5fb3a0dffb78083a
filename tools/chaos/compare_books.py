"""What is billed in ERPNext against what Medusa charges, and whether all that is paid is settled."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import frappe

from tools.chaos.compare import Finding

OFF, UNIT, OPEN = "off", "off by one unit", "open"
KINDS = (OFF, UNIT, OPEN)
DECIMALS = {"OMR": 3, "USD": 2, "EUR": 2, "JPY": 0}
INVOICE = "Sales Invoice"


def compare(order: dict, standing: list) -> Iterator[Finding]:
	"""Of an order that is wholly billed: its Sales Invoices less their credit notes, drafts of these included, come to the
	total in Medusa; nothing is open where that is paid.

	:param standing: its Sales Orders
	"""
	names = [row.name for row in standing]
	if not _is_billed(names):
		return
	unit = Decimal(1).scaleb(-DECIMALS[order["currency_code"].upper()])
	due = Decimal(str(order["summary"]["current_order_total"])).quantize(unit, ROUND_HALF_UP)
	bills = _bills(names)
	total = sum((Decimal(str(bill.grand_total)) for bill in bills), Decimal(0)).quantize(unit)
	where = f"{order['id']} {names}"
	if total != due:
		told = [f"{bill.name}{'' if bill.docstatus else ' (draft)'} {bill.grand_total}" for bill in bills]
		yield Finding(UNIT if abs(total - due) == unit else OFF, f"{where} billed", str(due), told)
	elif _paid(order).quantize(unit, ROUND_HALF_UP) == due and all(bill.docstatus for bill in bills):
		yield from _open(where, order["id"], bills)


def _is_billed(names: list[str]) -> bool:
	"""Whether each piece is in a submitted Sales Invoice."""
	rows = frappe.get_all(
		"Sales Order Item", {"parent": ("in", [*names, ""])}, ["name", "qty"], order_by=None
	)
	left = {row.name: row.qty for row in rows}
	billed = {"so_detail": ("in", [*left, ""]), "docstatus": 1, "qty": (">", 0)}
	for row in frappe.get_all("Sales Invoice Item", billed, ["so_detail", "qty"], order_by=None):
		left[row.so_detail] -= row.qty
	return all(qty <= 0 for qty in left.values())


def _bills(names: list[str]) -> list:
	fields = ["name", "docstatus", "grand_total", "outstanding_amount"]
	of_orders = {"sales_order": ("in", [*names, ""]), "docstatus": 1}
	parents = frappe.get_all("Sales Invoice Item", of_orders, pluck="parent", distinct=True, order_by=None)
	bills = frappe.get_all(INVOICE, {"name": ("in", parents), "is_return": 0}, fields, order_by="name")
	against = {"return_against": ("in", [*(bill.name for bill in bills), "-"]), "docstatus": ("<", 2)}
	return [*bills, *frappe.get_all(INVOICE, against, fields, order_by="name")]


def _paid(order: dict) -> Decimal:
	payments = [each for row in order["payment_collections"] for each in row["payments"] or ()]
	return sum(
		(
			sign * Decimal(str(each["amount"]))
			for payment in payments
			for sign, kind in ((1, "captures"), (-1, "refunds"))
			for each in payment.get(kind) or ()
		),
		Decimal(0),
	)


def _open(where: str, id: str, bills: list) -> Iterator[Finding]:
	"""What ERPNext shows as open of invoices, credit notes and payments from the customer. Payments to the customer don't show
	it: ERPNext leaves their unallocated amount where it sets them off."""
	found = {bill.name: bill.outstanding_amount for bill in bills if bill.outstanding_amount}
	received = {
		"medusa_order_id": id,
		"docstatus": 1,
		"payment_type": "Receive",
		"unallocated_amount": (">", 0),
	}
	for entry in frappe.get_all("Payment Entry", received, ["name", "unallocated_amount"], order_by="name"):
		found[entry.name] = entry.unallocated_amount
	if found:
		yield Finding(OPEN, f"{where} open", {}, found)
