"""The totals gate: an order gets into ERPNext only with the amounts that it has in Medusa.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.meta import get_field_precision
from frappe.utils import flt

from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import Plan, due_of, is_met
from medusa_integration.money import NOTHING, decimal, decimals_of, half_up
from medusa_integration.orders.charges.plan import ChargeRow

LARGEST = Decimal(10) ** 12  # of ERPNext's columns
CARRIERS = {
	"Sales Order": ("grand_total", "net_total"),
	"Sales Order Item": ("price_list_rate", "rate", "amount", "net_amount"),
	"Sales Taxes and Charges": ("tax_amount", "total"),
}


def check_plan(order: Order) -> None:
	"""Check that what is read of an order comes to the total that Medusa has of it at present.

	Of a part of an order the whole order is checked, because Medusa has no totals of exchanges.

	:raises Blocked: with both figures
	"""
	order = order.part.whole if order.part else order
	if is_met(order):
		return
	decimals = decimals_of(order.currency)
	total = order.total if order.current_total is None else order.current_total
	raise Blocked(
		_(
			"Order {0}: its lines, shipping, return fees and taxes come to {1} less credits, and Medusa's total is {2}. "
			"Enter what Medusa charges besides by hand, or Retry if the order was being changed."
		).format(order.display_id, _amount(due_of(order), order), _amount(half_up(total, decimals), order))
	)


def check_site(plan: Plan, conversion_rate: float) -> None:
	"""Check that ERPNext can hold the order's amounts.

	:raises Blocked: says what to set
	"""
	kept = min(
		get_field_precision(frappe.get_meta(doctype).get_field(field), currency=plan.currency)
		for doctype, fields in CARRIERS.items()
		for field in fields
	)
	if kept < plan.decimals:
		raise Blocked(
			_(
				"{0} has {1} decimals, and this site keeps {2}: set the Currency Precision in the System Settings to {1}, "
				"then Retry."
			).format(plan.currency, plan.decimals, kept)
		)
	amounts = [plan.grand, *(max(each.listed, each.line.quantity) for each in plan.lines)]
	largest = max(amounts) * max(decimal(conversion_rate), Decimal(1))
	if largest >= LARGEST:
		raise Blocked(
			_("ERPNext holds no amounts of {0} and more, and this order has {1}.").format(
				f"{LARGEST:,}", f"{largest:,.0f}"
			)
		)


def check_document(doc, plan: Plan, charges: list[ChargeRow], *, shipping_is_item: bool) -> None:
	"""Check that ERPNext has come to the plan's amounts.

	:param doc: a Sales Order, calculated
	:raises Blocked: with both figures
	"""
	wrong = [
		_("{0} {1} in Medusa, {2} in ERPNext").format(label, _shown(wanted, plan), _shown(found, plan))
		for label, wanted, found in _pairs(doc, plan, charges, shipping_is_item)
		if wanted != found
	]
	if wrong:
		raise Blocked(_("The totals differ: {0}.").format("; ".join(wrong)))


def _pairs(
	doc, plan: Plan, charges: list[ChargeRow], shipping_is_item: bool
) -> Iterator[tuple[str, Decimal, Decimal]]:
	"""(label, Medusa's amount, ERPNext's)."""
	item_shipping = plan.shipping if shipping_is_item else NOTHING
	yield _("Grand Total"), plan.grand, _decimal(doc.grand_total)
	yield _("Net Total"), plan.net + item_shipping, _decimal(doc.net_total)
	yield _("Rounded Total"), NOTHING, _decimal(doc.rounded_total)
	lines: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.items:
		lines[row.medusa_line_id or ""] += _decimal(row.net_amount)
	for each in plan.lines:
		yield each.line.title, each.amount, lines.pop(each.line.id, NOTHING)
	yield _("Shipping"), item_shipping, sum(lines.values(), NOTHING)
	rows: dict[str, Decimal] = defaultdict(Decimal)
	for row in doc.taxes:
		rows[row.medusa_charge or row.description] += _decimal(row.tax_amount_after_discount_amount)
	for charge in charges:
		yield charge.description, charge.amount, rows.pop(charge.key, NOTHING)
	for description, amount in rows.items():  # charges that ERPNext or a script has added
		yield description, NOTHING, amount


def _decimal(amount: float | None) -> Decimal:
	return decimal(flt(amount, 9))


def _amount(amount: Decimal, order: Order) -> str:
	return f"{amount:,.{decimals_of(order.currency)}f} {order.currency}"


def _shown(amount: Decimal, plan: Plan) -> str:
	return f"{amount:,.{plan.decimals}f} {plan.currency}"
