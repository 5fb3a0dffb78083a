"""Draft credit notes for money that was given back without goods.

Source: docs/reference.md, "Refunds from Medusa".
"""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _

from medusa_integration import erpnext_api
from medusa_integration.money import decimal, split
from medusa_integration.orders.money.payment_entries import INVOICE, precision


def draft(invoice: str, refund_id: str, amount: Decimal, order):
	"""Draft a credit note for an amount of a submitted Sales Invoice, with its share of the taxes and
	charges. The credit note returns no items: it has a row for each income account and cost centre.

	:param amount: in the invoice's currency, taxes included
	:param order: the Sales Order
	"""
	source = frappe.get_doc(INVOICE, invoice)
	doc = erpnext_api.return_of(INVOICE, invoice)
	incomes, taxes = _incomes(source), [row for row in source.taxes if _tax(row)]
	shares = split(amount, [*incomes.values(), *map(_tax, taxes)], precision(source.currency))
	doc.set(
		"items", [_row(source, key, share, refund_id) for key, share in zip(incomes, shares, strict=False)]
	)
	doc.set("taxes", list(map(_tax_row, taxes, shares[len(incomes) :])))
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
		"uom": first.uom,
		"stock_uom": first.get("stock_uom"),
		"conversion_factor": 1,
		"rate": float(share),
		"price_list_rate": float(share),
		"income_account": income,
		"cost_center": cost_center,
	}


def _tax_row(row, share: Decimal) -> dict:
	return {
		"charge_type": "Actual",
		"account_head": row.account_head,
		"description": row.description,
		"cost_center": row.get("cost_center"),
		"tax_amount": -float(share),
	}
