"""The shares of an order's fixed charges in the order's Delivery Notes, Sales Invoices and their returns,
however these are made. ERPNext copies such charges in full to each document.

Source: docs/reference.md, "Parts of an order".
"""

from decimal import Decimal

import frappe
from frappe.utils import cint, flt

from medusa_integration.money import NOTHING, decimal
from medusa_integration.orders.charges import breakup, last_unit, return_fees
from medusa_integration.orders.charges.order_charges import (
	DISCOUNT,
	ShopOrder,
	done_by,
	match,
	orders_of,
	tag,
)
from medusa_integration.orders.charges.parts import Charge, Progress

GIVEN_DISCOUNT = "medusa_discount"
# The field in which a return's rows name the returned rows.
RETURNED_ROW = {"Delivery Note": "dn_detail", "Sales Invoice": "sales_invoice_item"}


def share_charges(doc, method: str | None = None) -> None:
	"""Delivery Note and Sales Invoice, before_validate: set the rows of the orders' fixed charges to the
	document's share, see "Parts of an order". Rows that aren't from an order stay as they are.

	Source: docs/reference.md, "Document events".
	"""
	orders = _orders(doc)
	if orders:
		_charge_fees(doc, orders)
		_share(doc, orders)


def is_stale(doc) -> bool:
	"""Set the shares of a draft anew, and return whether they were others."""
	before = _amounts(doc)
	share_charges(doc)
	return _amounts(doc) != before


def _amounts(doc) -> list[tuple]:
	return [(row.get("medusa_charge"), flt(row.tax_amount, 9)) for row in doc.get("taxes") or []]


def share_mapped_charges(doc, method: str | None = None, source=None) -> None:
	"""Delivery Note and Sales Invoice, after_mapping: as `share_charges`, before the form shows the new
	document. Rows that the mapper left out are added: the mapper keeps only the last order's, and merges rows
	of one account.

	Source: docs/reference.md, "Document events".
	"""
	orders = _orders(doc)
	if not orders:
		return
	if not cint(doc.is_return):  # A return has the rows of the document that it returns.
		_add_missing(doc, orders)
		_charge_fees(doc, orders)
	_take_discount(doc, orders)
	_share(doc, orders)
	doc.run_method("calculate_taxes_and_totals")


def _charge_fees(doc, orders: list[ShopOrder]) -> None:
	if doc.doctype == "Sales Invoice" and doc.docstatus == 0 and not cint(doc.is_return):
		return_fees.charge_kept(doc, [order.name for order in orders])


def _orders(doc) -> list[ShopOrder]:
	"""The shop's orders of a document; none for a debit note, which charges more for goods that are billed
	already."""
	if cint(doc.get("is_debit_note")):
		return []
	return [order for order in orders_of(doc) if order.currency == doc.currency]


def _share(doc, orders: list[ShopOrder]) -> None:
	rows = match(orders, doc.get("taxes") or [])
	discount = NOTHING
	goods_only = bool(cint(doc.is_return)) and _is_known_in_medusa(doc)
	for order in orders:
		of_order = {row.name for row in order.rows}
		here = done_by(doc, [row for row in doc.items if row.so_detail in of_order])
		own, known = ((at(), at(here)) for at in (order.progress, order.billed))
		for key, charge in order.charges.items():
			found = rows.get((order.name, key)) or []
			before, after = known if charge.is_known and not cint(doc.is_return) else own
			share = _share_of(doc, order, charge, before, after, goods_only=goods_only)
			for row in found:
				row.medusa_charge = tag(order, key, orders)
				row.tax_amount = float(share)
				breakup.write(doc, row, breakup.parts(doc, order, charge, before, after, share))
				share = NOTHING  # A second row of the charge carries nothing.
		discount += _share_of(doc, order, _discount(order, doc), *own)
	last_unit.fit(doc, orders, goods_only=goods_only)
	_set_discount(doc, discount)


def _share_of(
	doc, order: ShopOrder, charge: Charge, before: Progress, after: Progress, *, goods_only: bool = False
) -> Decimal:
	carried = order.carried.charges.get(charge.key, NOTHING)
	if charge.is_known and not cint(doc.is_return):
		carried += order.carried.given_back.get(charge.key, NOTHING)
	if goods_only and charge.is_known:
		return charge.of_goods(before, after, carried)
	return charge.share(before, after, carried, is_return=bool(cint(doc.is_return)))


def _is_known_in_medusa(doc) -> bool:
	"""Whether a return is one of Medusa's, or credits goods that came back by one. It gives back what Medusa does: the goods
	with their taxes, and no shipping."""
	if doc.get("medusa_return_id"):
		return True
	if doc.doctype != "Sales Invoice":
		return False
	note, row = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	sold = [each.so_detail for each in doc.items if each.so_detail]
	return bool(
		frappe.qb.from_(row)
		.join(note)
		.on(row.parent == note.name)
		.select(note.name)
		.where(row.so_detail.isin(sold or [""]) & (note.docstatus == 1) & (note.is_return == 1))
		.where(note.medusa_return_id.isnotnull() & (note.medusa_return_id != ""))
		.limit(1)
		.run()
	)


def _add_missing(doc, orders: list[ShopOrder]) -> None:
	rows = match(orders, doc.get("taxes") or [])
	for order in orders:
		for key, tax in order.tax_rows.items():
			if (order.name, key) not in rows:
				row = doc.append("taxes", {})
				row.update({df.fieldname: tax.get(df.fieldname) for df in row.meta.fields if not df.no_copy})
				row.medusa_charge = tag(order, key, orders)


# --- the discount of the whole order


def _discount(order: ShopOrder, doc) -> Charge:
	"""The order's discount. A coupon's discount may be on the invoice alone: the invoice's returns give back
	their part of it."""
	charge, carried = order.discount, order.carried.charges.get(DISCOUNT, NOTHING)
	if not charge.amount and cint(doc.is_return):
		return Charge(DISCOUNT, carried, charge.decimals)
	return charge


def _take_discount(doc, orders: list[ShopOrder]) -> None:
	"""Mark the discount that the mapper has copied as one that follows the quantities."""
	is_part = any(order.discount.amount for order in orders) or cint(doc.is_return)
	if is_part and flt(doc.discount_amount) and not flt(doc.additional_discount_percentage):
		doc.set(GIVEN_DISCOUNT, doc.discount_amount)


def _set_discount(doc, share: Decimal) -> None:
	"""Let the discount follow the quantities, unless another discount was set, as by a coupon."""
	given = decimal(doc.get(GIVEN_DISCOUNT))
	if given and given == decimal(flt(doc.discount_amount, 9)):
		doc.discount_amount = float(share)
		doc.set(GIVEN_DISCOUNT, float(share))
