"""Delivery Notes, Sales Invoices and returns of the shop's orders carry their share of the order's fixed charges."""

from decimal import Decimal
from random import Random

import frappe
import pytest

from tests.support import factories
from tests.support.arriving import set_precision
from tests.support.breakups import breakups
from tests.support.effort import cases
from tests.support.parts import (
	BILL,
	KINDS,
	NOTE,
	Journey,
	amounts,
	assert_adds_up,
	saved_again,
	submitted,
	sums,
	take,
	whole,
)
from tests.support.selling import Line, charged_order

D = Decimal
GLOVES = (
	Line("G-1", 3, "10.000", tax="0.500"),
	Line("G-2", 2, "6.666", tax="0.333"),
	Line("B-1", 1, "20.000", "VAT 10", "10", "2.000"),
)


@pytest.fixture(autouse=True, scope="module")
def site():
	"""Three decimals, as Oman's currency has, rows that split a line, and one receivable account for all currencies."""
	singles = [
		("System Settings", "currency_precision", "3"),
		("Selling Settings", "allow_multiple_items", 1),
		("Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1),
	]
	# The stand-in has few.
	singles = [each for each in singles if frappe.get_meta(each[0]).has_field(each[1])]
	before = [(doctype, field, frappe.db.get_single_value(doctype, field)) for doctype, field, _ in singles]
	_set(singles)
	yield
	_set(before)


def _set(singles: list) -> None:
	for doctype, field, value in singles:
		frappe.db.set_single_value(doctype, field, value)
	set_precision(singles[0][2])


def gloves(**values):
	"""Net 36.666, shipping 2, VAT 5 of 0.933 of which 0.100 is on the shipping, VAT 10 of 2, rounding 0.001."""
	return charged_order(*GLOVES, shipping="2.000", rest={"VAT 5": "0.100"}, rounding="0.001", **values)


def mapped(kind: str, order):
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

	return (make_delivery_note if kind == NOTE else make_sales_invoice)(order.name)


def part(kind: str, order, *, submit: bool = True, **quantities: int):
	"""A document for `{item code with _ for -: quantity}`."""
	return take(mapped(kind, order), submit=submit, **quantities)


def returned(doc, *, submit: bool = True, **quantities: int):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as of_bill
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return as of_note

	return take((of_note if doc.doctype == NOTE else of_bill)(doc.name), submit=submit, **quantities)


def of(doc) -> dict[str, str]:
	return {key: f"{amount:.3f}" for key, amount in amounts(doc).items()}


# --- one order


@pytest.mark.parametrize("kind", KINDS)
def test_parts_carry_their_share_and_the_last_one_the_rest(kind):
	order = gloves()
	first = part(kind, order, G_1=1)
	# G-1: a third of its 0.500; the net, 10 / 3 of 36.666, for shipping and the tax on it.
	assert of(first) == {
		"shipping": "0.182",
		"tax:VAT 5": "0.176",
		"tax:VAT 10": "0.000",
		"rounding": "0.000",
	}
	second = part(kind, order, G_1=1, B_1=1)
	assert of(second)["tax:VAT 10"] == "2.000"
	last = part(kind, order, G_1=1, G_2=2)
	assert sums(kind, order) == whole(order)
	for doc in (first, second, last):
		assert_adds_up(doc)


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_order_in_one_is_as_the_order(kind):
	order = gloves()
	doc = mapped(kind, order)
	assert whole(doc) == whole(order)
	doc.insert(ignore_permissions=True)
	doc.submit()
	assert whole(doc) == whole(order)
	assert {code: part for parts in breakups(doc).values() for code, part in parts.items()} == {
		# the tax on shipping is shared by what the lines have
		"G-1": [5, 0.56],
		"G-2": [5, 0.373],
		"B-1": [10, 2],
	}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_shows_the_share_before_it_is_saved(kind):
	order = gloves()
	part(kind, order, G_1=3, G_2=2)
	doc = mapped(kind, order)  # what is left
	assert D(str(doc.grand_total)) == D("20") + sum(amounts(doc).values())
	assert of(doc)["tax:VAT 5"] == "0.055"  # of the tax on shipping, the part of B-1
	shown = whole(doc)
	doc.insert(ignore_permissions=True)
	assert whole(doc) == shown


@pytest.mark.parametrize("kind", KINDS)
def test_saving_in_the_desk_changes_nothing_and_another_quantity_does(kind):
	doc = part(kind, gloves(), submit=False, G_1=2, B_1=1)
	doc = saved_again(saved_again(doc))
	assert of(doc)["tax:VAT 10"] == "2.000"
	doc.items = [row for row in doc.items if row.item_code == "G-1"]
	doc = saved_changed(doc)
	assert of(doc)["tax:VAT 10"] == "0.000"
	assert D(of(doc)["tax:VAT 5"]) == D("0.352")


def saved_changed(doc):
	doc.save(ignore_permissions=True)
	return saved_again(doc)


@pytest.mark.parametrize("kind", KINDS)
def test_a_return_gives_back_its_part_and_all_of_them_all(kind):
	order = gloves()
	doc = part(kind, order, G_1=3, G_2=2, B_1=1)
	one = returned(doc, B_1=1)
	assert of(one) == {
		"shipping": "-1.091",
		"tax:VAT 5": "-0.055",
		"tax:VAT 10": "-2.000",
		"rounding": "-0.001",
	}
	assert_adds_up(one)
	returned(doc, G_1=1)
	returned(doc, G_1=2, G_2=2)
	assert not any(sums(kind, order).values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_cancelled_document_gives_its_part_to_the_others(kind):
	order = gloves()
	first = part(kind, order, G_1=1, B_1=1)
	part(kind, order, G_1=1)
	frappe.get_doc(kind, first.name).cancel()
	part(kind, order, G_1=2, G_2=2, B_1=1)
	assert sums(kind, order) == whole(order)


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_one_takes_what_others_really_left(kind):
	"""As documents from before the app shared anything."""
	order = gloves()
	first = part(kind, order, G_1=1)
	row = next(row for row in first.taxes if row.medusa_charge == "shipping")
	row.db_set({"tax_amount": 1.5, "medusa_charge": None})
	second = part(kind, order, G_1=1)
	assert D("0") < D(of(second)["shipping"]) < D("0.182")
	last = part(kind, order, G_1=1, G_2=2, B_1=1)
	assert D(of(second)["shipping"]) + D(of(last)["shipping"]) == D("0.500")
	row.db_set("tax_amount", 9)
	frappe.get_doc(kind, last.name).cancel()
	assert of(part(kind, order, G_1=1, G_2=2, B_1=1))["shipping"] == "0.000"


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_somebody_else_stay(kind):
	order = gloves()
	doc = part(kind, order, submit=False, G_1=1)
	doc.append("taxes", factories.tax(amount=7))
	doc.append("taxes", factories.tax(rate=10))
	doc.save(ignore_permissions=True)
	doc.submit()
	fixed, percent = doc.taxes[-2:]
	assert (fixed.tax_amount, percent.tax_amount) == (7, 0.333)
	assert of(doc)["shipping"] == "0.182"
	part(kind, order, G_1=2, G_2=2, B_1=1)
	left = {key: amount for key, amount in sums(kind, order).items() if key != "grand"}
	assert left == amounts(order)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_somebody_deletes_stays_deleted_and_the_last_one_takes_it(kind):
	order = gloves()
	doc = part(kind, order, submit=False, G_1=1)
	doc.taxes = [row for row in doc.taxes if row.medusa_charge != "shipping"]
	doc.save(ignore_permissions=True)
	doc.submit()
	assert "shipping" not in amounts(doc)
	part(kind, order, G_1=2, G_2=2, B_1=1)
	assert sums(kind, order)["shipping"] == D("2")


def test_an_invoice_of_a_delivery_note():
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

	order = gloves()
	for quantities in ({"G_1": 1}, {"G_1": 2, "G_2": 1}, {"G_2": 1, "B_1": 1}):
		note = part(NOTE, order, **quantities)
		bill = make_sales_invoice(note.name)
		assert whole(bill) == whole(note)
		bill.insert(ignore_permissions=True)
		bill.submit()
		assert whole(bill) == whole(note)
		assert breakups(bill) == breakups(note)
	assert sums(BILL, order) == whole(order)


@pytest.mark.parametrize("merge_taxes", [0, 1])
def test_two_delivery_notes_in_one_invoice(merge_taxes):
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

	order = gloves()
	notes = [part(NOTE, order, G_1=1), part(NOTE, order, G_1=1, G_2=2)]
	bill, args = None, {"merge_taxes": merge_taxes}
	for note in notes:
		bill = make_sales_invoice(note.name, bill, args)
	bill.insert(ignore_permissions=True)
	bill.submit()
	assert whole(bill) == sums(NOTE, order)
	part(BILL, order, G_1=1, B_1=1)
	assert sums(BILL, order) == whole(order)


@pytest.mark.parametrize("kind", KINDS)
def test_two_orders_in_one_document(kind):
	"""As the form's Get Items From makes it: ERPNext keeps the charges of the last order only."""
	orders = [gloves(), gloves(medusa_order_id="order_2", shipping_rule=None)]
	doc = joined(kind, *orders)
	assert len(doc.taxes) == 8
	doc.insert(ignore_permissions=True)
	doc = saved_again(doc)
	doc.submit()
	assert D(str(doc.grand_total)) == 2 * D(str(orders[0].grand_total))
	both = amounts(doc)
	for order in orders:
		assert {
			key.partition("@")[0]: value for key, value in both.items() if key.endswith(order.name)
		} == amounts(order)
	one = returned(doc, B_1=2)
	assert sorted(of(one).values()) == sorted(2 * ["-1.091", "-0.055", "-2.000", "-0.001"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_joint_document_counts_for_each_of_its_orders(kind):
	first, second = gloves(), gloves(medusa_order_id="order_2")
	doc = joined(kind, first, second)
	for row in doc.items:
		row.qty = 1
	doc.items = [row for row in doc.items if row.item_code != "B-1"]
	doc.insert(ignore_permissions=True)
	doc.submit()
	for order in (first, second):
		rest = mapped(kind, order)
		rest.insert(ignore_permissions=True)
		rest.submit()
		carried = {
			key.partition("@")[0]: amount for key, amount in amounts(doc).items() if key.endswith(order.name)
		}
		for key, amount in amounts(order).items():
			assert carried[key] + amounts(rest)[key] == amount


def joined(kind: str, *orders):
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

	doc = None
	for order in orders:
		doc = (make_delivery_note if kind == NOTE else make_sales_invoice)(order.name, doc)
	return doc


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_of_a_quotation_shares_its_fixed_rows_by_net_amounts(kind):
	order = factories.sales_order(
		("G-1", 4, 5),
		("G-2", 1, 10),
		medusa_order_id="order_1",
		taxes=[factories.tax(rate=5), factories.tax(amount=1), factories.tax(amount=2)],
	)
	first = part(kind, order, G_1=1)
	assert [row.tax_amount for row in first.taxes] == [0.25, 0.167, 0.333]
	part(kind, order, G_2=1)
	part(kind, order, G_1=3)
	assert sums(kind, order)["grand"] == whole(order)["grand"]


@pytest.mark.parametrize("kind", KINDS)
def test_orders_that_are_not_the_shops_are_left_to_erpnext(kind):
	order = factories.sales_order(("G-1", 4, 5), taxes=[factories.tax(amount=2)])
	first = part(kind, order, G_1=1)
	assert [row.tax_amount for row in first.taxes] == [2]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fixed_discount_is_shared_too(kind):
	order = factories.sales_order(
		("G-1", 4, 5),
		("G-2", 1, 10),
		medusa_order_id="order_1",
		taxes=[factories.tax(amount=2)],
		apply_discount_on="Grand Total",
		discount_amount=3,
		disable_rounded_total=1,
	)
	first = part(kind, order, submit=False, G_1=1)
	assert first.discount_amount == 0.5
	first.items[0].qty = 2
	first = saved_changed(first)
	assert first.discount_amount == 1
	first.discount_amount = 1.25  # somebody's own
	first = saved_changed(first)
	assert first.discount_amount == 1.25
	first.submit()
	rest = mapped(kind, order)
	assert rest.discount_amount == 1.75
	rest.insert(ignore_permissions=True)
	rest.submit()
	assert sums(kind, order)["grand"] == whole(order)["grand"]
	assert returned(rest, G_1=1).discount_amount == -0.5


@pytest.mark.parametrize("kind", KINDS)
def test_free_goods_and_another_decimals(kind):
	"""An order that is free but for its shipping, in a currency without decimals."""
	order = charged_order(
		Line("G-1", 3, "0"),
		Line("G-2", 1, "0"),
		shipping="10",
		decimals=0,
		currency="JPY",
		conversion_rate=0.0025,
		selling_price_list="Standard Selling",
		plc_conversion_rate=1,
	)
	shares = [of(part(kind, order, **quantities))["shipping"] for quantities in ({"G_1": 1}, {"G_1": 2})]
	assert shares == ["3.000", "5.000"]
	part(kind, order, G_2=1)
	assert sums(kind, order) == whole(order)


def test_a_rate_edited_by_hand():
	"""What is billed by its amount is billed: the order has nothing left."""
	order = gloves()
	doc = mapped(BILL, order)
	for row in doc.items:
		if row.item_code == "G-2":
			row.qty, row.rate, row.price_list_rate = 1, 6.666, 6.666
	doc.insert(ignore_permissions=True)
	doc.submit()
	assert not mapped(BILL, order).items
	assert {key: value for key, value in sums(BILL, order).items() if key != "grand"} == amounts(order)


def test_a_debit_note_is_left_alone():
	order = gloves()
	bill = part(BILL, order, G_1=1)
	note = mapped(BILL, order)
	note.update({"is_debit_note": 1, "return_against": bill.name})
	note.items = note.items[:1]
	note.taxes = note.taxes[:1]
	note.taxes[0].tax_amount = 9
	note.insert(ignore_permissions=True)
	assert note.taxes[0].tax_amount == 9


def test_the_number_of_queries_does_not_grow():
	from medusa_integration.orders.charges import shares

	def count(lines: int, notes: int) -> int:
		order = charged_order(
			*(Line(f"Q-{n}", 4, "3.333", tax="0.100") for n in range(lines)), shipping="1.000"
		)
		for _ in range(notes):
			part(NOTE, order, **{f"Q_{n}": 1 for n in range(lines)})
		doc = mapped(NOTE, order)
		shares.share_charges(doc)
		queries = []
		run = frappe.db.sql
		frappe.db.sql = lambda *args, **kwargs: queries.append(args[0]) or run(*args, **kwargs)
		try:
			shares.share_charges(doc)
		finally:
			frappe.db.sql = run
		return len(queries)

	assert count(8, 3) == count(1, 1) <= 6


# --- the books


def test_the_books_balance_and_nothing_is_left_to_pay():
	order = gloves()
	for quantities in ({"G_1": 2, "B_1": 1}, {"G_1": 1, "G_2": 2}):
		for kind in KINDS:
			part(kind, order, **quantities)
	for bill in submitted(BILL, order):
		assert bill.outstanding_amount == bill.grand_total
		factories.payment(bill)
		bill.reload()
		assert (bill.outstanding_amount, bill.status) == (0, "Paid")
	order.reload()
	assert (order.per_delivered, order.per_billed, order.status) == (100, 100, "Completed")
	if frappe.db.exists("DocType", "GL Entry"):
		booked = entries([bill.name for bill in submitted(BILL, order)])
		assert sum(booked.values()) == 0
		for row in order.taxes:
			assert booked[row.account_head] == -D(str(row.tax_amount))


def entries(vouchers: list[str]) -> dict[str, Decimal]:
	"""`{account: debit minus credit}` of documents, each of which balances."""
	booked: dict[str, Decimal] = {}
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": ("in", vouchers), "is_cancelled": 0},
		["voucher_no", "account", "debit", "credit"],
	)
	for voucher in vouchers:
		of_voucher = [row for row in rows if row.voucher_no == voucher]
		assert of_voucher
		assert sum(D(str(row.debit)) - D(str(row.credit)) for row in of_voucher) == 0
	for row in rows:
		value = D(str(row.debit)) - D(str(row.credit))
		booked[row.account] = booked.get(row.account, D(0)) + value
	return booked


# --- at random


def random_order(random: Random, number: int):
	codes = [("VAT 5", "5"), ("VAT 10", "10"), ("Zero", "0")][: random.randint(1, 3)]
	lines = []
	for index in range(random.randint(1, 6)):
		code, rate = random.choice(codes)
		net = D(random.choice([0, 1, random.randint(1, 99999)])) / 1000
		tax = (net * D(rate) / 100).quantize(D("0.001"))
		lines.append(Line(f"R-{index}", random.randint(1, 9), str(net), code, rate, str(tax)))
	rest = {lines[0].tax_code: str(D(random.randint(0, 300)) / 1000)}
	return charged_order(
		*lines,
		shipping=str(D(random.choice([0, 1, random.randint(1, 5000)])) / 1000),
		rest=rest,
		rounding=random.choice(["0", "0.001", "-0.001"]),
		medusa_order_id=f"order_{number}",
	)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(cases(6, 2)))
def test_parts_in_any_sequence_add_up_to_the_order(seed):
	random = Random(seed)
	for number in range(10):
		order = random_order(random, seed * 100 + number)
		journey = Journey(order, random)
		journey.run(random.randint(2, 8))
		journey.check_end()
		frappe.db.commit()
	assert submitted(NOTE, order)
