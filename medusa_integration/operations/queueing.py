"""Queueing many records, in transactions of 500."""

from collections.abc import Iterable

import frappe

from medusa_integration import sold_variants
from medusa_integration.delivery import documents
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.isolation import latest_rows
from medusa_integration.products import item_status, variant_events
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync.kinds import OF_WEBSITE_ITEMS

PART = 500  # records in one transaction


def resend(names: Iterable[str], kinds: tuple[Kind, ...] = OF_WEBSITE_ITEMS) -> int:
	"""Queue Website Items, to be sent even if unchanged; those of variants by their template's. Commits in parts. Returns
	their number."""
	names = variant_events.sellers_of(names)
	return queue(names, kinds, forget=True)


def queue(names: Iterable[str], kinds: tuple[Kind, ...], *, forget: bool = False) -> int:
	"""Queue documents. Commits in parts. Where a part fails, its documents are queued one by one, and errors
	are logged.

	:param kinds: of one DocType
	:param forget: clear the values kept from the last sending, so that unchanged documents are sent too
	:returns: the number of documents that were queued
	"""
	queued = 0
	for part in frappe.utils.create_batch(list(names), PART):
		queued += _queue(part, kinds, forget) or sum(_queue([name], kinds, forget, log=True) for name in part)
	return queued


def _queue(names: list[str], kinds: tuple[Kind, ...], forget: bool, log: bool = False) -> int:
	try:
		if forget:
			unsettle(names, kinds)
		outbox.add_many((kind, name) for name in names for kind in kinds)
		frappe.db.commit()  # Sending begins while the rest is being queued, and saves don't wait for all of it.
		return len(names)
	except Exception:
		frappe.db.rollback()
		if log:
			frappe.log_error(title=f"Medusa: {names[0]} could not be queued")
			frappe.db.commit()  # Only the Error Log is in this transaction.
		return 0


def unsettle(names: list[str], kinds: tuple[Kind, ...]) -> None:
	"""Clear the values kept from documents' last sending, but not their ids in Medusa. Lock the documents
	before reading them, because a drain may be writing them. The caller commits."""
	doctype = kinds[0].doctype
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name, *(table[kind.state_field] for kind in kinds))
	values = {}
	with latest_rows():
		rows = query.where(table.name.isin(names)).for_update().run(as_dict=True)
	for row in rows:
		fields = {kind.state_field: kind.unsettled(row.name, row[kind.state_field]) for kind in kinds}
		values[row.name] = fields
		if PRODUCT in kinds:
			fields["medusa_status"] = item_status.WAITING
	documents.write(doctype, values)
	_unsettle_variants(names, kinds)


def _unsettle_variants(names: list[str], kinds: tuple[Kind, ...]) -> None:
	"""Clear the values that the variants of templates keep in their Items."""
	keeping = [kind for kind in kinds if kind.state_field in kind.state.get("Item", ())]
	variants = sold_variants.variants_of(names) if keeping else {}
	codes = sorted({code for of_template in variants.values() for code in of_template})
	for part in frappe.utils.create_batch(codes, PART):
		item = frappe.qb.DocType("Item")
		query = frappe.qb.from_(item).select(item.name, *(item[kind.state_field] for kind in keeping))
		with latest_rows():
			rows = query.where(item.name.isin(part)).for_update().run(as_dict=True)
		values = {
			row.name: {kind.state_field: kind.unsettled(row.name, row[kind.state_field]) for kind in keeping}
			for row in rows
		}
		documents.write("Item", values)
