"""Customers and orders as the dialects read them from Medusa, built by hand for texts that a real Medusa is slow to give."""

from datetime import datetime, timezone
from decimal import Decimal

import frappe

from medusa_integration.medusa.order import Address, Customer, Order

AT = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HOME = Address(
	first_name="Aisha", last_name="Said", address_1="12 Harbour Street", city="Muscat", postal_code="100",
	country_code="OM", phone="+968 91234567",
)  # fmt: skip
DOCTYPES = ("Customer", "Lead", "Contact", "Address")


def customer(id: str = "cus_aisha", **values) -> Customer:
	"""One who has signed up."""
	defaults = {
		"email": "aisha@example.com",
		"first_name": "Aisha",
		"last_name": "Said",
		"has_account": True,
		"created_at": AT,
		"updated_at": AT,
	}
	return Customer(id=id, **{**defaults, **values})


def guest(id: str = "cus_guest", **values) -> Customer:
	return customer(id, **{"has_account": False, "first_name": "", "last_name": "", **values})


def order(buyer: Customer | None = None, id: str = "order_1", **values) -> Order:
	"""An order without lines."""
	buyer = buyer or customer()
	defaults = {
		"display_id": "1",
		"status": "pending",
		"currency": "OMR",
		"email": buyer.email,
		"created_at": AT,
		"updated_at": AT,
		"total": Decimal(0),
		"lines": (),
		"customer": buyer,
		"billing_address": HOME,
		"shipping_address": HOME,
	}
	return Order(id=id, **{**defaults, **values})


def parties() -> dict:
	"""All fields of all Customers, Leads, Contacts and Addresses, with their rows."""
	frappe.db.commit()
	return {
		(doctype, name): frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
		for doctype in DOCTYPES
		for name in frappe.get_all(doctype, pluck="name")
	}
