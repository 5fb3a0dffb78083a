"""The whole life of an order: bought in a real Medusa with taxes, shipping and a promotion, paid, delivered in two parcels,
billed, sent back in part, refunded. Once Medusa does each step first, once ERPNext does.

At the end both have the same sums, each document's entries in the ledger balance, and nobody owes anything.
"""

from decimal import Decimal
from typing import NamedTuple

import frappe
import pytest

from medusa_integration import session
from medusa_integration.medusa.totals import half_up
from medusa_integration.orders import orders_from_medusa
from tests.orders.money import helpers
from tests.orders.money.helpers import bills, entries, is_balanced, notes, open_vouchers, owes
from tests.support import arriving, buying, factories, goods, parts
from tests.support.selling import company, sales_return

pytestmark = [pytest.mark.v2("v1 captures whole, and takes a return and its refund in one"), pytest.mark.slow]
PRICES = {"G-1": {"omr": 1.235, "usd": 4}, "G-2": {"omr": 1.235, "usd": 3.99}}
RATE = Decimal("0.385")  # of the dollar, in Oman's rials


class Shop(NamedTuple):
	"""A market, and where ERPNext keeps the goods."""

	medusa: object
	market: buying.Market
	products: list[dict]
	warehouse: str
	decimals: int


@pytest.fixture(params=["omr", "usd"])
def shop(medusa, request):
	currency = request.param
	if currency == "usd" and not frappe.db.exists("DocType", "GL Entry"):
		pytest.skip("the stand-in keeps no accounts in other currencies")
	country, decimals = {"omr": ("sa", 3), "usd": ("ae", 2)}[currency]
	warehouse = factories.warehouse("Web Shelf")
	with arriving.precision(3):
		arriving.exchange("USD", float(RATE))
		arriving.configure_orders(
			server=False,
			payment_providers=[{"mode_of_payment": "Cash"}],
			sales_channels=[{"warehouse": warehouse}],
			receivable_accounts=[
				{"currency": "USD", "account": helpers.account("Debtors USD", "USD", "Receivable")}
			],
		)
		products = [buying.product(medusa, code, prices) for code, prices in PRICES.items()]
		for code in PRICES:
			factories.item(code)
		if frappe.db.exists("DocType", "Stock Entry"):
			factories.move_stock(warehouse, G_1=20, G_2=20)
		frappe.db.commit()
		market = buying.market(medusa, country, currency, rate=5)
		options = list(market.shipping)
		buying.tax(medusa, market, 15, products=[products[1]["id"]], shipping=options[:1])
		yield Shop(medusa, market, products, warehouse, decimals)


@pytest.fixture
def order_id(shop):
	"""Seven of the one at 5 %, three of the other at 15 %, as the shipping, and 10 % off."""
	code = buying.promotion(shop.medusa, "TEN", percent=10)
	lines = [(each["variant_id"], quantity) for each, quantity in zip(shop.products, (7, 3), strict=True)]
	return buying.place(shop.medusa, lines, market=shop.market, promotions=[code])


def arrive(order_id: str):
	"""What the inbox does about an order, twice: the second time changes nothing."""
	for _time in range(2):
		frappe.db.commit()
		assert orders_from_medusa.arrive(session.open_shop().read_orders([order_id])[order_id]) == []
		frappe.db.commit()
	return frappe.get_doc("Sales Order", {"medusa_order_id": order_id, "docstatus": ("<", 2)})


def sent() -> None:
	"""All that Medusa is to be told is told."""
	factories.drain()
	assert [(row.kind, row.reference_name, row.error) for row in factories.outbox()] == []


def total(shop: Shop, order_id: str) -> float:
	return float(half_up(buying.total(shop.medusa, order_id), shop.decimals))


def moved(order_id: str) -> tuple[Decimal, Decimal]:
	"""What Medusa has captured of an order, and given back."""
	payments = session.open_shop().read_orders([order_id])[order_id].payments
	return sum(each.captured for each in payments), sum(each.refunded for each in payments)


def booked(order_id: str, side: str) -> Decimal:
	"""The sum of an order's Payment Entries of a type, in the currency of the customer's account: the company's."""
	field = "paid_amount" if side == "Receive" else "received_amount"
	found = [entry for entry in entries(order_id) if entry.payment_type == side and entry.docstatus == 1]
	return sum((Decimal(str(entry.get(field))) for entry in found), Decimal(0))


def deliveries(doc) -> list:
	return parts.submitted(parts.NOTE, doc)


def nothing_is_left(shop: Shop, doc, order_id: str) -> None:
	"""The books are closed, and agree with Medusa's."""
	for bill in bills():
		assert (bill.outstanding_amount, bill.docstatus) == (0, 1)
	for note in notes():
		assert (note.outstanding_amount, note.docstatus) == (0, 1), note.name
	assert open_vouchers(doc.customer) == {}
	assert owes(doc.customer) == 0
	paid = frappe.get_all("Payment Entry", {"party": doc.customer, "docstatus": 1}, pluck="name")
	assert is_balanced(*bills(), *notes(), *(frappe.get_doc("Payment Entry", name) for name in paid))
	if frappe.db.exists("DocType", "GL Entry"):
		assert is_balanced(*deliveries(doc))
		assert not unbalanced_vouchers()
	captured, refunded = moved(order_id)
	billed = sum(Decimal(str(each.grand_total)) for each in bills())
	credited = -sum(Decimal(str(each.grand_total)) for each in notes())
	assert (billed, credited) == (half_up(captured, shop.decimals), half_up(refunded, shop.decimals))


