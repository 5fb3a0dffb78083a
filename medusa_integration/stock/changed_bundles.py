"""Open orders of Product Bundles whose parts were changed since, where Medusa ships: Medusa has reserved the former parts and ships
the present ones. It refuses to fulfill where these are more.

Source: docs/reference.md, "Product Bundles".
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.stock import bundles

ORDER = "Sales Order"
OVER = ("Closed", "Completed", "Cancelled")  # statuses of orders of which nothing is to be shipped
DIGITS = 6
SHOWN = 10  # orders in a message

Parts = dict[str, float]  # {part's item code: units in one bundle}


class WaitingRow(NamedTuple):
	"""A row of an open order whose bundle has other parts now.

	:param parts: those that it was ordered with
	"""

	order: str
	bundle: str
	parts: Parts


def of_bundles(codes: Iterable[str]) -> list[WaitingRow]:
	"""The waiting rows of these bundles, by order, in two queries; none where ERPNext ships, and on v1, which has no kits.

	:param codes: item codes
	"""
	return _waiting("parent_item", codes)


def of_order(order: str) -> list[WaitingRow]:
	"""The waiting rows of a Sales Order."""
	return _waiting("parent", [order])


def words(rows: list[WaitingRow]) -> str:
	"""The orders that wait, with the step to take; "" for none."""
	found: dict[tuple[str, str], list[str]] = defaultdict(list)
	for row in rows:
		orders = found[row.bundle, _listed(row.parts)]
		orders += [row.order] if row.order not in orders else []
	sentence = _(
		"Medusa ships {0} with the present parts of the Product Bundle {1}, or refuses to: it was ordered with {2}. Give the bundle these parts again until that is fulfilled."
	)
	return " ".join(sentence.format(_few(orders), *bundle) for bundle, orders in found.items())


def tell_waiting_orders(doc, *, is_gone: bool = False) -> None:
	"""Product Bundle, on_update and on_trash: name the open orders that were placed with other parts, which Medusa ships.

	:param doc: the Product Bundle
	:param is_gone: whether it is being deleted
	"""
	if said := words(_waiting("parent_item", [doc.new_item_code], is_gone=is_gone)):
		frappe.msgprint(frappe.utils.escape_html(said), title=_("Open orders"), indicator="orange")


def _few(orders: list[str]) -> str:
	shown = ", ".join(orders[:SHOWN])
	return _("{0} and {1} more").format(shown, len(orders) - SHOWN) if len(orders) > SHOWN else shown


def _listed(parts: Parts) -> str:
	return ", ".join(f"{units:g} × {code}" for code, units in sorted(parts.items()))


def _waiting(field: str, values: Iterable[str], *, is_gone: bool = False) -> list[WaitingRow]:
	"""
	:param field: of Packed Item
	:param is_gone: the bundles have no parts any more
	"""
	if not settings.current().medusa_ships or settings.version() != settings.CURRENT:
		return []
	rows: dict[tuple[str, str, str], Parts] = defaultdict(lambda: defaultdict(float))
	for each in _packed(field, values):
		if each.ordered:
			rows[each.parent, each.row, each.parent_item][each.item_code] += each.qty / each.ordered
	codes = sorted({bundle for _order, _row, bundle in rows})
	now = {} if is_gone or not codes else bundles.parts_of(codes)
	return [
		WaitingRow(order, bundle, dict(parts))
		for (order, _row, bundle), parts in rows.items()
		if _rounded(parts) != _rounded(now.get(bundle, {}))
	]


def _rounded(parts: Parts) -> Parts:
	return {code: round(units, DIGITS) for code, units in parts.items()}


def _packed(field: str, values: Iterable[str]) -> list[frappe._dict]:
	"""The stock parts of the shop's submitted orders of which something is still to be shipped."""
	part, order = frappe.qb.DocType("Packed Item"), frappe.qb.DocType(ORDER)
	row, item = frappe.qb.DocType(f"{ORDER} Item"), frappe.qb.DocType("Item")
	return (
		frappe.qb.from_(part)
		.join(order)
		.on(order.name == part.parent)
		.join(row)
		.on(row.name == part.parent_detail_docname)
		.join(item)
		.on(item.name == part.item_code)
		.select(part.parent, row.name.as_("row"), part.parent_item, part.item_code, part.qty)
		.select(row.stock_qty.as_("ordered"))
		.where((part.parenttype == ORDER) & part[field].isin([*values, ""]))
		.where((order.docstatus == 1) & order.status.notin(OVER) & (order.medusa_order_id != ""))
		.where((row.delivered_qty < row.qty) & (item.is_stock_item == 1))
		.orderby(order.creation)
		.orderby(part.idx)
		.run(as_dict=True)
	)
