"""A configuration that is older than its notices gets their default, which only a new one would."""

import frappe


def execute() -> None:
	"""Set `alert_role` where it was never saved; where it was emptied it stays so."""
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
