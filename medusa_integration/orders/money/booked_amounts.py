"""Amounts of an order's currency in books of the company's currency.

ERPNext converts and rounds each row of a document. So an amount's part of a document's total in the books can be some
units beside the amount times the exchange rate.

Source: docs/reference.md, "One customer, several currencies".
"""

from decimal import Decimal

import frappe
from frappe.utils import flt

from medusa_integration.money import decimal, decimals_of, half_up, unit

INVOICE = "Sales Invoice"
TOTALS = ["grand_total", "rounded_total", "base_grand_total", "base_rounded_total"]


def part_of(order, amount: Decimal, before: Decimal, open_amount: float = 0) -> float:
	"""An amount that moved for an order, in the company's currency: the same part of the order's total there, so that
	parts add up to the whole. Where only rounding lies between it and the open amount, the open amount.

	:param order: the Sales Order
	:param amount: in the order's currency
	:param before: the sum moved before; by it, parts add up
	:param open_amount: of the documents that the money pays, in the company's currency
	"""
	digits = _digits(order)
	total, booked = _totals(order)
	ratio = booked / total if total and booked else decimal(order.conversion_rate)
	part = half_up((before + amount) * ratio, digits) - half_up(before * ratio, digits)
	open_ = half_up(decimal(open_amount), digits)
	is_open = open_ > 0 and abs(open_ - part) <= _rounding(order, is_last=before + amount == total)
	return float(open_ if is_open else part)


def credited(order, amount: Decimal, invoices: list[str]) -> float:
	"""An amount that was given back of a billed order, in the company's currency: as its credit note has it.

	:param amount: in the order's currency
	:param invoices: the order's submitted ones
	"""
	digits = decimals_of(order.currency)
	notes = {"is_return": 1, "docstatus": ("<", 2), "return_against": ("in", invoices)}
	rows = frappe.get_all(INVOICE, notes, TOTALS, order_by="docstatus, creation desc, name")
	bills = [
		_totals(row) for row in frappe.get_all(INVOICE, {"name": ("in", invoices)}, TOTALS, order_by=None)
	]
	known = [(-total, -booked) for total, booked in map(_totals, rows)]
	known.append((sum(total for total, _ in bills), sum(booked for _, booked in bills)))
	same = next((booked for total, booked in known if half_up(total, digits) == amount), None)
	# A credit note of other rows is converted as a whole, as ERPNext rounds.
	return float(same) if same else flt(float(amount) * flt(order.conversion_rate), _digits(order))


def in_order_currency(order, booked: Decimal) -> Decimal:
	"""An amount in the company's currency as a part of the order's total, not rounded.

	:param order: with TOTALS and conversion_rate
	"""
	total, base = _totals(order)
	return booked * total / base if total and base else booked / (decimal(order.conversion_rate) or 1)


def _digits(order) -> int:
	return order.precision("base_grand_total")


def _totals(doc) -> tuple[Decimal, Decimal]:
	"""A document's total in its currency and in the company's."""
	kind = "rounded_total" if doc.get("rounded_total") else "grand_total"
	return decimal(doc.get(kind)), decimal(doc.get(f"base_{kind}"))


def _rounding(order, *, is_last: bool) -> Decimal:
	"""The most that rounding makes of a difference in the company's currency: less than half a unit of the order's
	currency, or where the whole order is settled, a unit for each row."""
	half = unit(decimals_of(order.currency)) / 2 * decimal(order.conversion_rate)
	rows = (len(order.items) + len(order.taxes) + 2) * unit(_digits(order))
	return max(half, rows) if is_last else half
