"""Queueing stock: the changes in ERPNext, and in Medusa, that change the quantity for sale.

Source: docs/reference.md, "Stock".
"""

from collections.abc import Iterable

import frappe
from frappe.utils import cint

from medusa_integration import settings, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Intent
from medusa_integration.stock import bundles
from medusa_integration.stock.stock_to_medusa import DOCTYPE, STOCK

WATCHED_FIELDS = ("website_warehouse", "custom_threshold_qty", "variant_of")


def stock_ledger_entry_on_submit(doc, method: str | None = None) -> None:
	"""Stock Ledger Entry, on_submit: queue the stock of its item. Every movement submits an entry; the cancellation of a
	document submits reversing ones, and an entry itself is never cancelled (ERPNext's stock_ledger.make_sl_entries).

	Source: docs/reference.md, "Document events".
	"""
	queue_items([doc.item_code])


def sales_order_on_change(doc, method: str | None = None) -> None:
	"""Sales Order, on_change: queue the stock of the items of a shop's order, and of any order with the stock
	basis *Actual minus reserved*. Submitting, cancelling, holding, closing and reopening an order change it,
	and so does Update Items. A delivery's change comes with its Stock Ledger Entries; the daily run finds the
	rest, such as a row that Update Items deleted.

	Source: docs/reference.md, "Document events".
	"""
	if doc.docstatus == 0 or not settings.enabled():
		return
	if settings.current().subtract_reserved or any(row.get("medusa_line_id") for row in doc.items):
		queue_items(row.item_code for row in (*doc.items, *(doc.get("packed_items") or ())))


def batch_on_change(doc, method: str | None = None) -> None:
	"""Batch, on_change: queue the stock of its item. An expired or a disabled batch isn't for sale; the daily run finds the
	batches that expired since.

	Source: docs/reference.md, "Document events".
	"""
	queue_items([doc.item])


def stock_reservation_entry_on_change(doc, method: str | None = None) -> None:
	"""Stock Reservation Entry, on_change: queue the stock of its item. What it reserves isn't for sale.

	Source: docs/reference.md, "Document events".
	"""
	if doc.docstatus:
		queue_items([doc.item_code])


def moved_in_medusa(doc, method: str | None = None) -> None:
	"""Queue the stock of a Sales Order's items, after fulfillments, returns or the cancellation of its order were read from
	Medusa, which has counted it itself.
	"""
	queue_items(row.item_code for row in (*doc.items, *(doc.get("packed_items") or ())))


def website_item_stock_validate(doc, method: str | None = None) -> None:
	"""Website Item, validate: queue its stock where the warehouse, the threshold or the template changed, and
	the stock of the variants that use its warehouse. A new item's stock is queued when its product has been
	created.

	Source: docs/reference.md, "Document events".
	"""
	if doc.is_new() or not settings.enabled() or not any(doc.has_value_changed(f) for f in WATCHED_FIELDS):
		return
	outbox.add_many((STOCK, name) for name in _affected(doc))


def _affected(doc) -> set[str]:
	"""The Website Items whose products sell what a Website Item's warehouse or threshold is for."""
	codes = [doc.item_code]
	if cint(doc.has_variants) and doc.has_value_changed("website_warehouse"):
		codes += frappe.get_all(DOCTYPE, {"variant_of": doc.item_code}, pluck="item_code", order_by=None)
	names = {sold_variants.products_of(codes).get(code) for code in codes} - {None, doc.name}
	found = set(_in_shop({"name": ("in", [*names, ""])}))
	sells_itself = sold_variants.products_of([doc.item_code]).get(doc.item_code) in (None, doc.name)
	return found | ({doc.name} if sells_itself and (doc.get("medusa_id") or cint(doc.published)) else set())


def queue_items(item_codes: Iterable[str]) -> None:
	"""Queue the stock of items, and of the Product Bundles that contain them, just before the transaction's commit,
	together: three statements for any number of items."""
	if not settings.enabled():
		return
	if frappe.flags.medusa_stock_of is None:
		frappe.flags.medusa_stock_of = set()
		frappe.db.before_commit.add(_queue_noted)
		frappe.db.after_rollback.add(_forget_noted)
	frappe.flags.medusa_stock_of.update(item_codes)


def _queue_noted() -> None:
	codes = frappe.flags.pop("medusa_stock_of", None)
	if codes:
		selling = sold_variants.products_of(sorted(codes | bundles.containing(codes)))
		names = _in_shop({"name": ("in", [*selling.values(), ""])})
		outbox.add_many((STOCK, name) for name in names)


def counted_by(doctype: str, names: Iterable[str]) -> dict[str, list[Intent]]:
	"""`{document: intents to queue the stock of its items, and of the parts of its bundles}`, for selling documents whose
	sending made Medusa count its own stock: a fulfillment, a return, a cancellation."""
	filters = {"parent": ("in", [*names, ""]), "parenttype": doctype}
	rows = [
		row
		for table in (f"{doctype} Item", "Packed Item")
		for row in frappe.get_all(table, filters, ["parent", "item_code"], distinct=True, order_by=None)
	]
	selling = sold_variants.products_of({row.item_code for row in rows})
	found = set(_in_shop({"name": ("in", [*selling.values(), ""])}))
	intents: dict[str, dict[Intent, None]] = {name: {} for name in names}
	for row in rows:
		if (page := selling.get(row.item_code)) in found:
			intents[row.parent][Intent(STOCK, page)] = None
	return {name: list(of_one) for name, of_one in intents.items()}


def _forget_noted() -> None:
	frappe.flags.pop("medusa_stock_of", None)


def _in_shop(filters: dict) -> list[str]:
	"""The names of the Website Items that match and are published or have a product."""
	return frappe.get_all(
		DOCTYPE,
		filters,
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)
