"""Orders that visitors have placed in a real Medusa become Sales Orders with Medusa's totals."""

from decimal import Decimal

import frappe
import pytest

from medusa_integration import session
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import half_up
from medusa_integration.orders.orders_from_medusa import arrive
from medusa_integration.orders.sales_orders import place
from tests.support import arriving, buying, factories
from tests.support.selling import tax_account

PRICES = {"omr": 1.235, "usd": 3.99, "jpy": 555}


@pytest.fixture(autouse=True)
def configured(medusa):
	"""One account for all taxes."""
	with arriving.precision(3):
		arriving.configure_orders(server=False, tax_accounts=[], fallback_tax_account=tax_account("Shop VAT"))
		for currency, rate in (("USD", 0.385), ("JPY", 0.0025)):
			arriving.exchange(currency, rate)
		yield


@pytest.fixture
def products(medusa) -> list[dict]:
	made = []
	for number in (1, 2, 3):
		made.append(buying.product(medusa, f"G-{number}", PRICES))
		factories.item(f"G-{number}", is_stock_item=0, medusa_variant_id=made[-1]["variant_id"])
	frappe.db.commit()
	return made


def read(id: str) -> Order:
	return session.open_shop().read_orders([id])[id]


def placed(id: str):
	frappe.db.commit()
	doc = place(read(id))
	frappe.db.commit()
	return frappe.get_doc("Sales Order", doc.name)


def total(medusa, id: str, decimals: int) -> float:
	return float(half_up(buying.total(medusa, id), decimals))


def lines(products: list[dict], *quantities: int) -> list[tuple[str, int]]:
	return [(each["variant_id"], quantity) for each, quantity in zip(products, quantities, strict=False)]


def test_prices_without_tax(medusa, products):
	_meets_totals(medusa, products, buying.market(medusa, "bh", "omr", rate=15), 3)


@pytest.mark.v2("v1 has prices with taxes only behind a feature flag")
@pytest.mark.parametrize(
	("country", "currency", "decimals"), [("qa", "omr", 3), ("gb", "usd", 2), ("jp", "jpy", 0)]
)
def test_prices_with_tax(medusa, products, country: str, currency: str, decimals: int):
	market = buying.market(medusa, country, currency, rate=15, includes_tax=True)
	_meets_totals(medusa, products, market, decimals)


def _meets_totals(medusa, products: list[dict], market: buying.Market, decimals: int) -> None:
	id = buying.place(medusa, lines(products, 7, 3, 1), market=market)
	doc = placed(id)
	assert (doc.currency, doc.grand_total) == (market.currency.upper(), total(medusa, id, decimals))
	# v1 has no code of a region's own rate.
	tax = "tax:VAT15" if medusa.version == "v2" else "tax:default"
	assert {row.medusa_charge for row in doc.taxes} - {"rounding"} == {"shipping", tax}


def test_promotions(medusa, products):
	market = buying.market(medusa, "bh", "omr", rate=5)
	codes = [buying.promotion(medusa, "TEN", percent=10), buying.promotion(medusa, "OFF", off=0.333)]
	id = buying.place(medusa, lines(products, 7, 3, 1), market=market, promotions=codes)
	doc = placed(id)
	assert doc.grand_total == total(medusa, id, 3)
	assert all(row.rate < row.price_list_rate for row in doc.items)


@pytest.mark.slow
def test_all_of_it_free(medusa, products):
	code = buying.promotion(medusa, "ALL", percent=100)
	market = buying.market(medusa, "bh", "omr", rate=5)
	doc = placed(buying.place(medusa, lines(products, 7, 3), market=market, promotions=[code]))
	assert (doc.net_total, doc.docstatus) == (0, 1)


@pytest.mark.slow
@pytest.mark.v2("a second tax of a province, and a tax on shipping")
def test_several_rates(medusa, products):
	market = buying.market(medusa, "ca", "usd", rate=5, province="qc", province_rate=9.975)
	buying.tax(medusa, market, 12.5, "BOOKS", products=[products[0]["id"]], shipping=list(market.shipping))
	id = buying.place(medusa, lines(products, 7, 3, 1), market=market)
	assert placed(id).grand_total == total(medusa, id, 2)


@pytest.mark.slow
def test_a_product_that_was_deleted_meanwhile(medusa, products):
	id = buying.place(medusa, lines(products, 1, 1))
	medusa.admin("DELETE", f"/admin/products/{products[0]['id']}")
	assert placed(id).grand_total == total(medusa, id, 3)


@pytest.mark.slow
def test_a_product_that_erpnext_has_not(medusa, products):
	made = buying.product(medusa, "X-1", PRICES)
	id = buying.place(medusa, [(made["variant_id"], 1), *lines(products, 1)])
	(words,) = arrive(read(id))
	assert "X-1" in words and "make an Item with the SKU as its Item Code" in words
	assert not frappe.db.exists("Sales Order", {"medusa_order_id": id})
	factories.item("X-1", is_stock_item=0)
	assert arrive(read(id)) == []
	assert frappe.db.exists("Sales Order", {"medusa_order_id": id})


@pytest.mark.slow
@pytest.mark.v2("v1 takes a return and its refund in one")
def test_first_seen_after_a_return(medusa, products):
	market = buying.market(medusa, "bh", "omr", rate=5)
	id = buying.place(medusa, lines(products, 7, 3), market=market)
	before = total(medusa, id, 3)
	buying.capture(medusa, id)
	buying.fulfill(medusa, id)
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 2}))
	assert buying.total(medusa, id) < Decimal(str(before))
	assert placed(id).grand_total == before


@pytest.mark.slow
@pytest.mark.v2("credit lines are v2's")
def test_first_seen_after_a_refund(medusa, products):
	id = buying.place(medusa, lines(products, 7, 3))
	before = total(medusa, id, 3)
	buying.capture(medusa, id)
	buying.refund(medusa, id, 1)
	assert placed(id).grand_total == before


@pytest.mark.slow
@pytest.mark.v2("v1 edits otherwise")
def test_first_seen_after_an_edit(medusa, products):
	id = buying.place(medusa, lines(products, 7, 3))
	buying.edit(medusa, id, {"G-1": 2, "G-2": 0}, add=[(products[2]["variant_id"], 4)])
	doc = placed(id)
	assert doc.grand_total == total(medusa, id, 3)
	assert sorted((row.item_code, row.qty) for row in doc.items) == [("G-1", 2), ("G-3", 4)]


@pytest.mark.v2("credit lines are v2's")
def test_a_store_credit_waits(medusa, products):
	id = buying.place(medusa, lines(products, 7, 3))
	body = {"amount": 1, "reference": "store_credit", "reference_id": "credit_1"}
	medusa.admin("POST", f"/admin/orders/{id}/credit-lines", body)
	(words,) = arrive(read(id))
	assert "1.000 OMR" in words


def test_cancelled_before_it_is_seen(medusa, products):
	id = buying.place(medusa, lines(products, 1))
	buying.cancel(medusa, id)
	frappe.db.commit()
	assert place(read(id)) is None
