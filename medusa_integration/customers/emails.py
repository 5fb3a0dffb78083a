"""The Customers, Leads and Contacts with an e-mail address, in any case."""

import frappe
from frappe.query_builder.functions import Coalesce, Lower

from medusa_integration.customers.party_ids import MAIN


def customers_with(email: str, *, disabled: bool = False) -> list[frappe._dict]:
	"""The Customers with an e-mail, as their own or as their primary Contact's; the oldest first. A buyer's second
	Customer, for other currencies, isn't one of them.

	:param disabled: also the disabled ones
	:returns: name, medusa_id, lead_name and customer_group
	"""
	if not email:
		return []
	wanted, customer = email.lower(), frappe.qb.DocType("Customer")
	rows = contacts_with(email).run(as_dict=True)
	contacts = [row.name for row in rows if row.email_id.lower() == wanted]
	condition = _is(customer.email_id, wanted)
	if contacts:
		condition |= customer.customer_primary_contact.isin(contacts)
	condition &= Coalesce(customer[MAIN], "") == ""
	if not disabled:
		condition &= customer.disabled == 0
	rows = (
		frappe.qb.from_(customer)
		.select("name", "medusa_id", "lead_name", "customer_group", "email_id", "customer_primary_contact")
		.where(condition)
		.orderby(customer.creation)
		.orderby(customer.name)
		.run(as_dict=True)
	)
	return [
		row
		for row in rows
		if (row.email_id or "").lower() == wanted or row.customer_primary_contact in contacts
	]


def contacts_with(email: str):
	"""A query for the Contacts with an e-mail. MariaDB also finds e-mails that differ in accents."""
	contact = frappe.qb.DocType("Contact")
	return (
		frappe.qb.from_(contact)
		.select(contact.name, contact.email_id)
		.where(_is(contact.email_id, email.lower()))
	)


def leads_with(email: str) -> list[frappe._dict]:
	"""The Leads with an e-mail: name and medusa_id."""
	lead = frappe.qb.DocType("Lead")
	rows = (
		frappe.qb.from_(lead)
		.select(lead.name, lead.medusa_id, lead.email_id)
		.where(_is(lead.email_id, email.lower()))
		.run(as_dict=True)
	)
	return [row for row in rows if row.email_id.lower() == email.lower()]


def _is(column, text: str):
	"""The condition that a column holds a lower-case text in any case. MariaDB ignores case by itself, and
	accents too."""
	return (column if frappe.db.db_type == "mariadb" else Lower(column)) == text
