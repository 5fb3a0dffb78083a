"""Exchanges and claims of a real Medusa: their new goods are Sales Orders of their own, beside the order's first one."""

from decimal import Decimal
from typing import NamedTuple

import frappe
import pytest

from medusa_integration import session
from medusa_integration.medusa.totals import half_up
from medusa_integration.orders import orders_from_medusa
from medusa_integration.orders.money import billing
from tests.orders.money.helpers import entries
from tests.support import arriving, buying, exchanging, factories, goods

pytestmark = [pytest.mark.v2("v1 calls exchanges swaps, and keeps them beside the order"), pytest.mark.slow]
PRICES = {"A-1": 10, "B-1": 12, "C-1": 7}


class Shop(NamedTuple):
	medusa: object
	market: buying.Market
	variants: dict[str, str]
	order: str
	line: str
	option: str


@pytest.fixture(params=["Medusa", "ERPNext"])
def shop(medusa, request):
	"""Three of A for 10 each, with 5 % and shipping for 2: paid and fulfilled."""
	yield from _shop(medusa, request.param)


@pytest.fixture
def shipping_medusa(medusa):
	yield from _shop(medusa, "Medusa")


def _shop(medusa, fulfilled_by):
	warehouse = factories.warehouse("Web Shelf")
	with arriving.precision(3):
		arriving.configure_orders(
			server=False,
			payment_providers=[{"mode_of_payment": "Cash"}],
			sales_channels=[{"warehouse": warehouse}],
			fulfilled_by=fulfilled_by,
		)
		variants = {}
		for code, price in PRICES.items():
			variants[code] = buying.product(medusa, code, {"omr": price}, stock=50)["variant_id"]
			factories.item(code)
		if frappe.db.exists("DocType", "Stock Entry"):
			factories.move_stock(warehouse, A_1=50, B_1=50, C_1=50)
		frappe.db.commit()
		market = buying.market(medusa, "sa", "omr", rate=5)
		order = buying.place(medusa, [(variants["A-1"], 3)], market=market)
		buying.capture(medusa, order)
		(line,) = exchanging.line_ids(medusa, order)
		yield Shop(medusa, market, variants, order, line, next(iter(market.shipping.values())))


def arrive(shop, problems=()) -> list:
	"""What the inbox does about the order, twice: the second time changes nothing. The order's Sales Orders, oldest first."""
	for _time in range(2):
		frappe.db.commit()
		order = session.open_shop().read_orders([shop.order])[shop.order]
		assert orders_from_medusa.arrive(order) == list(problems)
		frappe.db.commit()
	return sales_orders(shop)


def sales_orders(shop) -> list:
	of_order = {"medusa_order_id": shop.order, "docstatus": ("<", 2)}
	names = frappe.get_all("Sales Order", of_order, pluck="name", order_by="creation, name")
	return [frappe.get_doc("Sales Order", name) for name in names]


def ship(shop, line: str = "", quantity: int = 3) -> None:
	"""Deliver a line of the newest Sales Order, in Medusa or in ERPNext; both have it afterwards."""
	line = line or shop.line
	if frappe.get_cached_doc("Medusa Configuration").fulfilled_by == "Medusa":
		buying.ship(shop.medusa, shop.order, buying.fulfill(shop.medusa, shop.order, {line: quantity}))
		arrive(shop)
	else:
		goods.delivered(arrive(shop)[-1])
		sent()
	fulfilled = {row["id"]: row["fulfilled"] for row in buying.WAYS["v2"].lines(shop.medusa, shop.order)}
	assert fulfilled[line] == quantity


def sent() -> None:
	"""All that Medusa is to be told is told."""
	factories.drain()
	assert [(row.kind, row.reference_name, row.error) for row in factories.outbox()] == []


def exchange(shop, new: str = "B-1", back: str = "", fee: float | None = 1.5, quantity: int = 1) -> str:
	parts = {back or shop.line: 1}
	return exchanging.exchange(
		shop.medusa, shop.order, parts, [(shop.variants[new], quantity)], fee, shop.option
	)


def line_of(doc) -> str:
	return doc.items[0].medusa_line_id


