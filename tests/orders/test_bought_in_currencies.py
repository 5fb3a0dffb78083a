"""A customer with an account who buys in a real Medusa in four currencies; ERPNext has a receivable account for each."""

import frappe
import pytest

from medusa_integration import session
from medusa_integration.orders import orders_from_medusa
from tests.orders.money import helpers
from tests.orders.money.test_several_currencies import debtors, nothing_is_left
from tests.support import arriving, buying, factories

pytestmark = [pytest.mark.v2("v1's captures and refunds are whole"), pytest.mark.slow]
MARKETS = {"usd": "ae", "omr": "bh", "jpy": "jp", "eur": "de"}
PRICES = {"omr": 1.235, "usd": 3.99, "eur": 3.49, "jpy": 555}
RATES = {"USD": 0.385, "EUR": 0.4187, "JPY": 0.00257}


@pytest.fixture(autouse=True)
def configured(medusa):
	with arriving.precision(3):
		for currency, rate in RATES.items():
			arriving.exchange(currency, rate)
		arriving.configure_orders(
			server=False,
			payment_providers=[{"mode_of_payment": "Cash"}],
			receivable_accounts=[{"currency": each, "account": debtors(each)} for each in RATES],
		)
		yield


def arrive(id: str):
	frappe.db.commit()
	assert orders_from_medusa.arrive(session.open_shop().read_orders([id])[id]) == []
	frappe.db.commit()
	return frappe.get_doc("Sales Order", {"medusa_order_id": id, "docstatus": 1})


@pytest.mark.parametrize("sequence", [("usd", "omr", "jpy", "eur"), ("omr", "usd", "eur", "jpy")])
def test_one_customer(medusa, sequence):
	product = buying.product(medusa, "G-1", PRICES)
	factories.item("G-1", is_stock_item=0, medusa_variant_id=product["variant_id"])
	buyer = buying.sign_up(medusa)
	found = set()
	for number, currency in enumerate(sequence):
		market = buying.market(medusa, MARKETS[currency], currency, rate=5)
		buying.tax(medusa, market, 5, code="VAT5", shipping=list(market.shipping)[:1])
		id = buying.place(medusa, [(product["variant_id"], 7)], market=market, buyer=buyer)
		doc = arrive(id)
		if number % 2:
			factories.invoice(doc)
		buying.capture(medusa, id)
		arrive(id)
		if not number % 2:
			factories.invoice(doc)
		nothing_is_left()
		buying.refund(medusa, id, 2)
		doc = arrive(id)
		(note,) = [each for each in helpers.notes() if each.docstatus == 0]
		note.submit()
		nothing_is_left()
		found.add(doc.customer)
	assert len(found) == 1
	assert {each.currency for each in helpers.bills()} == {each.upper() for each in sequence}
