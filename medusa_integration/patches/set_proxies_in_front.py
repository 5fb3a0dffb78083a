"""Give a configuration that was saved before the field `proxies_in_front` existed the field's default. Frappe
reads a value that was never saved as 0."""

import frappe


def execute() -> None:
	"""Set `proxies_in_front` where it was never saved; a 0 stays."""
	table = frappe.qb.DocType("Singles")
	stored = (
		frappe.qb.from_(table)
		.select(table.value)
		.where((table.doctype == "Medusa Configuration") & (table.field == "proxies_in_front"))
		.run()
	)
	if not stored:
		frappe.db.set_single_value("Medusa Configuration", "proxies_in_front", 1, update_modified=False)
