"""Copy a customer's changes in Medusa to ERPNext: to the Customer with its Contact and Addresses, or to the
Lead.

Source: docs/reference.md, "Customers from Medusa".
"""

import frappe
from frappe import _
from frappe.utils import cstr

from medusa_integration.customers import (
	addresses_from_medusa,
	contacts,
	copied_values,
	further_accounts,
	leads,
	tax_ids,
)
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.copied_values import Taken, Values, newer
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Address, Customer
from medusa_integration.users import as_administrator

# The Lead's fields by the names of the copied values.
LEAD_FIELDS = {
	"first_name": "first_name",
	"last_name": "last_name",
	"company": "company_name",
	"email": "email_id",
	"phone": "mobile_no",
}


def follow(party: Party, customer: Customer) -> list[str]:
	"""Copy the values that Medusa has changed, except to fields that a user has changed in ERPNext. Data
	older than the last copied values is ignored. Addresses, and a Contact's e-mail and phone, stay when
	Medusa no longer has them.

	:returns: messages for the operator about values that couldn't be copied
	"""
	frappe.db.get_value(party.doctype, party.name, "name", for_update=True)
	last, new = copied_values.read(party), copied_values.values_of(customer)
	at = copied_values.when(customer)
	if at and at < last.updated_at:
		return []
	problems: list[str] = []
	if party.doctype == "Lead":
		_follow_lead(party.name, last.values, new)
	else:
		_follow_customer(party.name, last.values, new)
		tax_ids.follow(party.name, last.values, new)
		_follow_contact(party.name, Buyer.of_customer(customer), last.values, new)
		problems = _follow_addresses(party.name, customer, last)
	copied_values.write(party, Taken(at or last.updated_at, new, last.addresses))
	return problems


def _follow_lead(name: str, last: Values, new: Values) -> None:
	doc = frappe.get_doc("Lead", name, for_update=True)
	present = {key: cstr(doc.get(field)) for key, field in LEAD_FIELDS.items()}
	changes = newer(present, last, new)
	for field in ("email", "phone"):
		if not changes.get(field, "-"):
			del changes[field]  # removed in Medusa
	if not changes:
		return
	if "email" not in changes:
		leads.allow_same_email(doc)
	doc.update({LEAD_FIELDS[key]: value for key, value in changes.items()})
	doc.flags.ignore_permissions = True
	try:
		doc.save()
	except frappe.DuplicateEntryError as error:
		raise Blocked(
			_("Another Lead than {0} has the e-mail {1}. Merge them, or correct one, then Retry.").format(
				name, new["email"]
			)
		) from error


def _follow_customer(name: str, last: Values, new: Values) -> None:
	doc = frappe.get_doc("Customer", name, for_update=True)
	present = {"customer_name": cstr(doc.customer_name), "customer_type": cstr(doc.customer_type)}
	changes = newer(present, last, new)
	# A company that became a person, or the reverse, has another name: both values are copied, or neither.
	if not changes.get("customer_name"):
		return
	if doc.customer_type == last.get("customer_type"):
		doc.customer_type = new["customer_type"]
	doc.customer_name = changes["customer_name"]
	with contacts.without_pictures():  # ERPNext 16 saves the primary Contact and Address, too.
		as_administrator(doc, doc.save)


def _follow_contact(customer: str, buyer: Buyer, last: Values, new: Values) -> None:
	name = contacts.find(customer, last.get("email", ""), new["email"])
	if not name:
		contacts.contact_of(customer, buyer)
		return
	contacts.fill_primary(customer, name)
	doc = frappe.get_doc("Contact", name, for_update=True)
	if contacts.is_others(doc, customer):
		return
	names = {field: cstr(doc.get(field)) for field in ("first_name", "last_name")}
	changes = newer(names, last, new)
	has_changed = bool(changes)
	doc.update(changes)
	is_written = _follow_row(doc, "email_ids", "email_id", last.get("email", ""), new["email"])
	has_changed |= is_written
	has_changed |= _follow_row(doc, "phone_nos", "phone", last.get("phone", ""), new["phone"])
	if has_changed:
		contacts.save(doc)
	if is_written:
		further_accounts.note_written(doc.name)


def _follow_row(contact, table: str, field: str, last: str, new: str) -> bool:
	"""Copy an e-mail or a phone number to the row of a Contact's table that has the last one, or to a first
	row.

	:returns: whether the Contact was changed
	"""
	rows = {cstr(row.get(field)).lower(): row for row in contact.get(table)}
	if not new or new.lower() == last.lower() or new.lower() in rows:
		return False
	row = rows.get(last.lower())
	if row:
		row.set(field, new)
	elif rows:
		return False  # a user has written others
	elif table == "email_ids":
		contact.add_email(new, is_primary=1)
	else:
		contact.add_phone(new, is_primary_mobile_no=1)
	return True


def _follow_addresses(customer: str, source: Customer, last: Taken) -> list[str]:
	"""Copy the changed addresses; updates `last.addresses`."""
	problems = []
	email = copied_values.values_of(source)["email"]
	name = cstr(frappe.db.get_value("Customer", customer, "customer_name"))
	for each in sorted(source.addresses, key=lambda each: not each.is_default_billing):
		try:
			place = addresses_from_medusa.place_of(each, email)
		except Blocked as error:
			problems.append(str(error))
			continue
		if not place:
			continue
		new = {"address_title": place.title, **place.at(name).values}
		before = last.addresses.get(each.id)
		if new != before:
			_follow_address(customer, each, place, before or {}, new)
			last.addresses[each.id] = new
	return problems


def _follow_address(
	customer: str, source: Address, place: addresses_from_medusa.Place, last: Values, new: Values
) -> None:
	name = addresses_from_medusa.with_id(source.id)
	if not name:
		addresses_from_medusa.adopt(customer, source, place)
		return
	doc = frappe.get_doc("Address", name, for_update=True)
	if contacts.is_others(doc, customer):
		return
	changes = newer({field: cstr(doc.get(field)) for field in new}, last, new)
	if not changes.get("address_title", "-"):
		del changes["address_title"]
	if changes:
		doc.update(changes)
		doc.flags.ignore_permissions = True
		doc.save()
