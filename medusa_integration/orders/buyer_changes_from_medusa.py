"""Changes of the buyer's data in Medusa after the import → the Sales Order and the documents that are still drafts.
Comments tell of them, on submitted documents too.

Source: docs/reference.md, "Changes of the buyer's data".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display

from medusa_integration import medusa_texts
from medusa_integration.customers import order_parties, whose_documents
from medusa_integration.customers.order_parties import OrderParty
from medusa_integration.customers.shop_customers import Party
from medusa_integration.medusa.order import Order
from medusa_integration.orders import copied_buyer, new_orders
from medusa_integration.orders.copied_buyer import CopiedBuyer, Values
from medusa_integration.orders.later_documents import ROWS
from medusa_integration.orders.new_orders import contact_email

NOTE, INVOICE = "Delivery Note", "Sales Invoice"


@dataclass
class Change:
	"""
	:param text: what has changed, for a comment
	:param values: of the fields of the documents that follow; {} for a change that is only told
	:param told_on: the DocTypes whose submitted documents get a comment
	:param is_late: whether the Sales Order doesn't follow, as all was delivered, or billed
	"""

	text: str
	values: dict[str, str | None] = field(default_factory=dict)
	told_on: tuple[str, ...] = (NOTE, INVOICE)
	is_late: bool = False


def follow(order: Order, sales_order) -> None:
	"""A step of an order: copy its e-mail, addresses, notes and customer where they were changed in Medusa since
	they were last copied. A change that a user has made in ERPNext stays as long as Medusa's value does.

	:raises Blocked: where ERPNext lacks a country, or the account's Customer is disabled
	"""
	if sales_order.docstatus == 2 or order.status in ("canceled", "draft"):
		return
	before, now = copied_buyer.read(sales_order), copied_buyer.of_order(order)
	if before == now:
		return
	if before:
		_follow(order, sales_order, before, now)
	elif not sales_order.get("medusa_charges"):  # made from a Quotation, without this order's texts
		new_orders.tell(sales_order, order)
	copied_buyer.write(sales_order, now)


def _follow(order: Order, sales_order, before: CopiedBuyer, now: CopiedBuyer) -> None:
	documents = _documents(sales_order)
	moved = _customer(order, sales_order, documents) if before.customer != now.customer else None
	changes = [moved] if moved else []
	has_moved = bool(moved and moved.values)
	if has_moved:
		sales_order.customer = moved.values["customer"]
	is_billing, is_shipping = before.billing != now.billing, before.shipping != now.shipping
	if has_moved or is_billing or is_shipping:
		found = order_parties.given_to(order) if has_moved else order_parties.customer_of(order)
		party = order_parties.in_books(found, sales_order.company, sales_order.currency)
		if has_moved:
			moved.values |= _contact(party)
		changes += _addresses(sales_order, party, now, is_billing or has_moved, is_shipping or has_moved)
	if before.email != now.email:
		text = _("The e-mail is now {0}.").format(now.email or "-")
		changes.append(Change(text, dict(contact_email(order))))
	changes += _notes(before.notes, now.notes)
	for change in changes:
		_apply(change, sales_order, documents)


def _documents(sales_order) -> list:
	"""The Delivery Notes and Sales Invoices of a Sales Order that aren't cancelled, without returns."""
	found = []
	for doctype, row in ROWS.items():
		rows = {row: sales_order.name, "docstatus": ("<", 2), "parenttype": doctype}
		names = frappe.get_all(f"{doctype} Item", rows, pluck="parent", distinct=True, order_by=None)
		filters = {"name": ("in", [*names, ""]), "is_return": 0}
		found += [
			frappe._dict(each, doctype=doctype)
			for each in frappe.get_all(doctype, filters, ["name", "docstatus"], order_by="name")
		]
	return found


# --- the changes


