"""The Contact of a buyer: an e-mail, a name, a phone number.

Source: docs/reference.md, "Customers from Medusa".
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from medusa_integration import make_once, medusa_texts
from medusa_integration.customers import further_accounts, whose_documents
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.shop_customers import Party

LONGEST = 130  # of a Contact's name; leaves room for a number


def contact_of(customer: str, buyer: Buyer, *, is_shared: bool = False) -> str | None:
	"""The customer's Contact with the buyer's e-mail, made where there is none; without an e-mail, the
	primary one. The Contact becomes the primary one of a Customer without one, and gets the phone number if
	it has none.

	:param is_shared: whether the Customer stands for many guests, who have no primary Contact and change
		none: two may have the same e-mail
	"""
	primary = None if is_shared else frappe.db.get_value("Customer", customer, "customer_primary_contact")
	if not (buyer.email or buyer.person or buyer.phone):
		return primary
	name = _first(_with_email(customer, buyer.email), primary) if buyer.email else primary
	if name and not is_shared:
		_add_phone(name, customer, buyer.phone)
	elif not name:
		must_be_new(customer)
		name = _make(customer, buyer, is_primary=not (is_shared or primary))
	if not (is_shared or primary):
		fill_primary(customer, name)
	return name


def find(customer: str, *emails: str) -> str | None:
	"""The Contact of a Customer that has one of several e-mails, else the primary one."""
	primary = frappe.db.get_value("Customer", customer, "customer_primary_contact")
	for email in filter(None, emails):
		if found := _first(_with_email(customer, email), primary):
			return found
	return primary


def _first(contacts: list[str], primary: str | None) -> str | None:
	return primary if primary in contacts else next(iter(contacts), None)


def fill_primary(customer: str, contact: str) -> None:
	"""Make a Contact the primary one of a Customer that has none, with its e-mail and phone number. Does
	nothing where the Customer has another e-mail, as one made from a Lead may have."""
	own = frappe.db.get_value("Customer", customer, ["customer_primary_contact", "email_id"], as_dict=True)
	shown = frappe.db.get_value("Contact", contact, ["email_id", "mobile_no"], as_dict=True)
	is_known = own.email_id and own.email_id.lower() != (shown.email_id or "").lower()
	if own.customer_primary_contact or is_known:
		return
	values = {"customer_primary_contact": contact, **shown}
	frappe.db.set_value("Customer", customer, values, update_modified=False)


def linked(customer: str) -> list[str]:
	"""The Contacts of a Customer, the oldest first."""
	return _links(customer).run(pluck=True)


def _with_email(customer: str, email: str) -> list[str]:
	row = frappe.qb.DocType("Contact Email")
	link = frappe.qb.DocType("Dynamic Link")
	rows = (
		_links(customer)
		.join(row)
		.on((row.parent == link.parent) & (row.parenttype == "Contact"))
		.select(row.email_id)
		.run(as_dict=True)
	)
	return [each.parent for each in rows if (each.email_id or "").lower() == email.lower()]


def _links(customer: str, doctype: str = "Contact"):
	link = frappe.qb.DocType("Dynamic Link")
	return (
		frappe.qb.from_(link)
		.select(link.parent)
		.where(link.link_doctype == "Customer")
		.where((link.link_name == customer) & (link.parenttype == doctype))
		.orderby(link.creation)
		.orderby(link.parent)
	)


def must_be_new(customer: str, doctype: str = "Contact") -> None:
	"""Lock a Customer before its Contact or Address is made; fail where another transaction has made one."""
	links = _links(customer, doctype)
	seen = set(links.run(pluck=True))
	frappe.db.get_value("Customer", customer, "name", for_update=True)
	make_once.unchanged(seen, lambda: set(links.for_update().run(pluck=True)))


def _make(customer: str, buyer: Buyer, *, is_primary: bool) -> str:
	doc = frappe.new_doc("Contact")
	first = buyer.first_name or buyer.last_name or medusa_texts.clean(buyer.email.partition("@")[0], 69)
	doc.update(
		{
			"first_name": first or buyer.customer_name,
			"last_name": buyer.last_name if buyer.first_name else "",
			"company_name": buyer.company,
			"is_primary_contact": int(is_primary),
			"links": [{"link_doctype": "Customer", "link_name": customer}],
		}
	)
	if buyer.email:
		doc.add_email(buyer.email, is_primary=1)
	if buyer.phone:
		doc.add_phone(buyer.phone, is_primary_mobile_no=1)
	full_name = f"{doc.first_name} {doc.last_name}".strip()
	name = medusa_texts.nameable("Contact", f"{full_name}-{customer}"[:LONGEST].strip())
	with without_pictures():
		made = make_once.insert(doc, name)
	further_accounts.note_written(made)
	return made


def _add_phone(contact: str, customer: str, phone: str) -> None:
	"""Add a phone number to a Contact that has none and isn't shared."""
	if not phone or frappe.db.exists("Contact Phone", {"parent": contact, "parenttype": "Contact"}):
		return
	doc = frappe.get_doc("Contact", contact, for_update=True)
	if doc.phone_nos or is_others(doc, customer):
		return
	doc.add_phone(phone, is_primary_mobile_no=1)
	save(doc)


def is_others(doc, customer: str) -> bool:
	"""Whether a Contact or an Address belongs to others than a Customer and the Customer's Lead."""
	return bool(whose_documents.links_to_others(doc.links, Party("Customer", customer)))


def save(contact) -> None:
	"""Save a Contact for the integration, and show it in the Customers whose primary Contact it is."""
	contact.flags.ignore_permissions = True
	with without_pictures():
		contact.save()
	shown = {"email_id": contact.email_id, "mobile_no": contact.mobile_no}
	frappe.db.set_value("Customer", {"customer_primary_contact": contact.name}, shown, update_modified=False)


@contextmanager
def without_pictures() -> Iterator[None]:
	"""Save Contacts as in an import: else Frappe asks gravatar.com for a picture over the network."""
	before, frappe.flags.in_import = frappe.flags.in_import, True
	try:
		yield
	finally:
		frappe.flags.in_import = before
