"""Draft credit notes for money that was given back without goods.

Source: docs/reference.md, "Refunds from Medusa".
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api
from medusa_integration.money import NOTHING, decimal, half_up, split
from medusa_integration.orders.charges.order_charges import TAXES
from medusa_integration.orders.charges.plan import SHIPPING
from medusa_integration.orders.charges.stored import CHARGES, stored_charges
from medusa_integration.orders.money.payment_entries import INVOICE, precision


def draft(
	invoice: str,
	refund_id: str,
	amount: Decimal,
	order,
	parts: "Parts | None" = None,
	account: str | None = None,
):
	"""Draft a credit note for an amount of a submitted Sales Invoice. It returns no items: it has a row for each income
	account and cost centre.

	:param amount: in the invoice's currency, taxes included
	:param order: the Sales Order
	:param parts: the amounts of the invoice among which the amount is split; None: all of them
	:param account: the account on which all of it is, instead
	"""
	source = frappe.get_doc(INVOICE, invoice)
	doc = erpnext_api.return_of(INVOICE, invoice)
	parts = Parts({}, {}) if account else parts or _whole(source)
	shares = split(amount, [*parts.incomes.values(), *parts.taxes.values()], precision(source.currency))
	rows = {row.name: row for row in source.taxes}
	# ERPNext wants a row of items, also where only charges are given back.
	incomes = dict(zip(parts.incomes, shares, strict=False)) or {next(iter(_incomes(source))): NOTHING}
	doc.set("items", [_row(source, key, share, refund_id) for key, share in incomes.items()])
	taxes = zip(parts.taxes, shares[len(parts.incomes) :], strict=True)
	doc.set("taxes", [_tax_row(rows[name], share) for name, share in taxes])
	if account:
		doc.append("taxes", _credit_row(account, amount, source))
	doc.update(
		{
			"additional_discount_percentage": 0,
			"discount_amount": 0,
			"disable_rounded_total": 1,
			"update_stock": 0,
			"payment_terms_template": None,
			# 0 lowers the invoice's outstanding amount. Where that is nil, ERPNext sets 1.
			"update_outstanding_for_self": 0,
			"medusa_refund_id": refund_id,
			"from_ecommerce": 1,
			"medusa_order_id": order.medusa_order_id,
		}
	)
	if doc.meta.has_field("payment_schedule"):
		doc.set("payment_schedule", [])
	# ERPNext compares the total with the invoice's outstanding amount before it computes the total anew.
	doc.run_method("calculate_taxes_and_totals")
	doc.flags.ignore_permissions = True
	doc.insert()
	return doc


class Parts(NamedTuple):
	"""Amounts of an invoice: `{(income account, cost centre): net}` and `{row of taxes: amount}`."""

	incomes: dict[tuple, Decimal]
	taxes: dict[str, Decimal]

	@property
	def total(self) -> Decimal:
		return sum([*self.incomes.values(), *self.taxes.values()], NOTHING)


def _whole(source) -> Parts:
	return Parts(_incomes(source), {row.name: _tax(row) for row in source.taxes if _tax(row)})


def shipping_of(invoice: str, order) -> Parts:
	"""The shipping of a submitted Sales Invoice and the taxes on it, less what credit notes have given back of it.

	:param order: the Sales Order, from which the invoice has its share of the shipping
	"""
	source = frappe.get_doc(INVOICE, invoice)
	sold = {row.name: row.medusa_line_id for row in order.items}
	items = [row for row in source.items if row.get("so_detail") in sold and not sold[row.so_detail]]
	incomes: dict[tuple, Decimal] = defaultdict(Decimal)
	for row in items if _is_of_medusa(order) else ():
		incomes[row.get("income_account"), row.get("cost_center")] += decimal(row.net_amount)
	rows = {row.name: _tax(row) for row in source.taxes if _is_shipping(row)}
	net = sum([*incomes.values(), *rows.values()], NOTHING)
	whole = decimal(sum(flt(row.tax_amount) for row in order.taxes if _is_shipping(row)))
	whole += decimal(sum(flt(row.net_amount) for row in order.items if not row.medusa_line_id))
	if net <= 0 or not whole:
		return Parts({}, {})
	left = max(net - _given_back(invoice), NOTHING) / net
	digits = precision(source.currency)
	charges = stored_charges(order)
	for row in source.taxes:
		on_shipping = decimal((charges.get(row.get("medusa_charge")) or {}).get("rest"))
		if on_shipping:
			rows[row.name] = half_up(on_shipping * net / whole, digits)
	return Parts(
		{key: half_up(amount * left, digits) for key, amount in incomes.items()},
		{name: half_up(amount * left, digits) for name, amount in rows.items()},
	)


def _given_back(invoice: str) -> Decimal:
	"""The shipping, net of taxes, that credit notes for an invoice give back, drafts included."""
	notes = frappe.get_all(
		INVOICE, {"return_against": invoice, "docstatus": ("<", 2)}, pluck="name", order_by=None
	)
	filters = {"parent": ("in", [*notes, ""]), "parenttype": INVOICE}
	fields = ["medusa_charge", "tax_amount"]
	rows = frappe.get_all(TAXES, filters, fields, order_by=None)
	return -decimal(sum(flt(row.tax_amount) for row in rows if _is_shipping(row)))


def _is_shipping(row) -> bool:
	return (row.get("medusa_charge") or "").partition(" ")[0] == SHIPPING


def _is_of_medusa(order) -> bool:
	return bool(order.get(CHARGES))


def _incomes(source) -> dict[tuple, Decimal]:
	"""`{(account, cost centre): net amount}`."""
	sums: dict[tuple, Decimal] = defaultdict(Decimal)
	for row in source.items:
		sums[row.get("income_account"), row.get("cost_center")] += decimal(row.net_amount)
	return sums


def _tax(row) -> Decimal:
	after = row.get("tax_amount_after_discount_amount")
	return decimal(row.tax_amount if after is None else after)


def _row(source, key: tuple, share: Decimal, refund_id: str) -> dict:
	income, cost_center = key
	first = source.items[0]
	return {
		"item_name": _("Refund"),
		"description": _("Refund {0} in Medusa").format(refund_id),
		"qty": -1,
		"uom": first.get("stock_uom") or first.uom,
		"stock_uom": first.get("stock_uom"),
		"conversion_factor": 1,
		"rate": float(share),
		"price_list_rate": float(share),
		"income_account": income,
		"cost_center": cost_center,
	}


def _credit_row(account: str, amount: Decimal, source) -> dict:
	return {
		"charge_type": "Actual",
		"account_head": account,
		"description": _("Store credit"),
		"cost_center": source.items[0].get("cost_center"),
		"tax_amount": -float(amount),
	}


def _tax_row(row, share: Decimal) -> dict:
	return {
		"charge_type": "Actual",
		"account_head": row.account_head,
		"description": row.description,
		"cost_center": row.get("cost_center"),
		"tax_amount": -float(share),
		"medusa_charge": row.get("medusa_charge"),
	}