def unbalanced_vouchers() -> list[str]:
	sums: dict[str, Decimal] = {}
	for row in frappe.get_all(
		"GL Entry",
		{"company": company(), "is_cancelled": 0},
		["voucher_no", "debit", "credit"],
		order_by=None,
		limit_page_length=0,
	):
		sums.setdefault(row.voucher_no, Decimal(0))
		sums[row.voucher_no] += Decimal(str(row.debit)) - Decimal(str(row.credit))
	return [name for name, rest in sums.items() if rest]


def refund_rest(shop: Shop, order_id: str) -> float:
	"""Give back in Medusa what the credit notes come to."""
	amount = -sum(Decimal(str(each.grand_total)) for each in notes())
	_captured, refunded = moved(order_id)
	buying.refund(shop.medusa, order_id, float(amount - refunded))
	return float(amount - refunded)


def test_medusa_leads(shop, order_id):
	medusa = shop.medusa
	factories.configure(medusa, fulfilled_by="Medusa")
	doc = arrive(order_id)
	ordered = total(shop, order_id)
	assert (doc.currency, doc.grand_total) == (shop.market.currency.upper(), ordered)
	assert {row.medusa_charge for row in doc.taxes} >= {"shipping", "tax:VAT5", "tax:VAT15"}
	assert all(row.rate < row.price_list_rate for row in doc.items)

	buying.capture(medusa, order_id)
	arrive(order_id)
	assert booked(order_id, "Receive") == Decimal(str(doc.base_grand_total))
	assert [entry.unallocated_amount for entry in entries(order_id)] == [0]

	buying.fulfill(medusa, order_id, {"G-1": 2})
	doc = arrive(order_id)
	(first,) = deliveries(doc)
	buying.fulfill(medusa, order_id)
	doc = arrive(order_id)
	assert len(deliveries(doc)) == 2
	assert parts.sums(parts.NOTE, doc) == parts.whole(doc)

	bill = factories.invoice(doc)
	bill.reload()
	assert (bill.grand_total, bill.outstanding_amount, bill.status) == (ordered, 0, "Paid")
	doc.reload()
	assert (doc.per_delivered, doc.per_billed, doc.status) == (100, 100, "Completed")

	back = buying.request_return(medusa, order_id, {"G-1": 3})
	arrive(order_id)
	drafts = frappe.get_all("Delivery Note", {"medusa_return_id": back, "docstatus": 0}, pluck="name")
	assert (len(drafts), notes()) == (2, [])
	buying.receive_return(medusa, order_id, back)
	arrive(order_id)
	(credit,) = notes()
	assert (credit.docstatus, sum(row.qty for row in credit.items)) == (0, -3)
	for name in drafts:
		frappe.get_doc("Delivery Note", name).submit()
	credit.submit()
	refund_rest(shop, order_id)
	doc = arrive(order_id)
	sent()

	buying.refund(medusa, order_id, 0.5)  # for a scratch
	arrive(order_id)
	scratch = notes()[-1]
	assert (scratch.docstatus, scratch.grand_total) == (0, -0.5)
	scratch.submit()
	doc = arrive(order_id)
	sent()
	nothing_is_left(shop, doc, order_id)
	assert sum(row.qty for note in deliveries(doc) for row in note.items) == 7
	assert first.name in {note.return_against for note in deliveries(doc)}


def test_erpnext_leads(shop, order_id):
	medusa = shop.medusa
	factories.configure(medusa, fulfilled_by="ERPNext", capture_in_medusa=1)
	doc = arrive(order_id)
	ordered = total(shop, order_id)
	assert doc.grand_total == ordered

	first = delivered(doc, G_1=2)
	sent()
	doc.reload()
	goods.delivered(doc, lr_no="T-1")
	sent()
	parcels = goods.fulfillments(medusa, order_id)
	assert [each["parts"] for each in parcels] == [{"G-1": 2}, {"G-1": 5, "G-2": 3}]
	assert [each["shipped"] for each in parcels] == [False, True]
	doc = arrive(order_id)
	assert parts.sums(parts.NOTE, doc) == parts.whole(doc)

	bill = factories.invoice(doc)
	assert (bill.grand_total, bill.outstanding_amount) == (ordered, bill.base_grand_total)
	entry = factories.payment(bill)
	sent()
	bill.reload()
	assert (bill.outstanding_amount, bill.status) == (0, "Paid")
	assert half_up(moved(order_id)[0], shop.decimals) == Decimal(str(ordered))
	assert buying.read(medusa, order_id)["payment_status"] == "captured"
	doc = arrive(order_id)
	assert entries(order_id) == []
	assert frappe.db.get_value("Payment Entry", entry.name, "medusa_transaction_id")
	assert (doc.per_delivered, doc.per_billed, doc.status) == (100, 100, "Completed")

	note = sales_return(frappe.get_doc("Delivery Note", first.name), G_1=2)
	sent()
	(known,) = session.open_shop().read_orders([order_id])[order_id].returns
	assert (known.status, known.reference) == ("received", note.name)
	credit = credited(bill, 2)
	refund_rest(shop, order_id)
	doc = arrive(order_id)
	assert [each.name for each in notes()] == [credit.name]
	sent()
	nothing_is_left(shop, doc, order_id)


def delivered(doc, **quantities: int):
	"""A submitted Delivery Note of so many."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	return parts.take(make_delivery_note(doc.name), **quantities)


def credited(bill, quantity: int):
	"""A submitted credit note of ERPNext's for so many of the one item."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	doc = make_sales_return(bill.name)
	doc = parts.take(doc, G_1=quantity)
	return frappe.get_doc(doc.doctype, doc.name)
