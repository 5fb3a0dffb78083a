"""Amounts of an order's currency in books of the company's currency.

ERPNext converts and rounds each row of a document. So an amount's part of the order's total in the books can be some
units beside the amount times the exchange rate.

Source: docs/reference.md, "One customer, several currencies".
"""

from decimal import Decimal

from medusa_integration.money import decimal, decimals_of, half_up, unit


def in_books(order, amount: Decimal, before: Decimal, open_amount: float) -> float:
	"""An amount that moved for an order, in the company's currency: the same part of the order's total there, so that
	parts add up to the whole. Where only rounding lies between it and the open amount, the open amount.

	:param order: the Sales Order
	:param amount: in the order's currency
	:param before: the sum moved before; by it, parts add up
	:param open_amount: of the documents that the money settles, in the company's currency
	"""
	digits = decimals_in_books(order)
	total, booked = (decimal(order.get(field)) for field in _totals_of(order))
	ratio = booked / total if total and booked else decimal(order.conversion_rate)
	part = half_up((before + amount) * ratio, digits) - half_up(before * ratio, digits)
	is_last = before + amount == total
	open_amount = half_up(decimal(open_amount), digits)
	return float(open_amount if open_amount > 0 and abs(open_amount - part) <= _rounding(order, is_last) else part)


def decimals_in_books(order) -> int:
	return order.precision("base_grand_total")


def _totals_of(order) -> tuple[str, str]:
	return ("rounded_total", "base_rounded_total") if order.get("rounded_total") else ("grand_total", "base_grand_total")


def _rounding(order, is_last: bool) -> Decimal:
	"""The most that rounding makes of a difference in the company's currency: less than half a unit of the order's
	currency, or where the whole order is settled, a unit for each row."""
	half = unit(decimals_of(order.currency)) / 2 * decimal(order.conversion_rate)
	rows = (len(order.items) + len(order.taxes) + 2) * unit(decimals_in_books(order))
	return max(half, rows) if is_last else half