def total(shop) -> Decimal:
	return half_up(buying.total(shop.medusa, shop.order), 3)


def sum_of(*docs) -> Decimal:
	return sum((Decimal(str(doc.grand_total)) for doc in docs), Decimal(0))


def booked(shop) -> dict[str, float]:
	"""`{Sales Order: what Payment Entries allocate to it}`."""
	found: dict[str, float] = {}
	for entry in entries(shop.order):
		for row in entry.references:
			found[row.reference_name] = found.get(row.reference_name, 0) + row.allocated_amount
	return found


# --- exchanges


def test_a_dearer_exchange_with_a_shipping_fee(shop):
	ship(shop)
	id = exchange(shop)
	first, second = arrive(shop)
	assert (first.grand_total, second.grand_total) == (33.6, 14.175)
	assert sum_of(first, second) == total(shop)
	assert (second.docstatus, second.medusa_exchange_id, first.medusa_exchange_id) == (1, id, None)
	assert [(row.item_code, row.qty, row.rate) for row in second.items] == [("B-1", 1, 12)]
	assert second.customer == first.customer
	assert second.po_no.startswith(f"{first.po_no}-E")
	(draft,) = frappe.get_all("Delivery Note", {"is_return": 1}, ["name", "docstatus", "return_against"])
	assert draft.docstatus == 0
	assert [row.against_sales_order for row in frappe.get_doc("Delivery Note", draft.name).items] == [
		first.name
	]
	ship(shop, line_of(second), 1)
	first, second = arrive(shop)
	assert (first.per_delivered, second.per_delivered) == (100, 100)
	assert exchanging.pay_difference(shop.medusa, shop.order) == 3.675
	arrive(shop)
	assert booked(shop) == {first.name: 33.6, second.name: 3.675}


def test_both_sales_orders_name_each_other(shipping_medusa):
	ship(shipping_medusa)
	exchange(shipping_medusa)
	first, second = arrive(shipping_medusa)
	for doc, other in ((first, second), (second, first)):
		said = {"reference_name": doc.name, "content": ("like", f"%{other.name}%")}
		assert frappe.db.count("Comment", said) == 1


def test_an_exchange_without_a_shipping_fee(shop):
	"""Medusa itself doesn't reserve its goods then, and wouldn't fulfill them."""
	ship(shop)
	exchange(shop, fee=None)
	first, second = arrive(shop)
	assert (second.grand_total, sum_of(first, second)) == (12.6, total(shop))
	if frappe.get_cached_doc("Medusa Configuration").fulfilled_by == "ERPNext":
		ship(shop, line_of(second), 1)
		assert goods.for_sale(shop.medusa, "B-1") == 49


