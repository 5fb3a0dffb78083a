"""The party of an order: its Customer, Addresses and Contact in ERPNext.

Source: docs/reference.md, "Customers from Medusa".
"""

from typing import NamedTuple

import frappe

from medusa_integration import settings
from medusa_integration.customers import (
	addresses_from_medusa,
	books,
	buyers,
	contacts,
	copied_values,
	tax_ids,
	whose_documents,
)
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.shop_customers import Party
from medusa_integration.medusa.order import Order


class OrderParty(NamedTuple):
	"""Names of documents."""

	customer: str
	billing_address: str | None
	shipping_address: str | None
	contact: str | None


def customer_of(order: Order) -> OrderParty:
	"""The party of an order; documents that ERPNext lacks are made. The Customer is that of the order's Sales
	Order, else the buyer's. A second call finds the same documents. A guest's order doesn't change an
	existing Customer: the e-mail may not be the guest's.

	:raises Blocked: where ERPNext lacks a country or a Customer that the settings name, or the Customer is
		disabled
	:raises frappe.ValidationError: where ERPNext refuses a document
	:raises frappe.QueryDeadlockError: where another transaction has made the same meanwhile; in a new
		transaction the call finds it
	"""
	return _party(order, _of_sales_order(order.id))


def given_to(order: Order) -> OrderParty:
	"""As `customer_of` for an order that was given to another account: the Customer is the buyer's."""
	return _party(order, None)


def _party(order: Order, ordered: str | None) -> OrderParty:
	"""
	:param ordered: the Customer of the order's Sales Order
	"""
	buyer = Buyer.of_order(order)
	# Before any lock: an address that has to be corrected mustn't make other workers wait.
	billing, shipping = _places(order, buyer)
	ordered = ordered and whose_documents.main_of(Party("Customer", ordered)).name
	customer, is_new = buyers.Found(ordered, is_new=False) if ordered else buyers.customer_of(buyer)
	if buyer.medusa_id:
		copied_values.begin(customer, order.customer)
	is_of_all_guests = customer == _customer_of_all_guests()
	is_kept = is_of_all_guests or not (buyer.medusa_id or is_new)
	if not is_kept:
		tax_ids.fill(customer, buyer.tax_id)
	names = [
		place and addresses_from_medusa.address_of(customer, place, address_type, is_kept=is_kept)
		for place, address_type in ((billing, "Billing"), (shipping, "Shipping"))
	]
	if is_kept and not is_of_all_guests:
		return OrderParty(customer, *names, contacts.find(customer, buyer.email))
	return OrderParty(customer, *names, contacts.contact_of(customer, buyer, is_shared=is_of_all_guests))


def in_books(party: OrderParty, company: str, currency: str) -> OrderParty:
	"""The party with the buyer's Customer whose books take documents in a currency. That one's Addresses and
	Contacts are the first one's.

	:raises Blocked: where a second Customer is needed, and the company has no receivable account in its own
		currency
	"""
	customer = books.customer_for(party.customer, company, currency)
	if customer == party.customer:
		return party
	for name in {party.billing_address, party.shipping_address} - {None, ""}:
		_share("Address", name, customer)
	if party.contact:
		_share("Contact", party.contact, customer)
	return party._replace(customer=customer)


def _share(doctype: str, name: str, customer: str) -> None:
	doc = frappe.get_doc(doctype, name)
	if doc.has_link("Customer", customer):
		return
	doc.append("links", {"link_doctype": "Customer", "link_name": customer})
	if doctype == "Contact":
		contacts.save(doc)
	else:
		doc.save(ignore_permissions=True)


def _places(order: Order, buyer: Buyer) -> list:
	both = (order.billing_address, order.shipping_address)
	return [addresses_from_medusa.place_of(each, buyer.email, buyer.country_code) for each in both]


def _of_sales_order(medusa_order_id: str) -> str | None:
	standing = {"medusa_order_id": medusa_order_id, "docstatus": ("<", 2)}
	return frappe.db.get_value("Sales Order", standing, "customer")


def _customer_of_all_guests() -> str | None:
	config = settings.current()
	return config.guest_customer if config.guest_customers == buyers.ONE else None
