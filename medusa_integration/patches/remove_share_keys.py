"""Delete the Document Share Keys that earlier versions made for PDF links: such a key opens every print
format.

The app's keys are those of quotations and invoices that the Storefront User owns, or a Website User with the
role Medusa Storefront. A Desk user's keys may have gone out with an e-mail, and stay.
"""

import frappe

from medusa_integration.setup.roles import STOREFRONT

KEY = "Document Share Key"
BATCH = 1_000


def execute() -> None:
	holders = frappe.get_all("Has Role", {"role": STOREFRONT, "parenttype": "User"}, pluck="parent")
	users = frappe.get_all("User", {"name": ("in", holders), "user_type": "Website User"}, pluck="name")
	users.append(frappe.db.get_single_value("Medusa Configuration", "storefront_user"))
	ours = {"reference_doctype": ("in", ("Quotation", "Sales Invoice")), "owner": ("in", users)}
	names = frappe.get_all(KEY, ours, pluck="name", order_by=None)
	for part in frappe.utils.create_batch(names, BATCH):
		frappe.db.delete(KEY, {"name": ("in", part)})
