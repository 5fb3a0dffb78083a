"""The texts of an order's customer and addresses that have no place in ERPNext's documents: too long, not in the
form of a field, or of a guest whose Customer isn't changed.

Source: docs/reference.md, "Texts without a field".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import frappe
from frappe import _

from medusa_integration import medusa_texts, texts
from medusa_integration.customers import addresses_from_medusa
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.order_parties import OrderParty
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.metadata import is_tax_id
from medusa_integration.medusa.order import Address, Customer, Order

ADDRESS_FIELDS = ("address_title", "address_line1", "address_line2", "city", "state", "pincode", "phone")
CUSTOMER_FIELDS = ("customer_name", "tax_id", "email_id", "mobile_no")


class Stored:
	"""The values of documents, compared without spaces and case."""

	def __init__(self, *documents: frappe._dict) -> None:
		values = [str(value) for each in documents for value in each.values() if value]
		squeezed = list(map(_squeezed, values))
		# The two lines of a long street are neighbours.
		self._text = "\n".join((*squeezed, "".join(squeezed)))
		self._digits = set(map(medusa_texts.digits, values))

	def has(self, text: str) -> bool:
		return _squeezed(text) in self._text

	def has_phone(self, text: str) -> bool:
		number = medusa_texts.digits(text)
		is_number = number and not medusa_texts.has_other_words(text)
		return number in self._digits if is_number else self.has(text)


def _squeezed(text: str) -> str:
	return "".join(texts.one_line(text).split()).casefold()


def of_order(order: Order, party: OrderParty) -> list[str]:
	"""The texts with their labels, each once.

	:param party: the order's documents
	"""
	customer = _values("Customer", party.customer, CUSTOMER_FIELDS)
	contact = _values(
		"Contact", party.contact, ("full_name", "company_name", "email_id", "mobile_no", "phone")
	)
	billing, shipping = (
		_values("Address", name, ADDRESS_FIELDS) for name in (party.billing_address, party.shipping_address)
	)
	found = [
		*_of_customer(order, Stored(customer, contact, billing, shipping)),
		*_of_address(_("Billing Address"), order.billing_address, Stored(customer, billing)),
		*_of_address(_("Shipping Address"), order.shipping_address, Stored(customer, shipping)),
		*_tax_ids(order, customer.tax_id or ""),
	]
	return list(dict.fromkeys(found))


def tell_of_customer(party: Party, customer: Customer) -> None:
	"""Write the texts of a customer and its address book that don't fit into ERPNext's fields to a comment on its
	Lead or Customer, once."""
	found = [*_of_account(customer)]
	if party.doctype == "Lead":
		found += [
			_("Tax ID, not verified: {0}").format(text)
			for key, text in customer.texts
			if is_tax_id(key, text)
		]
	if not found:
		return
	content = comment(found)
	filters = {"reference_doctype": party.doctype, "reference_name": party.name, "content": content}
	if not frappe.db.exists("Comment", filters):
		frappe.get_doc(*party).add_comment("Comment", content)


def comment(found: list[str]) -> str:
	return "<br>".join(medusa_texts.html(text) for text in (_("The shop also sent:"), *found))


def _of_account(customer: Customer) -> Iterator[str]:
	buyer = Buyer.alone(customer)
	person = f"{customer.first_name} {customer.last_name}".strip()
	fitting = Stored(frappe._dict(person=buyer.person, company=buyer.company, phone=buyer.phone))
	if not fitting.has(person):
		yield _("Name: {0}").format(person)
	if not fitting.has(customer.company_name):
		yield _("Company: {0}").format(customer.company_name)
	if not fitting.has_phone(customer.phone):
		yield _("Phone: {0}").format(customer.phone)
	for key, text in customer.texts:
		if not is_tax_id(key, text):
			yield f"{medusa_texts.label(key)}: {text}"
	for each in customer.addresses:
		try:
			place = addresses_from_medusa.place_of(each, "")
		except Blocked:  # A row of a Customer is parked with it; a Lead has no Addresses.
			place = None
		values = place.at("").values if place else {}
		yield from _of_address(_("Address"), each, Stored(frappe._dict(values)))


def _values(doctype: str, name: str | None, fields: Iterable[str]) -> frappe._dict:
	return (name and frappe.db.get_value(doctype, name, fields, as_dict=True)) or frappe._dict()


def _of_customer(order: Order, stored: Stored) -> Iterator[str]:
	customer = order.customer
	if order.email and not medusa_texts.email(order.email):
		yield _("E-mail: {0}").format(order.email)
	if not customer:
		return
	for label, text in (
		(_("Name: {0}"), f"{customer.first_name} {customer.last_name}".strip()),
		(_("Company: {0}"), customer.company_name),
	):
		if not stored.has(text):
			yield label.format(text)
	if not stored.has_phone(customer.phone):
		yield _("Phone: {0}").format(customer.phone)


def _of_address(label: str, address: Address | None, stored: Stored) -> Iterator[str]:
	if not address:
		return
	given = {
		_("Company"): address.company,
		_("Name"): f"{address.first_name} {address.last_name}".strip(),
		_("Street"): address.address_1,
		_("Second Line"): address.address_2,
		_("City"): address.city,
		_("State"): medusa_texts.province(address.province, address.country_code)
		if len(address.province) <= medusa_texts.LONGEST
		else address.province,
		_("Postal Code"): address.postal_code,
	}
	for name, text in given.items():
		if not stored.has(text):
			yield f"{label}, {name}: {text}"
	if not stored.has_phone(address.phone):
		yield f"{label}, {_('Phone')}: {address.phone}"
	for key, text in address.texts:
		if not is_tax_id(key, text):
			yield f"{label}, {medusa_texts.label(key)}: {text}"


def _tax_ids(order: Order, known: str) -> Iterator[str]:
	for source in (order.customer, order.billing_address, order.shipping_address):
		for key, text in source.texts if source else ():
			if is_tax_id(key, text) and medusa_texts.clean(text) != known:
				yield _("Tax ID, not verified: {0}").format(text)