def _customer(order: Order, sales_order, documents: list) -> Change | None:
	"""The order was given to another account. The Sales Order follows while no other document names its
	Customer."""
	if not (order.customer and order.customer.has_account):
		return None
	party = order_parties.given_to(order)
	if party.customer == whose_documents.main_of(Party("Customer", sales_order.customer)).name:
		return None
	party = order_parties.in_books(party, sales_order.company, sales_order.currency)
	who = f"{order.customer.email} ({order.customer.id})"
	if documents or _is_paid(order, sales_order):
		text = _(
			"The order was given to the account {0}, which is the Customer {1}. The order is billed, paid or being delivered, so that {2} stays with {3}. If {3} and {1} are the same, merge {3} into {1}: in the form of {3}, Menu > Rename."
		).format(who, party.customer, sales_order.name, sales_order.customer)
		return Change(text)
	text = _("The order was given to the account {0}: the Customer is now {1}, and was {2}.").format(
		who, party.customer, sales_order.customer
	)
	fields = ["customer_name", "customer_group", "territory", "tax_id"]
	values = frappe.db.get_value("Customer", party.customer, fields, as_dict=True)
	values = {key: value for key, value in values.items() if sales_order.meta.has_field(key)}
	if sales_order.get("title") and sales_order.title == sales_order.customer_name:
		values["title"] = values["customer_name"]
	return Change(text, {"customer": party.customer, **values})


def _is_paid(order: Order, sales_order) -> bool:
	"""Whether a Payment Entry or a Payment Request names the Customer."""
	of_order = {
		"reference_doctype": sales_order.doctype,
		"reference_name": sales_order.name,
		"docstatus": ("<", 2),
	}
	booked = {"medusa_order_id": order.id, "docstatus": ("<", 2)}
	return bool(
		frappe.db.exists("Payment Entry Reference", of_order)
		or frappe.db.exists("Payment Entry", booked)
		or frappe.db.exists("Payment Request", of_order)
	)


def _contact(party: OrderParty) -> dict[str, str | None]:
	fields = ["full_name", "mobile_no", "email_id"]
	shown = party.contact and frappe.db.get_value("Contact", party.contact, fields, as_dict=True)
	shown = shown or frappe._dict()
	return {
		"contact_person": party.contact,
		"contact_display": shown.full_name,
		"contact_mobile": shown.mobile_no,
		"contact_email": shown.email_id,
	}


def _addresses(
	sales_order, party: OrderParty, now: CopiedBuyer, is_billing: bool, is_shipping: bool
) -> list[Change]:
	changes = []
	if is_billing:
		values = _shown(party.billing_address, "customer_address", "address_display")
		text = _("The billing address is now: {0}.").format(_line(now.billing))
		changes.append(Change(text, values, (INVOICE,), is_late=sales_order.per_billed >= 100))
	if is_shipping:
		values = _shown(party.shipping_address, "shipping_address_name", "shipping_address")
		text = _("The shipping address is now: {0}.").format(_line(now.shipping))
		is_late = sales_order.per_delivered >= 100 or sales_order.status == "Closed"
		changes.append(Change(text, values, is_late=is_late))
	return changes


def _shown(address: str | None, link: str, display: str) -> dict[str, str | None]:
	"""The fields of an address; {} for one that Medusa no longer has, so that the documents keep theirs."""
	if not address:
		return {}
	return {link: address, display: get_address_display(frappe.get_doc("Address", address).as_dict())}


def _line(address: Values) -> str:
	return ", ".join(address.values()) or "-"


def _notes(before: Values, now: Values) -> list[Change]:
	changed = {key: text for key, text in now.items() if before.get(key) != text}
	gone = {key: "-" for key in before if key not in now}
	return [Change(f"{key}: {text}", told_on=(NOTE,)) for key, text in {**changed, **gone}.items()]


# --- the documents


def _apply(change: Change, sales_order, documents: list) -> None:
	"""Write a change to the Sales Order and to drafts, and tell of it by comments."""
	late = [each for each in documents if each.docstatus == 1 and each.doctype in change.told_on]
	drafts = [each for each in documents if each.docstatus == 0]
	if change.values and not change.is_late:
		sales_order.db_set(change.values, notify=True)
	for each in drafts:
		values = {
			key: value for key, value in change.values.items() if frappe.get_meta(each.doctype).has_field(key)
		}
		if values:
			frappe.db.set_value(each.doctype, each.name, values)
	text = _("Changed in Medusa: {0}").format(change.text)
	names = ", ".join(each.name for each in late)
	has_former = (
		_("{0} was submitted before, and isn't changed.").format(names) if names and change.values else ""
	)
	_tell(sales_order.doctype, sales_order.name, f"{text} {has_former}")
	for each in drafts:
		_tell(each.doctype, each.name, text)
	for each in late:
		advice = _("This document was submitted before, and isn't changed: see to the parcel by hand.")
		_tell(each.doctype, each.name, f"{text} {advice}" if each.doctype == NOTE and change.values else text)


def _tell(doctype: str, name: str, text: str) -> None:
	frappe.get_doc(doctype, name).add_comment("Comment", medusa_texts.html(text.strip()))
