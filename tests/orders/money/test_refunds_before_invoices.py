"""Money that Medusa gave back before ERPNext had an invoice: nothing is left open once invoice and credit note are made."""

import pytest

from tests.orders.money.helpers import (
	arrive,
	bills,
	capture,
	configure,
	entries,
	is_balanced,
	notes,
	open_vouchers,
	ordered,
	owes,
	paid,
	sales_order,
)
from tests.support import factories


@pytest.fixture(autouse=True)
def configured():
	configure()


def settled(doc, *invoices) -> None:
	"""The customer owes nothing, nothing is owed to the customer, and no document is open."""
	for bill in (*invoices, *notes()):
		bill.reload()
		assert bill.outstanding_amount == 0, bill.name
	for entry in entries():
		assert entry.unallocated_amount == 0 or open_vouchers(doc.customer) == {}, entry.name
	assert open_vouchers(doc.customer) == {}
	assert owes(doc.customer) == 0
	assert is_balanced(*invoices, *notes(), *entries())


@pytest.mark.parametrize("back", [4, 10])
def test_the_invoice_and_its_credit_note_settle(back):
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", back, 5)]))
	arrive(order, doc)
	bill = factories.invoice(doc)
	doc.reload()
	bill.reload()
	arrive(order, doc)
	(note,) = notes()
	assert note.grand_total == -back
	note.submit()
	settled(doc, bill)


def test_a_refund_of_the_first_part_before_the_second_invoice():
	doc = sales_order()
	first = factories.invoice(doc, submit=False)
	first.items[0].qty = 1
	first.save()
	first.submit()
	doc.reload()
	order = ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", 2, 5)]))
	arrive(order, doc)
	for note in notes():
		note.submit()
	doc.reload()
	second = factories.invoice(doc)
	doc.reload()
	arrive(order, doc)
	for note in notes():
		if not note.docstatus:
			note.submit()
	settled(doc, first, second)


@pytest.mark.parametrize("back", [4, 10])
def test_seen_together_with_the_invoice(back):
	configure(invoice_on_capture=1)
	doc = sales_order()
	order = ordered(paid(capture("cap_1", 10), refunds=[capture("ref_1", back, 5)]))
	arrive(order, doc)
	(note,) = notes()
	note.submit()
	settled(doc, *bills())
