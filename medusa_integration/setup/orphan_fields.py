"""Custom Fields that name a DocType which the site has no more, as child tables of the app's predecessor. No document with such a
table can be opened.

Source: docs/reference.md, "A site that ran the predecessor".
"""

from collections.abc import Iterable

import frappe

TABLES = ("Table", "Table MultiSelect")


def mend(doctypes: Iterable[str]) -> None:
	"""Delete the tables among these fields, and make text of the links; their columns stay. Tells of each in an Error Log.

	:param doctypes: whose Custom Fields are looked at
	"""
	of_doctypes = {"dt": ("in", list(doctypes)), "fieldtype": ("in", (*TABLES, "Link"))}
	fields = frappe.get_all(
		"Custom Field", of_doctypes, ["name", "dt", "fieldtype", "options"], order_by="name"
	)
	named = {field.options for field in fields if field.options}
	there = set(frappe.get_all("DocType", {"name": ("in", list(named) or [""])}, pluck="name", order_by=None))
	orphans = [field for field in fields if field.options not in there]
	for field in orphans:
		if field.fieldtype in TABLES:
			frappe.delete_doc("Custom Field", field.name, force=True, ignore_permissions=True)
		else:
			frappe.db.set_value("Custom Field", field.name, {"fieldtype": "Data", "options": None})
	if orphans:
		told = (f"{field.name}: {field.fieldtype} of {field.options}" for field in orphans)
		frappe.log_error(
			title="Medusa: Custom Fields name DocTypes that are gone",
			message="Tables were deleted, links became text. Their columns stay in the database.\n"
			+ "\n".join(told),
		)
	for doctype in {field.dt for field in orphans}:
		frappe.clear_cache(doctype=doctype)
