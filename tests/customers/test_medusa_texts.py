"""Orders and customers of Medusa of which every text is hostile."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace

import frappe
import pytest

from medusa_integration.customers.customers_from_medusa import arrive as arrive_customer
from medusa_integration.delivery import claims, settling
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.kind import Row
from medusa_integration.medusa.order import Address, Customer, Fulfillment, LineQuantity, Order, Tax
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER, OrdersTask, arrive
from tests.support import arriving, hostile
from tests.support.arriving import line, order, shipping
from tests.support.hostile import HARMLESS, HOSTILE
from tests.support.selling import tax_account

TAX = Tax(HOSTILE, Decimal(5), HOSTILE)
PLACE = Address(
	id="addr_1", first_name=HOSTILE, last_name=HOSTILE, company=HOSTILE, address_1=HOSTILE, address_2=HOSTILE, city=HOSTILE,
	province=HOSTILE, postal_code=HOSTILE, country_code="OM", phone=HOSTILE,
)  # fmt: skip
BUYER = Customer(
	id="cus_1", email="h@clinic.example", first_name=HOSTILE, last_name=HOSTILE, company_name=HOSTILE, phone=HOSTILE,
	has_account=True, addresses=(PLACE,),
)  # fmt: skip
NUMBERS = ((HOSTILE, f"https://post.example/{HOSTILE}"),)
STORED = {
	("Customer", "customer_name"), ("Contact", "first_name"), ("Address", "address_line1"), ("Address", "city"),
	("Sales Order", "po_no"), ("Sales Order", "address_display"), ("Sales Order", "medusa_charges"),
	("Sales Taxes and Charges", "description"), ("Sales Taxes and Charges", "medusa_charge"),
	("Delivery Note", "lr_no"), ("Delivery Note", "medusa_tracking_url"), ("Comment", "content"),
	("Medusa Inbox", "about"), ("Medusa Inbox", "error"),
}  # fmt: skip


@pytest.fixture
def shelf():
	"""An item without stock, whose orders Medusa ships."""
	arriving.items("G-1")
	arriving.configure_orders(
		fulfilled_by="Medusa", tax_accounts=[], fallback_tax_account=tax_account("Shop VAT")
	)
	with arriving.precision(3):
		yield


def hostile_order(quantity: int, **values) -> Order:
	named = {"display_id": HOSTILE, "customer": BUYER, "billing_address": PLACE, "shipping_address": PLACE}
	return order(
		line("G-1", 5, quantity, TAX, title=HOSTILE),
		methods=[shipping(2, TAX, name=HOSTILE)],
		**{**named, "note": HOSTILE, **values},
	)


def parcel(quantity: int) -> Fulfillment:
	return Fulfillment("ful_1", "", (LineQuantity("ordli_G-1", Decimal(quantity)),), tracking=NUMBERS)


@pytest.mark.slow
def test_an_order_of_which_every_text_is_hostile(shelf):
	"""Placed, edited after it was submitted, shipped, and parked."""
	placed = hostile_order(1)
	assert arrive(placed) == []
	assert arrive(hostile_order(2)) == []
	shipped = hostile_order(2, fulfillments=(replace(parcel(2), tracking=()),))
	assert arrive(shipped) == []
	assert arrive(replace(shipped, fulfillments=(parcel(2),))) == []  # written to the submitted Delivery Note
	late = datetime.now(timezone.utc) + timedelta(days=1)  # after the import was switched on
	unknown = line(HOSTILE, 5, title=HOSTILE)
	_park(order(unknown, id="order_2", email=HOSTILE, display_id=HOSTILE, created_at=late))
	found = hostile.written()
	assert {each[:2] for each in found} >= STORED
	tables = [each for each in found if each.column == "other_charges_calculation"]
	assert tables and not any(hostile.tags(each.value) for each in tables)
	assert not hostile.raw([each for each in found if each not in tables])
	assert [each.value for each in found if each.table == "Comment"] == [HARMLESS]
	sold = frappe.get_doc("Sales Order", {"medusa_order_id": "order_1"})
	assert sold.items[0].qty == 2
	keys = {charge["key"] for charge in json.loads(sold.medusa_charges)["charges"]}
	assert {row.medusa_charge for row in sold.taxes} == keys
	html = frappe.get_print(sold.doctype, sold.name)
	assert not hostile.tags(html)
	assert HARMLESS in hostile.shown(html)


def _park(blocked: Order) -> None:
	"""Have an inbox row worked off that a person has to see to."""
	inbox.add(INCOMING_ORDER, blocked.id)
	frappe.db.commit()
	(row,) = claims.claim(inbox, INCOMING_ORDER.name, 1, 60)
	result = OrdersTask([row], SimpleNamespace()).result(row, blocked, lambda: None)
	assert "ERPNext has no Item for" in result.why
	assert settling.settle(inbox, [result], 8, 60, settling.Hooks()) == []


@pytest.mark.parametrize("setting", ["Leads", "Customers"])
def test_a_customer_of_whom_every_text_is_hostile(setting):
	arriving.configure_orders(new_customers=setting)
	assert arrive_customer(BUYER) == []
	assert arrive_customer(replace(BUYER, first_name=f"{HOSTILE}!", addresses=())) == []
	found = hostile.written()
	assert {each.table for each in found} >= {setting[:-1], "Contact"}
	assert not hostile.raw(found)


def test_a_refusal_of_medusas_that_repeats_a_text(shelf):
	"""What Medusa says of a record it doesn't take may be a customer's words."""
	inbox.add(INCOMING_ORDER, "order_3")
	frappe.db.commit()
	(row,) = claims.claim(inbox, INCOMING_ORDER.name, 1, 60)
	assert isinstance(row, Row)
	settling.settle(inbox, [settling.Result.parked(row, HOSTILE)], 8, 60, settling.Hooks())
	assert frappe.db.get_value(inbox.doctype, row.name, "error") == HARMLESS
