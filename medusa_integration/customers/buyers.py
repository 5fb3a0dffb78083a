"""Buyers in the shop as Customers of ERPNext: found by Medusa's id, by a proven e-mail, or made.

Source: docs/reference.md, "Customers from Medusa".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import make_once, medusa_texts, settings
from medusa_integration.customers import emails, further_accounts, party_ids, proofs, shop_customers
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.metadata import is_tax_id
from medusa_integration.medusa.order import Address, Customer, Order

LONGEST_NAME = 120  # leaves room for a number, where several have one name
LONGEST_PART = 69  # of a person's name: two and a space are what a Contact's full name holds
EACH_ORDER, ONE = "A Customer for each order", "One Customer"


@dataclass(frozen=True)
class Buyer:
	"""A buyer in ERPNext's terms: clean texts, "" for a missing or invalid value.

	:param medusa_id: the lasting id of a customer with an account; "" for a guest
	:param account_email: the account's own, which may differ from an order's; "" for a guest
	:param email: a guest's is the order's, which may be corrected in Medusa
	:param phone: of the customer, else of the billing address
	:param country_code: ISO, of the billing address, else of the shipping address
	:param tax_id: from the metadata of the customer, else of an address; not checked by anybody
	:param former_id: of a customer that was deleted in Medusa
	"""

	medusa_id: str = ""
	account_email: str = ""
	email: str = ""
	first_name: str = ""
	last_name: str = ""
	company: str = ""
	phone: str = ""
	country_code: str = ""
	tax_id: str = ""
	former_id: str = ""

	@classmethod
	def of_order(cls, order: Order) -> Buyer:
		addresses = [each for each in (order.billing_address, order.shipping_address) if each]
		buyer = cls._of(order.customer or Customer(id="", email=order.email), addresses, order.email)
		return buyer if order.customer else replace(buyer, former_id=order.customer_id)

	@classmethod
	def of_customer(cls, customer: Customer) -> Buyer:
		addresses = sorted(customer.addresses, key=lambda each: not each.is_default_billing)
		return cls._of(customer, addresses[:1], "")

	@classmethod
	def alone(cls, customer: Customer) -> Buyer:
		"""A buyer by the customer's own values, without its addresses."""
		return cls._of(customer, [], "")

	@classmethod
	def _of(cls, customer: Customer, addresses: list, email: str) -> Buyer:
		named = next((each for each in (customer, *addresses) if each.first_name or each.last_name), customer)
		billing = addresses[0] if addresses else None
		mails = [customer.email, email] if customer.has_account else [email, customer.email]
		return cls(
			medusa_id=customer.id if customer.has_account else "",
			account_email=medusa_texts.email(customer.email) if customer.has_account else "",
			email=next(filter(None, map(medusa_texts.email, mails)), ""),
			first_name=medusa_texts.clean(named.first_name, LONGEST_PART),
			last_name=medusa_texts.clean(named.last_name, LONGEST_PART),
			company=medusa_texts.clean(
				customer.company_name or (billing.company if billing else ""), LONGEST_NAME
			),
			phone=medusa_texts.phone(customer.phone) or medusa_texts.phone(billing.phone if billing else ""),
			country_code=next((each.country_code for each in addresses if each.country_code), ""),
			tax_id=tax_id_of(customer, *addresses),
		)

	@property
	def person(self) -> str:
		return f"{self.first_name} {self.last_name}".strip()

	@property
	def customer_type(self) -> str:
		return "Company" if self.company else "Individual"

	@property
	def customer_name(self) -> str:
		"""The company's name, else the person's, else the part of the e-mail before the @."""
		local = medusa_texts.clean(self.email.partition("@")[0])
		name = (self.company or self.person or local or _("Guest"))[:LONGEST_NAME].strip()
		return medusa_texts.nameable("Customer", name)


def tax_id_of(*sources: Customer | Address) -> str:
	"""The first number for taxes in the metadata of customers and addresses."""
	found = (text for each in sources for key, text in each.texts if is_tax_id(key, text))
	return medusa_texts.clean(next(found, ""))


class Found(NamedTuple):
	"""The Customer of a buyer."""

	name: str
	is_new: bool  # whether it was made for this buyer


def customer_of(buyer: Buyer) -> Found:
	"""The Customer of a buyer, made where there is none.

	:raises Blocked: where the settings name a Customer that doesn't exist, or the Customer is disabled
	:raises Meanwhile: where another transaction has made the Customer since this one began
	"""
	with make_once.made_once():
		known = _with_account(buyer) if buyer.medusa_id else _former(buyer) or _guest(buyer)
		name = known or _make(buyer)
	if not frappe.db.exists("Customer", name):
		raise make_once.Meanwhile(f"Another transaction has made the Customer {name}")
	if known and frappe.db.get_value("Customer", known, "disabled"):
		raise Blocked(
			_(
				"The Customer {0} is disabled. Enable it, or merge it into another one (Menu > Rename), then Retry."
			).format(known)
		)
	return Found(name, is_new=not known)


