"""The documents that were made from a Sales Order."""

import frappe

# The DocTypes whose rows name the order, and the field in which they do.
ROWS = {"Delivery Note": "against_sales_order", "Sales Invoice": "sales_order"}


def documents_of(sales_order) -> list[str]:
	"""The names of the Delivery Notes and Sales Invoices of a Sales Order that aren't cancelled, drafts too."""
	found: list[str] = []
	for doctype, field in ROWS.items():
		rows = {field: sales_order.name, "docstatus": ("<", 2), "parenttype": doctype}
		found += frappe.get_all(f"{doctype} Item", rows, pluck="parent", distinct=True, order_by="parent")
	return found
