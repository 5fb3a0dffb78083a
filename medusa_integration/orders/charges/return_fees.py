"""The fees of returns in Medusa: the shipping methods by which goods come back, which the customer pays.

A fee is a charge on the credit note of the return, so that the note comes to what Medusa gives back. Where the
goods aren't billed, the Sales Order keeps the fee in `medusa_charges`, and its next Sales Invoice charges it.

Source: docs/reference.md, "Returns from Medusa".
"""

import json
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order, Return
from medusa_integration.medusa.totals import ShippingPlan, fees_of
from medusa_integration.money import NOTHING
from medusa_integration.orders.charges.order_charges import TAXES
from medusa_integration.orders.charges.plan import TaxAccounts, Unmapped, shipping_target
from medusa_integration.orders.charges.stored import CHARGES, read_charges

FEE = "fee:"  # begins the mark of a fee's rows, before the return's id
KEPT = "fees"  # key in `medusa_charges`


def rows_of(order: Order, each: Return, sales_order) -> list[dict]:
	"""The rows of taxes and charges of a return's fees; [] for a return without fees.

	:raises Blocked: where a fee or its tax has no account
	"""
	if not each.fees:
		return []
	company = sales_order.company
	plan = fees_of(order, each.fees, TaxAccounts(order, company).account_of)
	amounts: dict[tuple[str, str], Decimal] = {}
	for part in plan.methods:
		key = (_account_of(part, order, company), plan.name)
		amounts[key] = amounts.get(key, NOTHING) + part.amount
	for account, amount in plan.taxes:
		if isinstance(account, Unmapped) and amount:
			raise _missing(order, amount, _("a row for the tax {0} in Tax Accounts").format(account.code))
		amounts[str(account), _("Tax on {0}").format(plan.name)] = amount
	cost_center = sales_order.get("cost_center") or frappe.get_cached_value("Company", company, "cost_center")
	return [
		{
			"charge_type": "Actual",
			"account_head": account,
			"description": description,
			"tax_amount": float(amount),
			"cost_center": cost_center,
			"medusa_charge": mark_of(each.id),
		}
		for (account, description), amount in amounts.items()
		if amount
	]


def mark_of(return_id: str) -> str:
	"""The value of `medusa_charge` in the rows of a return's fees."""
	return f"{FEE}{return_id}"


def put(doc, rows: list[dict]) -> bool:
	"""Add the rows of fees that a draft lacks. Returns whether there were any."""
	marks = {row.get("medusa_charge") for row in doc.get("taxes") or []}
	missing = [row for row in rows if row["medusa_charge"] not in marks]
	for row in missing:
		doc.append("taxes", row)
	return bool(missing)


def keep(sales_order, rows: Iterable[dict]) -> None:
	"""Store the fees of goods that aren't billed in the Sales Order, for its next Sales Invoice."""
	stored = read_charges(sales_order)
	if not stored:
		return
	kept = stored.get(KEPT) or []
	marks = {row["medusa_charge"] for row in kept}
	new = [row for row in rows if row["medusa_charge"] not in marks]
	if new:
		text = json.dumps({**stored, KEPT: [*kept, *new]}, separators=(",", ":"))
		sales_order.db_set(CHARGES, text, update_modified=False)


def charge_kept(doc, orders: list[str]) -> None:
	"""Add the kept fees of a Sales Invoice's orders that no other invoice or credit note has."""
	heads = frappe.get_all("Sales Order", {"name": ("in", orders)}, ["name", CHARGES], order_by="name")
	kept = [
		row
		for head in heads
		if f'"{KEPT}"' in (head.get(CHARGES) or "")
		for row in read_charges(head).get(KEPT) or []
	]
	if kept:
		marks = [row["medusa_charge"] for row in kept]
		charged = {
			"medusa_charge": ("in", marks), "parenttype": "Sales Invoice", "docstatus": ("<", 2), "parent": ("!=", doc.name or ""),
		}  # fmt: skip
		has = set(frappe.get_all(TAXES, charged, pluck="medusa_charge", order_by=None))
		put(doc, [row for row in kept if row["medusa_charge"] not in has])


def _account_of(part: ShippingPlan, order: Order, company: str) -> str:
	for account in (settings.current().return_fee_account, shipping_target(part.method, "account")):
		if account and frappe.get_cached_value("Account", account, "company") == company:
			return account
	if part.amount:
		raise _missing(order, part.amount, _("the Account for Return Fees"))
	return ""


def _missing(order: Order, amount: Decimal, setting: str) -> Blocked:
	return Blocked(
		_(
			"Order {0}: the fee of its return, or the tax on it, is {1} {2} and has no account: set {3} in the Medusa Configuration, then Retry."
		).format(order.display_id, f"{amount:f}", order.currency, setting)
	)