def test_a_cheaper_exchange(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	exchange(shop, "C-1", fee=0)
	first, second = arrive(shop)
	assert (second.grand_total, sum_of(first, second)) == (7.35, total(shop))
	buying.receive_return(shop.medusa, shop.order, _return_of(shop))
	buying.refund(shop.medusa, shop.order, 3.15)
	arrive(shop)
	assert [(entry.payment_type, entry.paid_amount) for entry in entries(shop.order)] == [
		("Receive", 33.6),
		("Pay", 3.15),
	]


def test_a_refund_after_a_cheaper_exchange_is_credited_besides(shipping_medusa):
	"""What came back has paid for the new goods too."""
	shop = shipping_medusa
	ship(shop)
	exchange(shop, "C-1", fee=0)
	for doc in arrive(shop):
		factories.invoice(doc)
	buying.receive_return(shop.medusa, shop.order, _return_of(shop))
	buying.refund(shop.medusa, shop.order, 3.15)
	buying.refund(shop.medusa, shop.order, 1)
	docs = arrive(shop)
	assert Decimal(str(round(sum(map(billing.balance, docs)), 3))) == total(shop)


def _return_of(shop) -> str:
	return buying.read(shop.medusa, shop.order)["returns"][-1]["id"]


def test_an_order_first_seen_after_its_exchange(shipping_medusa):
	"""It was submitted without the fee."""
	shop = shipping_medusa
	parcel = buying.fulfill(shop.medusa, shop.order, {shop.line: 3})
	buying.ship(shop.medusa, shop.order, parcel)
	exchange(shop)
	new = exchanging.new_line(shop.medusa, shop.order, {shop.line})
	buying.fulfill(shop.medusa, shop.order, {new: 1})
	buying.receive_return(shop.medusa, shop.order, _return_of(shop))
	first, second = arrive(shop)
	assert (first.grand_total, second.grand_total) == (33.6, 14.175)
	assert sum_of(first, second) - Decimal("10.5") == total(shop)
	assert (first.per_delivered, second.per_delivered) == (100, 100)


def test_two_exchanges_and_an_exchange_of_an_exchanged_line(shop):
	ship(shop)
	exchange(shop)
	second = arrive(shop)[1]
	ship(shop, line_of(second), 1)
	exchange(shop, "C-1", back=line_of(second), fee=1)
	first, second, third = arrive(shop)
	assert (third.grand_total, sum_of(first, second, third)) == (8.4, total(shop))
	drafts = frappe.get_all("Delivery Note", {"is_return": 1}, pluck="name")
	against = {
		row.against_sales_order for name in drafts for row in frappe.get_doc("Delivery Note", name).items
	}
	assert against == {first.name, second.name}
	ship(shop, line_of(third), 1)
	assert [doc.per_delivered for doc in arrive(shop)] == [100, 100, 100]


def test_a_parcel_with_goods_of_both(shipping_medusa):
	"""One fulfillment, a Delivery Note for each Sales Order."""
	shop = shipping_medusa
	buying.fulfill(shop.medusa, shop.order, {shop.line: 1})
	arrive(shop)
	exchange(shop)
	arrive(shop)
	new = exchanging.new_line(shop.medusa, shop.order, {shop.line})
	parcel = buying.fulfill(shop.medusa, shop.order, {shop.line: 2, new: 1})
	first, second = arrive(shop)
	assert (first.per_delivered, second.per_delivered) == (100, 100)
	buying.cancel_fulfillment(shop.medusa, shop.order, parcel)
	first, second = arrive(shop)
	assert (round(first.per_delivered), second.per_delivered) == (33, 0)


def test_a_cancelled_exchange(shop):
	ship(shop)
	id = exchange(shop)
	first, second = arrive(shop)
	exchanging.cancel(shop.medusa, id)
	assert [doc.name for doc in arrive(shop)] == [first.name]
	second.reload()
	assert second.docstatus == 2
	assert total(shop) == Decimal("33.6")
	sent()
	assert buying.read(shop.medusa, shop.order)["status"] == "pending"
	assert not frappe.get_all("Delivery Note", {"is_return": 1})


def test_a_cancelled_exchange_of_a_draft(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	arriving.configure_orders(server=False, submit_orders=0)
	id = exchange(shop)
	_first, second = arrive(shop)
	assert second.docstatus == 0
	exchanging.cancel(shop.medusa, id)
	arrive(shop)
	assert not frappe.db.exists("Sales Order", second.name)


def test_a_cancelled_exchange_that_is_billed_already_parks_until_the_invoice_is_cancelled(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	id = exchange(shop)
	_first, second = arrive(shop)
	bill = factories.invoice(second)
	exchanging.cancel(shop.medusa, id)
	arrive(
		shop,
		[
			f"The exchange or claim of {second.name} was cancelled in Medusa, but {bill.name} stands: cancel or return it, then retry."
		],
	)
	goods.cancel(bill)
	assert len(arrive(shop)) == 1


def test_an_exchange_that_was_only_begun_is_nothing_yet(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	parts = {shop.line: 1}
	exchanging.exchange(shop.medusa, shop.order, parts, [(shop.variants["B-1"], 1)], confirm=False)
	assert len(arrive(shop)) == 1


def test_new_lines_that_an_earlier_version_took_into_the_first_order(shipping_medusa):
	"""The message has the whole sum, with the fee."""
	shop = shipping_medusa
	ship(shop)
	exchange(shop)
	(first, second) = arrive(shop)
	line = line_of(second)
	goods.cancel(second)
	frappe.db.set_value("Sales Order", second.name, "medusa_exchange_id", "oexc_other")
	frappe.db.set_value("Sales Order Item", first.items[0].name, "medusa_line_id", line)
	frappe.db.commit()
	order = session.open_shop().read_orders([shop.order])[shop.order]
	problems = orders_from_medusa.arrive(order)
	assert any("; 47.775 OMR in all instead of " in problem for problem in problems), problems


def test_the_invoice_of_an_exchange_is_made_when_the_order_is_paid(shipping_medusa):
	shop = shipping_medusa
	arriving.configure_orders(server=False, invoice_on_capture=1)
	ship(shop)
	exchange(shop)
	first, second = arrive(shop)
	assert (first.per_billed, second.per_billed) == (100, 0)
	exchanging.pay_difference(shop.medusa, shop.order)
	buying.receive_return(shop.medusa, shop.order, _return_of(shop))
	first, second = arrive(shop)
	assert second.per_billed == 100


# --- claims


def test_a_claim_with_a_replacement_at_price_0(shop):
	ship(shop)
	new = [(shop.variants["A-1"], 1, 0)]
	id = exchanging.claim(shop.medusa, shop.order, "replace", {shop.line: 1}, new, 0, shop.option)
	first, second = arrive(shop)
	assert (first.grand_total, second.grand_total, second.docstatus) == (33.6, 0, 1)
	assert second.medusa_exchange_id == id
	assert second.po_no.startswith(f"{first.po_no}-C")
	ship(shop, line_of(second), 1)
	first, second = arrive(shop)
	assert (first.per_delivered, second.per_delivered) == (100, 100)
	assert total(shop) == Decimal("33.6")


def test_a_claim_with_another_product_that_costs_and_a_fee(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	new = [(shop.variants["B-1"], 1, 2)]
	exchanging.claim(shop.medusa, shop.order, "replace", {shop.line: 1}, new, 1, shop.option, back=True)
	first, second = arrive(shop)
	assert (second.grand_total, sum_of(first, second)) == (3.15, total(shop))
	assert frappe.db.count("Delivery Note", {"is_return": 1, "docstatus": 0}) == 1


def test_a_claim_with_a_refund_has_no_goods(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	exchanging.claim(shop.medusa, shop.order, "refund", {shop.line: 1}, back=True)
	assert len(arrive(shop)) == 1
	buying.receive_return(shop.medusa, shop.order, _return_of(shop))
	buying.refund(shop.medusa, shop.order, 10.5)
	assert len(arrive(shop)) == 1
	assert entries(shop.order)[-1].paid_amount == 10.5


def test_a_cancelled_claim(shipping_medusa):
	shop = shipping_medusa
	ship(shop)
	new = [(shop.variants["A-1"], 1, 2)]
	id = exchanging.claim(shop.medusa, shop.order, "replace", {shop.line: 1}, new, 1, shop.option, back=True)
	assert len(arrive(shop)) == 2
	exchanging.cancel(shop.medusa, id)
	assert len(arrive(shop)) == 1


# --- what looks for the order finds the first Sales Order


def test_the_orders_own_sales_order_is_found(shipping_medusa):
	from medusa_integration.orders import sales_orders as orders
	from medusa_integration.orders.status_to_medusa import _standing
	from medusa_integration.storefront import shop_orders

	shop = shipping_medusa
	ship(shop)
	exchange(shop)
	first, _second = arrive(shop)
	assert shop_orders.find(shop.order).name == first.name
	assert _standing({shop.order})[shop.order].name == first.name
	assert orders._found(shop.order) == first.name


def test_cancelling_an_exchange_in_erpnext_cancels_no_order_in_medusa(shipping_medusa):
	shop = shipping_medusa
	arriving.configure_orders(server=False, cancel_in_medusa=1)
	ship(shop)
	exchange(shop)
	first, second = arrive(shop)
	goods.cancel(second)
	assert not [row for row in factories.outbox() if row.kind == "Cancellation"]
	assert [doc.name for doc in arrive(shop)] == [first.name]  # it isn't made again
