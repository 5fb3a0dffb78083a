"""The documents that were made from a Sales Order."""

import frappe
from frappe.utils import flt

from medusa_integration.orders import medusa_lines

# The DocTypes whose rows name the order, and the field in which they do.
ROWS = {"Delivery Note": "against_sales_order", "Sales Invoice": "sales_order"}


def documents_of(sales_order) -> list[str]:
	"""The names of the Delivery Notes and Sales Invoices of a Sales Order that aren't cancelled, drafts too."""
	found: list[str] = []
	for doctype, field in ROWS.items():
		rows = {field: sales_order.name, "docstatus": ("<", 2), "parenttype": doctype}
		found += frappe.get_all(f"{doctype} Item", rows, pluck="parent", distinct=True, order_by="parent")
	return found


def came_to_nothing(sales_order) -> bool:
	"""Whether all that was delivered came back, all that was billed is credited, and no draft is left."""
	for doctype, field in ROWS.items():
		rows = {"parenttype": doctype, field: sales_order.name}
		if frappe.db.exists(f"{doctype} Item", {**rows, "docstatus": 0}):
			return False
		fields = ["qty", "conversion_factor"]
		moved = frappe.get_all(f"{doctype} Item", {**rows, "docstatus": 1}, fields, order_by=None)
		if flt(sum(map(medusa_lines.stock_units, moved)), 6):
			return False
	bills = frappe.get_all(
		"Sales Invoice Item",
		{"sales_order": sales_order.name, "docstatus": 1},
		pluck="parent",
		distinct=True,
		order_by=None,
	)
	totals = frappe.get_all(
		"Sales Invoice", {"name": ("in", [*bills, ""])}, pluck="grand_total", order_by=None
	)
	against = {"return_against": ("in", [*bills, ""]), "docstatus": 1, "name": ("not in", bills)}
	totals += frappe.get_all("Sales Invoice", against, pluck="grand_total", order_by=None)
	return not flt(sum(map(flt, totals)), 6)
