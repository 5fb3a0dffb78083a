"""Goods that come back in several returns: the invoices and credit notes come to Medusa's total, to the last unit, or the row
says what is missing."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import frappe
import pytest

from medusa_integration import erpnext_api
from medusa_integration.medusa.order import LineQuantity, Return
from medusa_integration.medusa.totals import due_of
from medusa_integration.orders import orders_from_medusa
from medusa_integration.orders.charges.last_unit import LAST_UNIT
from medusa_integration.orders.money import billing
from tests.orders.money.helpers import notes
from tests.orders.money.test_several_currencies import (
	arrive,
	configured,  # noqa: F401 (a fixture of this file, too)
	nothing_is_left,
	paid_order,
)
from tests.support import arriving, factories
from tests.support.arriving import VAT5, VAT15, line, shipping
from tests.support.parts import take
from tests.support.selling import company

PRICES = {"OMR": ("1.233", "0.337", "2.1"), "EUR": ("3.49", "0.79", "4.9"), "JPY": ("555", "79", "601")}
IDS = ("ordli_1_1", "ordli_1_2")


def inclusive(currency: str):
	"""An order with taxes in its prices and a discount, so that no line is a quantity times a price."""
	first, second, freight = PRICES[currency]
	lines = [
		line("G-1", first, 7, VAT5, id=IDS[0], inclusive=True),
		line("G-2", second, 5, VAT15, id=IDS[1], inclusive=True, off=Decimal(second) / 2),
	]
	return arriving.order(*lines, currency=currency, methods=[shipping(freight, VAT5, inclusive=True)])


def sent_back(given, *quantities: int, fee: str = ""):
	"""The order after a further return of its lines, and money given back for it."""
	lines = tuple(
		replace(each, received_quantity=each.received_quantity + quantity, fulfilled_quantity=each.quantity)
		for each, quantity in zip(given.lines, quantities, strict=True)
	)
	moved = tuple(LineQuantity(id, Decimal(each)) for id, each in zip(IDS, quantities, strict=True) if each)
	number = len(given.returns) + 1
	fees = (replace(shipping(fee, VAT5), id=f"ordsm_{number}", name="Back by post"),) if fee else ()
	back = Return(f"return_{number}", "received", moved, moved, fees=fees)
	changed = replace(given, lines=lines, returns=(*given.returns, back))
	return replace(changed, total=due_of(changed), current_total=due_of(changed))


def refunded(first, *later):
	"""The last of some states of an order, with the money that Medusa has given back in each."""
	states = [first, *later]
	refunds = [before.total - after.total for before, after in zip(states, later, strict=False)]
	return replace(
		states[-1], payments=paid_order(first, refunds=[each for each in refunds if each > 0]).payments
	)


def submit(doctype: str, *, newest_first: bool = False) -> None:
	drafts = {"is_return": 1, "docstatus": 0}
	order_by = f"creation {'desc' if newest_first else 'asc'}"
	for name in frappe.get_all(doctype, drafts, pluck="name", order_by=order_by):
		frappe.get_doc(doctype, name).submit()


def problems_of(given) -> list[str]:
	frappe.db.commit()
	found = orders_from_medusa.arrive(given)
	frappe.db.commit()
	return found


def sold(given):
	"""Paid, billed and delivered."""
	doc = arrive(paid_order(given))
	factories.invoice(doc)
	factories.delivery(frappe.get_doc("Sales Order", doc.name))
	return frappe.get_doc("Sales Order", doc.name)


def bill(doc) -> None:
	billing.bill(frappe.get_doc("Sales Order", doc.name))
	frappe.db.commit()


def is_met(doc, given) -> None:
	assert Decimal(str(round(billing.balance(doc), 3))) == due_of(given)


@pytest.mark.parametrize("currency", PRICES)
def test_one_return_after_another(currency: str):
	given = inclusive(currency)
	doc, states = sold(given), [given]
	for quantities in ((2, 1), (1, 2), (4, 2)):
		states.append(sent_back(states[-1], *quantities))
		arrive(refunded(*states))
		assert Decimal(str(notes()[-1].grand_total)) == states[-1].total - states[-2].total
		submit("Delivery Note")
		submit("Sales Invoice")
	arrive(refunded(*states))
	is_met(doc, states[-1])
	assert len(notes()) == 3
	nothing_is_left()


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("currency", PRICES)
def test_several_drafts_at_once(currency: str, newest_first: bool):
	given = inclusive(currency)
	doc, states = sold(given), [given]
	for quantities in ((2, 1), (1, 2)):
		states.append(sent_back(states[-1], *quantities))
	arrive(refunded(*states))
	assert [Decimal(str(note.grand_total)) for note in notes()] == [
		after.total - before.total for before, after in pairwise(states)
	]
	submit("Delivery Note")
	submit("Sales Invoice", newest_first=newest_first)
	arrive(refunded(*states))
	is_met(doc, states[-1])
	assert len(notes()) == 2
	nothing_is_left()


@pytest.mark.parametrize("currency", PRICES)
def test_a_return_between_two_invoices(currency: str):
	"""The last invoice has all of the shipping, though a part of what was billed before has come back."""
	given = inclusive(currency)
	doc = arrive(paid_order(given))
	factories.delivery(doc)
	take(erpnext_api.sales_invoice_of(doc.name), G_1=4, G_2=3)
	back = sent_back(given, 4, 0)  # three of them, before they were billed
	arrive(refunded(given, back))
	submit("Delivery Note")
	submit("Sales Invoice")
	bill(doc)
	arrive(refunded(given, back))
	is_met(doc, back)
	nothing_is_left()


def test_the_fee_of_one_return_isn_t_given_back_by_another():
	given = inclusive("EUR")
	doc = arrive(paid_order(given))
	factories.delivery(doc)
	first = sent_back(given, 2, 1, fee="0.77")
	arrive(refunded(given, first))
	submit("Delivery Note")
	bill(doc)
	second = sent_back(first, 1, 0)
	arrive(refunded(given, first, second))
	(note,) = notes()
	assert Decimal(str(note.grand_total)) == second.total - first.total
	assert not [row for row in note.taxes if (row.medusa_charge or "").startswith("fee:")]
	submit("Delivery Note")
	submit("Sales Invoice")
	arrive(refunded(given, first, second))
	is_met(doc, second)
	nothing_is_left()


def test_the_last_unit_is_on_the_account_of_rounding():
	given = inclusive("JPY")
	sold(given)
	back = sent_back(given, 2, 1)
	arrive(refunded(given, back))
	rows = [row for row in notes()[0].taxes if row.medusa_charge == LAST_UNIT]
	account = frappe.get_cached_value("Company", company(), "round_off_account")
	assert [row.account_head for row in rows] == [account]
	note = notes()[0]
	note.save()
	assert note.grand_total == notes()[0].grand_total


def test_without_an_account_of_rounding_nothing_is_written():
	given = inclusive("JPY")
	sold(given)
	account = frappe.get_cached_value("Company", company(), "round_off_account")
	frappe.db.set_value("Company", company(), "round_off_account", None)
	frappe.clear_document_cache("Company", company())
	try:
		back = sent_back(given, 2, 1)
		assert "Round Off Account" in problems_of(replace(back, payments=paid_order(given).payments))[0]
		assert notes() == []
	finally:
		frappe.db.set_value("Company", company(), "round_off_account", account)
		frappe.clear_document_cache("Company", company())
		frappe.db.commit()
	arrive(refunded(given, back))
	assert len(notes()) == 1


def test_a_credit_note_of_too_little_is_said():
	given = inclusive("EUR")
	doc = sold(given)
	back = sent_back(given, 2, 1)
	unpaid = replace(back, payments=paid_order(given).payments)
	assert problems_of(unpaid) == []
	note = notes()[0]
	note.items[0].rate -= 1
	note.save()
	(problem,) = problems_of(unpaid)
	too_much = Decimal(str(round(billing.balance(doc), 2))) - due_of(back)
	assert too_much > 0 and f"{too_much:.2f}" in problem and f"{due_of(back):.2f}" in problem
	assert "credit note" in problem and doc.name in problem
	note.items[0].rate += 1
	note.save()
	assert problems_of(unpaid) == []
