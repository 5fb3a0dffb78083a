"""Move the former names of renamed records out of `medusa_ids` of outbox rows, into a field of their own."""

import json

import frappe

BOX, OLD = "Medusa Outbox", "medusa_ids"  # rename_columns.py renames it later


def execute() -> None:
	"""Move `former` from `medusa_ids` to `former_names`."""
	if not frappe.db.has_column(BOX, OLD):
		return
	row = frappe.qb.DocType(BOX)
	query = frappe.qb.from_(row).select(row.name, row[OLD]).where(row[OLD].like('%"former"%'))
	for name, text in query.orderby(row.name).run():
		try:
			ids = json.loads(text)
			former = "\n".join(ids.pop("former"))
		except (KeyError, TypeError, ValueError):
			continue  # Unreadable: it counts as empty when the row is claimed.
		values = {OLD: json.dumps(ids) if ids else None, "former_names": former}
		frappe.db.set_value(BOX, name, values, update_modified=False)
