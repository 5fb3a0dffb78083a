"""Fees, returns, refunds and credits of orders in another currency than the company's books: all documents come to Medusa's
amounts, and nothing stays open."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest
from frappe.utils import flt

from medusa_integration.medusa.order import LineQuantity, Return
from medusa_integration.medusa.totals import due_of
from tests.orders.money import helpers
from tests.orders.money.helpers import account, expense, notes
from tests.orders.money.test_several_currencies import (
	RATES,
	arrive,
	configure,
	configured,  # noqa: F401 (a fixture of this file, too)
	nothing_is_left,
	order,
	paid_order,
	split,
)
from tests.support import arriving, factories
from tests.support.arriving import VAT5, shipping

FOREIGN = [each for each in RATES if each != "OMR"]
DECIMALS = {"OMR": 3, "JPY": 0}


def submit_notes() -> None:
	for note in notes():
		if note.docstatus == 0:
			note.submit()


@pytest.mark.parametrize("bank_currency", ["OMR", "its own"])
@pytest.mark.parametrize("currency", FOREIGN)
def test_the_providers_fee(currency: str, bank_currency: str):
	"""The bank has the captures less the fees, the fees are an expense, and the customer has paid all."""
	own = bank_currency == "its own"
	bank = account(f"Stripe {currency}", currency, "Bank") if own else account("Stripe OMR", "OMR", "Bank")
	fees = expense("Fees of Providers")
	row = {"mode_of_payment": "Credit Card", "account": bank, "fee_account": fees, "fee_percent": 2.9}
	arriving.configure_orders(payment_providers=[row])
	given, parts = order(currency), split(order(currency).total, currency)
	factories.invoice(arrive(given))
	doc = arrive(paid_order(given, *parts))
	nothing_is_left()
	entries = helpers.entries(given.id)
	kept = sum(flt(each.deductions[0].amount, 3) for each in entries)
	rate = flt(doc.base_grand_total) / flt(doc.grand_total)
	assert kept == pytest.approx(
		float(given.total) * 0.029 * rate, abs=rate * 10 ** -DECIMALS.get(currency, 2) + 0.002
	)
	assert flt(sum(each.paid_amount for each in entries) + kept, 3) == flt(doc.base_grand_total, 3)
	if own:
		digits = DECIMALS.get(currency, 2)
		for each, part in zip(entries, parts, strict=True):
			assert each.received_amount == float(part - round(part * Decimal("0.029"), digits))


@pytest.mark.parametrize("together", [False, True], ids=["refunded first", "billed on capture"])
@pytest.mark.parametrize("currency", FOREIGN)
def test_a_refund_before_the_invoice(currency: str, together: bool):
	given = order(currency)
	back = split(given.total, currency)[0]
	if together:
		configure(invoice_on_capture=1)
	doc = arrive(paid_order(given, refunds=[back]))
	if not together:
		factories.invoice(doc)
		arrive(paid_order(given, refunds=[back]))
	(note,) = notes()
	assert Decimal(str(note.grand_total)) == -back
	submit_notes()
	nothing_is_left()


@pytest.mark.parametrize("currency", FOREIGN)
def test_all_is_given_back_before_the_invoice(currency: str):
	given = order(currency)
	doc = arrive(paid_order(given, refunds=[given.total]))
	factories.invoice(doc)
	arrive(paid_order(given, refunds=[given.total]))
	submit_notes()
	nothing_is_left()


def sent_back(given, fee: str):
	"""The order after two of the first line came back, by a return that the customer pays a fee for."""
	first = replace(given.lines[0], received_quantity=Decimal(2), fulfilled_quantity=Decimal(7))
	pieces = (LineQuantity(first.id, Decimal(2)),)
	methods = (replace(shipping(fee, VAT5), id="ordsm_back", name="Back by post"),)
	back = Return("return_1", "received", items=pieces, received=pieces, fees=methods)
	changed = replace(given, lines=(first, *given.lines[1:]), returns=(back,))
	return replace(changed, total=due_of(changed), current_total=due_of(changed))


@pytest.mark.parametrize("currency", FOREIGN)
def test_a_return_with_a_fee(currency: str):
	"""The credit note is what Medusa gives back: the goods less the fee."""
	given = order(currency)
	doc = arrive(paid_order(given))
	factories.invoice(doc)
	factories.delivery(frappe.get_doc("Sales Order", doc.name))
	back = sent_back(given, "79" if currency == "JPY" else "0.75")
	money = given.total - due_of(back)
	paid = replace(back, payments=paid_order(given, refunds=[money]).payments)
	arrive(paid)
	(note,) = notes()
	assert Decimal(str(note.grand_total)) == -money
	for name in frappe.get_all("Delivery Note", {"is_return": 1, "docstatus": 0}, pluck="name"):
		frappe.get_doc("Delivery Note", name).submit()
	submit_notes()
	arrive(paid)
	assert len(notes()) == 1
	nothing_is_left()


@pytest.mark.parametrize("currency", FOREIGN)
def test_what_came_back_before_the_invoice(currency: str):
	given = order(currency)
	doc = arrive(paid_order(given))
	factories.delivery(doc)
	back = sent_back(given, "79" if currency == "JPY" else "0.75")
	money = given.total - due_of(back)
	paid = replace(back, payments=paid_order(given, refunds=[money]).payments)
	arrive(paid)
	for name in frappe.get_all("Delivery Note", {"is_return": 1, "docstatus": 0}, pluck="name"):
		frappe.get_doc("Delivery Note", name).submit()
	bill = factories.invoice(frappe.get_doc("Sales Order", doc.name))
	assert Decimal(str(bill.grand_total)) == due_of(back)
	assert due_of(replace(back, returns=())) < due_of(back)  # the fee
	arrive(paid)
	assert notes() == []
	nothing_is_left()
