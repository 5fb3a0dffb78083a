"""The parts of an order with exchanges, and v1's swaps, without a Medusa."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa import order_parts
from medusa_integration.medusa.order import Exchange, Fulfillment, LineQuantity
from medusa_integration.medusa.totals import plan_of
from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving
from tests.support.arriving import PLACED, VAT5, line, order, shipping


def exchanged():
	"""Taxes whose fractions don't add up to those of the whole."""
	fee = replace(shipping("0.501", VAT5, name="Again"), exchange_id="oexc_1")
	second = replace(shipping("0.333", VAT5, name="Once more"), exchange_id="oexc_2")
	whole = order(
		line("A", "0.351", 1, VAT5),
		line("B", "0.353", 1, VAT5),
		line("C", "0.357", 3, VAT5),
		methods=[shipping("0.111", VAT5), fee, second],
	)
	made = (
		Exchange("oexc_1", "1", ("ordli_B",), PLACED),
		Exchange("oexc_2", "2", ("ordli_C",), PLACED),
	)
	return replace(whole, exchanges=made)


def test_the_totals_of_parts_add_up_to_the_orders():
	whole = exchanged()
	parts = [order_parts.first_of(whole), *order_parts.parts_of(whole)]
	assert [[each.sku for each in part.lines] for part in parts] == [["A"], ["B"], ["C"]]
	assert [[each.name for each in part.shipping] for part in parts] == [["Post"], ["Again"], ["Once more"]]
	assert sum(plan_of(part).grand for part in parts) == plan_of(whole).grand


def test_a_parcel_of_several_parts_is_split():
	items = tuple(LineQuantity(f"ordli_{code}", Decimal(1)) for code in "AB")
	whole = replace(exchanged(), fulfillments=(Fulfillment("ful_1", "", items),))
	first, (second, third) = order_parts.first_of(whole), order_parts.parts_of(whole)
	assert [each.id for each in first.fulfillments] == ["ful_1"]
	assert [each.id for each in second.fulfillments] == ["ful_1 oexc_1"]
	assert third.fulfillments == ()


def test_lines_that_the_first_order_has_stay_there():
	whole = exchanged()
	first = order_parts.first_of(whole, {"ordli_B"})
	assert [each.sku for each in first.lines] == ["A", "B"]
	assert [each.name for each in first.shipping] == ["Post", "Again"]
	assert [part.part.exchange.id for part in order_parts.parts_of(whole, {"ordli_B"})] == ["oexc_2"]


@pytest.fixture
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("A", "B", "C")
		yield


def test_exchanges_become_sales_orders_once(configured):
	assert [arrive(exchanged()), arrive(exchanged())] == [[], []]
	docs = frappe.get_all(
		"Sales Order",
		{"medusa_order_id": "order_1"},
		["medusa_exchange_id", "grand_total"],
		order_by="creation",
	)
	assert [doc.medusa_exchange_id for doc in docs] == [None, "oexc_1", "oexc_2"]
	assert sum(Decimal(str(doc.grand_total)) for doc in docs) == plan_of(exchanged()).grand


def test_a_swap_of_v1_parks_until_a_comment_names_it(configured):
	swapped = order(line("A", 10), unfollowed=("swap_1",))
	(problem,) = arrive(swapped)
	assert "swap_1" in problem
	doc = frappe.get_doc("Sales Order", {"medusa_order_id": swapped.id})
	doc.add_comment("Comment", "entered swap_1 by hand")
	frappe.db.commit()
	assert arrive(swapped) == []
