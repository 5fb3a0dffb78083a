"""The stock that is in batches which can't be delivered: expired and disabled ones.

A batch can be delivered until the end of its expiry date. ERPNext keeps a batch's quantity in the entries of Serial and
Batch Bundles, older movements in the Stock Ledger Entries themselves. A batch without any movement has its own
*Batch Quantity*, in no known warehouse.

Source: docs/reference.md, "Stock".
"""

from collections import defaultdict
from collections.abc import Sequence

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt, today
from pypika.queries import QueryBuilder

Held = dict[str, dict[str, float]]  # {item code: {warehouse, or "" where unknown: units}}


def undeliverable(codes: Sequence[str] | QueryBuilder) -> Held:
	"""The quantities in batches that are expired or disabled, in stock units. Three queries; one where no item has
	such a batch.

	:param codes: of items, at least one, or the query of them
	"""
	batches = _unusable(codes)
	held: Held = defaultdict(lambda: defaultdict(float))
	moved = set()
	for query in (_by_bundles, _by_ledger) if batches else ():
		for name, warehouse, units in query(list(batches)):
			held[batches[name].item][warehouse] += flt(units)
			moved.add(name)
	for name in batches.keys() - moved:
		held[batches[name].item][""] += flt(batches[name].batch_qty)
	return held


def deduct(units: list[tuple[str, float]], held: dict[str, float]) -> list[tuple[str, float]]:
	"""An item's quantities by warehouse without those in such batches. A warehouse never has less than nothing
	for them.

	:param units: (warehouse, quantity)
	:param held: of the item, as `undeliverable` has it
	"""
	nowhere, left = max(0, held.get("", 0)), []
	for warehouse, quantity in units:
		free = quantity - min(max(0, quantity), max(0, held.get(warehouse, 0)))
		taken = min(max(0, free), nowhere)
		nowhere -= taken
		left.append((warehouse, free - taken))
	return left


def _unusable(codes: Sequence[str] | QueryBuilder) -> dict[str, frappe._dict]:
	batch = frappe.qb.DocType("Batch")
	rows = (
		frappe.qb.from_(batch)
		.select(batch.name, batch.item, batch.batch_qty)
		.where(batch.item.isin(codes))
		.where((batch.disabled == 1) | (batch.expiry_date < today()))
		.run(as_dict=True)
	)
	return {row.name: row for row in rows}


def _by_bundles(batches: list[str]) -> list[tuple]:
	if not frappe.db.table_exists("Serial and Batch Entry"):
		return []
	ledger, entry = frappe.qb.DocType("Stock Ledger Entry"), frappe.qb.DocType("Serial and Batch Entry")
	query = (
		frappe.qb.from_(entry)
		.join(ledger)
		.on(ledger.serial_and_batch_bundle == entry.parent)
		.select(entry.batch_no, entry.warehouse, Sum(entry.qty))
		.groupby(entry.batch_no, entry.warehouse)
	)
	return _counted(query.where(entry.batch_no.isin(batches)), ledger)


def _by_ledger(batches: list[str]) -> list[tuple]:
	if not frappe.get_meta("Stock Ledger Entry").has_field("batch_no"):
		return []
	ledger = frappe.qb.DocType("Stock Ledger Entry")
	query = (
		frappe.qb.from_(ledger)
		.select(ledger.batch_no, ledger.warehouse, Sum(ledger.actual_qty))
		.groupby(ledger.batch_no, ledger.warehouse)
	)
	return _counted(query.where(ledger.batch_no.isin(batches)), ledger)


def _counted(query: QueryBuilder, ledger) -> list[tuple]:
	return query.where(ledger.is_cancelled == 0).run()
