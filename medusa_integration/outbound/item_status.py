"""The field `medusa_status` of Website Items, by which lists filter and sort.

It says where the product stands, not whether every price and quantity has arrived: what other documents queue (a
price, a delivery) leaves it alone, because writing it would lock the Website Item in their transactions. Three places
write it: the Website Item's own save, in memory; the transaction that settles its rows; and whoever retries or
discards rows.
"""

from collections.abc import Iterable

import frappe
from frappe.utils import cint

from medusa_integration.catalogue import selection
from medusa_integration.delivery import writes

DOCTYPE, OUTBOX, PRODUCT = "Website Item", "Medusa Outbox", "Product"
NOT_IN_SHOP, WAITING, IN_SHOP, DRAFT, PARKED = STATUSES = (
	"Not in Shop",
	"Waiting",
	"In Shop",
	"Draft",
	"Parked",
)
PART = 5000  # records in one statement


def refresh(names: Iterable[str]) -> None:
	"""Write the status of Website Items where it isn't right any more, in the current transaction. For every 5,000 one
	query for what is right, and one for the item groups where the settings select some."""
	for part in frappe.utils.create_batch(sorted(set(names)), PART):
		_refresh(part)


def _refresh(names: list[str]) -> None:
	items, rows = _read(names)
	refused = {item.name for item in selection.refused(items.values())} if items else set()
	values = {}
	for name, item in items.items():
		status = _status(item, rows[name], admitted=name not in refused)
		if status != item.medusa_status:
			values[name] = {"medusa_status": status}
	writes.write(DOCTYPE, values)


def refresh_all() -> None:
	"""The same for all of them, once: what was there before the field."""
	refresh(frappe.get_all(DOCTYPE, pluck="name", order_by=None))


def of_rows(names: list[str]) -> set[str]:
	"""The Website Items that rows of the outbox are about, locked: a save locks them before their rows, too."""
	items: set[str] = set()
	for part in frappe.utils.create_batch(names, PART):
		filters = {"name": ("in", part), "reference_doctype": DOCTYPE}
		items.update(frappe.get_all(OUTBOX, filters, pluck="reference_name", order_by=None))
	locked: set[str] = set()
	for part in frappe.utils.create_batch(sorted(items), PART):
		locked |= writes.lock(DOCTYPE, part)
	return locked


def _status(item: frappe._dict, rows: list[tuple[str, str]], *, admitted: bool) -> str:
	if any(status == PARKED for _kind, status in rows):
		return PARKED
	if any(kind == PRODUCT for kind, _status in rows):
		return WAITING
	if not item.medusa_id:
		return NOT_IN_SHOP
	return IN_SHOP if cint(item.published) and admitted else DRAFT


def _read(names: list[str]) -> tuple[dict[str, frappe._dict], dict[str, list[tuple[str, str]]]]:
	"""The Website Items that are there, and (kind, status) of their rows in the outbox, both by name."""
	item, row = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(OUTBOX)
	fields = ("name", "medusa_status", "medusa_id", "published", "item_group", "brand")
	query = (
		frappe.qb.from_(item)
		.left_join(row)
		.on((row.reference_name == item.name) & (row.reference_doctype == DOCTYPE))
		.select(*(item[field] for field in fields), row.kind, row.status)
		.where(item.name.isin(names))
	)
	items, rows = {}, {}
	for found in query.run(as_dict=True):
		items[found.name] = found
		rows.setdefault(found.name, [])
		if found.kind:
			rows[found.name].append((found.kind, found.status))
	return items, rows
