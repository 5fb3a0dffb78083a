"""The comparison of a document's party with a customer of the shop.

A Lead and the Customer made from it are one customer, unless each is linked to another customer of the shop. So
are a Customer and the second one for other currencies (customers/books.py).

Source: docs/reference.md, "Customers".
"""

from collections.abc import Iterable

import frappe

from medusa_integration.customers import further_accounts
from medusa_integration.customers.emails import MAIN
from medusa_integration.customers.shop_customers import Party

PARTIES = ("Customer", "Lead")


def is_of(party: Party, medusa_id: str) -> bool:
	"""Whether a party is the shop's customer with this id. Only a Customer or a Lead can be."""
	return medusa_id in ids_of(party)


def are_one(one: Party, other: Party) -> bool:
	"""Whether two parties are the same customer."""
	one, other = main_of(one), main_of(other)
	if one == other:
		return True
	ids, others = ids_of(one), ids_of(other)
	return bool(ids & others) or (not ids and not others and other in same_person(one))


def ids_of(party: Party) -> set[str]:
	"""Medusa's ids of the customer that a party stands for: its own id, or else those of its Lead or its
	Customers; and those of a Customer's further accounts. Empty for a guest's Customer.
	"""
	if party.doctype not in PARTIES:
		return set()
	party = main_of(party)
	own = frappe.db.get_value(party.doctype, party.name, "medusa_id")
	further = further_accounts.ids_of(party.name) if party.doctype == "Customer" else set()
	if own:
		return {own, *further}
	same = [each.name for each in same_person(party)]
	other = "Lead" if party.doctype == "Customer" else "Customer"
	ids = frappe.get_all(other, {"name": ("in", same)}, pluck="medusa_id", order_by=None) if same else []
	return further.union(filter(None, ids))


def main_of(party: Party) -> Party:
	"""The party itself, or the Customer whose second one it is."""
	if party.doctype != "Customer":
		return party
	return Party("Customer", frappe.db.get_value("Customer", party.name, MAIN) or party.name)


def second_ones(customer: str) -> list[str]:
	"""The other Customers of a buyer, whose first one is given; the oldest first."""
	own = {MAIN: customer, "name": ("!=", customer)}
	return frappe.get_all("Customer", own, pluck="name", order_by="creation, name")


def same_person(party: Party) -> list[Party]:
	"""The Lead of a Customer, or the Customers made from a Lead."""
	if party.doctype == "Customer":
		lead = frappe.db.get_value("Customer", party.name, "lead_name")
		return [Party("Lead", lead)] if lead else []
	names = frappe.get_all("Customer", {"lead_name": party.name}, pluck="name", order_by=None)
	return [Party("Customer", name) for name in names]


def links_to_others(links: Iterable, party: Party) -> list:
	"""Those of the links of Contacts or Addresses that aren't to a party, its Lead or its Customers."""
	main = main_of(party)
	same = {main, *same_person(main)}
	if main.doctype == "Customer":
		same |= {Party("Customer", name) for name in second_ones(main.name)}
	return [link for link in links if Party(link.link_doctype, link.link_name) not in same]
