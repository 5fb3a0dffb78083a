"""Mark the Contacts whose e-mail may have come from the shop, of sites that are older than the mark `medusa_wrote_email`: those that
Administrator or the shop's user has made, and the primary ones of Customers with an account."""

import frappe

from medusa_integration.customers.further_accounts import WRITTEN
from medusa_integration.setup.custom_fields import make_custom_fields


def execute() -> None:
	make_custom_fields()
	storefront = {"role": "Medusa Storefront", "parenttype": "User"}
	owners = ["Administrator", *frappe.get_all("Has Role", storefront, pluck="parent", order_by=None)]
	contact = frappe.qb.DocType("Contact")
	frappe.qb.update(contact).set(contact[WRITTEN], 1).where(contact.owner.isin(owners)).run()
	shops = {"medusa_id": ("is", "set"), "customer_primary_contact": ("is", "set")}
	primary = frappe.get_all("Customer", shops, pluck="customer_primary_contact", order_by=None)
	for part in frappe.utils.create_batch(primary, 1000):
		frappe.qb.update(contact).set(contact[WRITTEN], 1).where(contact.name.isin(part)).run()
