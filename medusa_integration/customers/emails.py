"""The Customers, Leads and Contacts with an e-mail address, in any case."""

from collections.abc import Iterable

import frappe
from frappe.query_builder.functions import Coalesce, Lower

from medusa_integration import settings

# Of a second Customer of one buyer: customers/books.py.
MAIN = "medusa_main_customer"
GUESTS = "medusa_guest"  # field of a Contact that came from the Customer of a guest


def customers_with(email: str, *, disabled: bool = False) -> list[frappe._dict]:
	"""The Customers with an e-mail, as their own or as one of their Contacts': first those that have it
	themselves or as their primary Contact's, the oldest first. Neither the Customer of all guests, which has
	the Contacts of many, nor a buyer's second Customer, for other currencies. A Contact that a visitor of the portal has made counts
	for the visitor's own Customer alone, because Frappe lets its owner link it to any.

	:param disabled: also the disabled ones
	:returns: name, medusa_id, lead_name, customer_group, disabled; `is_own`: whether it is the Customer's own
		or its primary Contact's; `has_guest`: whether a user has merged the Customer of a guest with this
		e-mail into it
	"""
	if not email:
		return []
	wanted, customer = email.lower(), frappe.qb.DocType("Customer")
	contacts, linked = _of_contacts(wanted)
	condition = _is(customer.email_id, wanted)
	if contacts:
		condition |= customer.customer_primary_contact.isin(list(contacts)) | customer.name.isin(
			[*linked, ""]
		)
	condition &= Coalesce(customer[MAIN], "") == ""
	if not disabled:
		condition &= customer.disabled == 0
	rows = (
		frappe.qb.from_(customer)
		.select("name", "medusa_id", "lead_name", "customer_group", "disabled")
		.select("email_id", "customer_primary_contact", "owner")
		.where(condition)
		.orderby(customer.creation)
		.orderby(customer.name)
		.run(as_dict=True)
	)
	visitors = _visitors({each.owner for each in contacts.values()})
	for row in rows:
		row.is_own = (row.email_id or "").lower() == wanted or row.customer_primary_contact in contacts
		theirs = [contacts[each] for each in linked.get(row.name, ())]
		row.is_linked = any(each.owner not in visitors or each.owner == row.owner for each in theirs)
		row.has_guest = any(each[GUESTS] for each in theirs)
	of_all_guests = settings.current().guest_customer
	found = [row for row in rows if (row.is_own or row.is_linked) and row.name != of_all_guests]
	return sorted(found, key=lambda row: not row.is_own)


def _visitors(owners: set[str]) -> set[str]:
	"""Those of some users who have an account of the portal, or of another User Type, alone."""
	filters = {"name": ("in", [*owners, ""]), "user_type": ("!=", "System User")}
	return set(frappe.get_all("User", filters, pluck="name", order_by=None)) - {"Guest"} if owners else set()


def _of_contacts(wanted: str) -> tuple[dict[str, frappe._dict], dict[str, list[str]]]:
	"""The Contacts that have an e-mail, as one of several too, and `{Customer: such Contacts of it}`.

	:param wanted: in lower case
	:returns: the first with `owner`, and `medusa_guest` for those that came from the Customer of a guest
	"""
	contact, names = frappe.qb.DocType("Contact"), contacts_of(wanted)
	if not names:
		return {}, {}
	fields = frappe.qb.from_(contact).select(contact.name, contact.owner, contact[GUESTS])
	rows = fields.where(contact.name.isin(names)).run(as_dict=True)
	link = frappe.qb.DocType("Dynamic Link")
	links = frappe.qb.from_(link).select(link.link_name, link.parent).where(link.parenttype == "Contact")
	links = links.where((link.link_doctype == "Customer") & link.parent.isin(names))
	linked: dict[str, list[str]] = {}
	for name, parent in links.run():
		linked.setdefault(name, []).append(parent)
	return {row.name: row for row in rows}, linked


def contacts_of(email: str) -> list[str]:
	"""The Contacts that have an e-mail, in any case, as one of several too."""
	wanted, row = email.lower(), frappe.qb.DocType("Contact Email")
	in_rows = frappe.qb.from_(row).select(row.parent, row.email_id).where(row.parenttype == "Contact")
	pairs = in_rows.where(_is(row.email_id, wanted)).run()
	pairs += contacts_with(wanted).run()
	return sorted({name for name, each in pairs if (each or "").lower() == wanted})


def is_guests(customer: frappe._dict) -> bool:
	"""Whether a guest's order has made a Customer. A guest may type in any e-mail: the Customer of an account,
	or one made in ERPNext, isn't the guest's.

	:param customer: with customer_group, medusa_id and lead_name
	"""
	is_in_group = customer.customer_group == settings.current().customer_group
	return is_in_group and not (customer.medusa_id or customer.lead_name)


def mark_guests(customer: str, emails: Iterable[str]) -> None:
	"""Note that the Contacts of a Customer with these e-mails came from the Customer of a guest, which a user
	has merged into it: the guest's next order belongs to it, too."""
	for email in emails:
		_contacts, linked = _of_contacts(email.lower())
		names = linked.get(customer)
		if names:
			frappe.db.set_value("Contact", {"name": ("in", names)}, GUESTS, 1, update_modified=False)


def contacts_with(email: str):
	"""A query for the Contacts with an e-mail. MariaDB also finds e-mails that differ in accents."""
	contact = frappe.qb.DocType("Contact")
	return (
		frappe.qb.from_(contact)
		.select(contact.name, contact.email_id)
		.where(_is(contact.email_id, email.lower()))
	)


def language_of(email: str) -> str | None:
	"""The language of the person with an e-mail: the *Print Language* of the Customer or Lead."""
	parties = [("Customer", customers_with(email)), ("Lead", leads_with(email))]
	for doctype, found in parties:
		for party in found:
			if language := frappe.db.get_value(doctype, party.name, "language"):
				return language
	return None


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
