"""Give a configuration that was saved before the field `alert_role` existed the field's default."""

import frappe


def execute() -> None:
	"""Set `alert_role` where it was never saved; one that was emptied stays empty."""
	table = frappe.qb.DocType("Singles")
	kept = (
		frappe.qb.from_(table)
		.select(table.value)
		.where((table.doctype == "Medusa Configuration") & (table.field == "alert_role"))
		.run()
	)
	if not kept:
		frappe.db.set_single_value(
			"Medusa Configuration", "alert_role", "System Manager", update_modified=False
		)