def _former(buyer: Buyer) -> str | None:
	"""The Customer of an account that was deleted in Medusa."""
	party = shop_customers.find(buyer.former_id) if buyer.former_id else None
	if not party:
		return None
	return party.name if party.doctype == "Customer" else shop_customers.promote(party.name)


def _with_account(buyer: Buyer) -> str | None:
	"""The Customer by the id, else by the proven e-mail, which links it; one that has another account gets a further one."""
	party = shop_customers.find(buyer.medusa_id)
	if party and party.doctype == "Customer":
		return party.name
	known = _of_proven_email(buyer)
	if not known and (further := further_accounts.claim(buyer.account_email, buyer.medusa_id)):
		return further
	if party:
		if not known or frappe.db.exists("Customer", {"lead_name": party.name}):
			return shop_customers.promote(party.name)
		shop_customers.link(known, party.name)
		return known
	if not known:
		return None
	if party_ids.stored("Customer", known).medusa_id:
		raise make_once.Meanwhile(f"Another transaction has linked the Customer {known}")
	party_ids.write("Customer", known, buyer.medusa_id, None)
	return known


def _of_proven_email(buyer: Buyer) -> str | None:
	"""The one Customer with the account's e-mail, if that is proven to be the account's; one with a further
	Contact of that e-mail where no Customer has it itself. Customers made by guests' orders count only where
	there is no other: a guest may type in any e-mail. Of several none is taken, as each may be the
	account's."""
	if not proofs.is_proven(buyer.account_email, buyer.medusa_id):
		return None
	rows = emails.customers_with(buyer.account_email)
	free = [row for row in rows if not (row.medusa_id or row.lead_name)]
	guests = [row for row in free if emails.is_guests(row)]
	known = [row for row in free if row not in guests]
	for group in (known, guests):
		if group:
			found = [row for row in group if row.is_own] or group
			return found[0].name if len(found) == 1 else None
	return None


def _guest(buyer: Buyer) -> str | None:
	"""A guest's Customer, by the setting. A guest's id changes with each order, so it is never stored."""
	config = settings.current()
	if config.guest_customers == ONE:
		if not config.guest_customer or not frappe.db.exists("Customer", config.guest_customer):
			raise Blocked(_("Choose the Customer of all guests in the Medusa Configuration, then Retry."))
		return config.guest_customer
	if config.guest_customers == EACH_ORDER:
		return None
	rows = emails.customers_with(buyer.email, disabled=True)
	theirs, merged = rows, [row for row in rows if row.has_guest]
	if not settings.emails_are_verified():
		theirs = [row for row in rows if emails.is_guests(row)]
		# Not the Customer of an account: it shows its orders, and any visitor can order with this e-mail.
		merged = [row for row in merged if not (row.medusa_id or row.lead_name)]
	known = merged + theirs
	enabled = [row for row in known if not row.disabled]
	return (enabled or known)[0].name if known else None


def _make(buyer: Buyer) -> str:
	config = settings.current()
	_must_be_new(buyer, config.customer_group)
	doc = frappe.new_doc("Customer")
	doc.update(
		{
			"customer_name": _free_of_groups(buyer.customer_name),
			"customer_type": buyer.customer_type,
			"territory": settings.configuration().territory
			or _territory(buyer.country_code)
			or config.territory,
		}
	)
	shop_customers.make_shops(doc)
	name = make_once.insert(doc)
	if buyer.medusa_id:
		party_ids.write("Customer", name, buyer.medusa_id, None)
	return name


def _must_be_new(buyer: Buyer, group: str) -> None:
	"""Lock until the transaction ends, so that one new Customer is made at a time.

	:raises Meanwhile: where another transaction has made this Customer before
	"""
	contacts = emails.contacts_with(buyer.email)
	seen = set(contacts.run(pluck=True)) if buyer.email else set()
	frappe.db.get_value("Customer Group", group, "name", for_update=True)
	if buyer.medusa_id and party_ids.holder("Customer", buyer.medusa_id, committed=True):
		raise make_once.Meanwhile(f"Another transaction has made the Customer of {buyer.medusa_id}")
	if buyer.email:
		make_once.unchanged(seen, lambda: set(contacts.for_update().run(pluck=True)))


def _free_of_groups(name: str) -> str:
	"""The name, changed if it is a Customer Group's, which ERPNext refuses, or the DocType's, which Frappe
	refuses."""
	taken = name.lower() == "customer" or frappe.db.exists("Customer Group", name)
	return f"{name} (Medusa)" if taken else name


def _territory(country_code: str) -> str | None:
	"""The Territory with the name of a country."""
	country = country_code and frappe.db.get_value("Country", {"code": country_code.lower()})
	return frappe.db.get_value("Territory", country) if country else None
