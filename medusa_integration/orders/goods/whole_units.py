"""Parts of Medusa's units: six pieces where Medusa's order counts boxes of twelve.

Medusa takes whole units alone. A part of a unit is told with the document that completes the unit.

Source: docs/reference.md, "The unit that the shop sells".
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration.medusa.order import Fulfillment, Return
from medusa_integration.money import NOTHING
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.goods.references import reference
from medusa_integration.stock import locations


class Moved(NamedTuple):
	"""The goods of a row of a submitted delivery or return.

	:param reference: by which Medusa's fulfillment or return names the document
	:param row: the Sales Order's row
	:param return_id: of the document
	:param units: in stock units
	"""

	reference: str
	row: str
	line_id: str
	return_id: str
	units: Decimal


class Held(NamedTuple):
	"""A line of which a document has a part of a unit.

	:param own: the document's quantity
	:param told: the quantity that Medusa gets for the document
	"""

	name: str
	own: Decimal
	told: Decimal


def is_whole(quantity: Decimal) -> bool:
	return quantity == quantity.to_integral_value()


def to_tell(
	own: Decimal,
	line: str,
	size: Decimal,
	moved: Iterable[Moved],
	known: Iterable[Fulfillment | Return],
) -> Decimal:
	"""The whole quantity of a line that Medusa gets for a document with parts of units. The documents with parts complete each
	other's units.

	:param own: the document's quantity
	:param size: the stock units in one of Medusa's units
	:param moved: the line's goods
	:param known: the order's fulfillments or returns in Medusa that aren't cancelled
	"""
	units: dict[str, Decimal] = defaultdict(Decimal)
	for each in moved:
		units[each.reference] += each.units
	broken = {name for name, of_one in units.items() if not is_whole(medusa_lines.to_medusa(of_one, size))}
	total = medusa_lines.to_medusa(sum((units[name] for name in broken), NOTHING), size)
	told = (
		part.quantity
		for each in known
		if each.reference in broken
		for part in each.items
		if part.line_id == line
	)
	rest = total.to_integral_value(ROUND_FLOOR) - sum(told, NOTHING)
	return max(min(own.to_integral_value(ROUND_CEILING), rest), NOTHING)


def moved(rows: Iterable[str], *, back: bool = False) -> list[Moved]:
	"""The goods of all submitted deliveries, or returns, of the orders of these rows, in three queries; none without rows.

	:param rows: names of Sales Order Items
	"""
	named = set(rows)
	if not named:
		return []
	orders = frappe.get_all("Sales Order Item", {"name": ("in", list(named))}, pluck="parent", order_by=None)
	return [each for doctype in ("Delivery Note", "Sales Invoice") for each in _moved(doctype, orders, back)]


def _moved(doctype: str, orders: list[str], back: bool) -> list[Moved]:
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	sold = frappe.qb.DocType("Sales Order Item")
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(doc.name == row.parent)
		.join(sold)
		.on(sold.name == row.so_detail)
		.select(
			row.parent, row.so_detail, row.qty, row.conversion_factor, row.warehouse, doc.medusa_return_id
		)
		.select(sold.medusa_line_id, sold.parent.as_("order"))
		.where((doc.docstatus == 1) & sold.parent.isin(orders))
		.where(row.qty < 0 if back else row.qty > 0)
		.orderby(row.parent)
		.orderby(row.idx)
	)
	if doctype == "Sales Invoice":
		query = query.where(doc.update_stock == 1)
	places, first = locations.current(), {}
	found = []
	for each in query.run(as_dict=True):
		place = "" if back else places.of(each.warehouse)
		# As in deliveries.py: an order's first parcel has the document's name.
		is_first = first.setdefault((each.parent, each.order), place) == place
		found.append(
			Moved(
				reference(each.parent, "" if is_first else place),
				each.so_detail,
				each.medusa_line_id or "",
				each.medusa_return_id or "",
				abs(medusa_lines.stock_units(each)),
			)
		)
	return found


def note(doctype: str, name: str, held: Iterable[Held]) -> None:
	"""Comment on a document, once, that it has parts of units."""
	for each in held:
		text = _(
			"Medusa takes whole units only: it is told {0} of {1} for this document, which has {2}. A part of a unit is told with the document that completes the unit."
		).format(f"{each.told:f}", frappe.utils.escape_html(each.name), f"{each.own.normalize():f}")
		said = {"reference_doctype": doctype, "reference_name": name, "content": text}
		if not frappe.db.exists("Comment", said):
			frappe.get_doc(doctype, name).add_comment("Info", text)
