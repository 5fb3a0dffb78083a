"""python -m tools.benchmarks.ordering: random carts that are bought in a real Medusa and imported: whether every total is
Medusa's, and how fast the import is, beside what Medusa takes for the same reads and ERPNext for the same inserts alone.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import requests

from tests.support import buying
from tools.demo import stage

SEED = 20260301
PRODUCTS = 24
BATCH = 20
MEDUSAS = (
	"+total,+tax_total,+display_id,+currency_code,*items,*items.tax_lines,*items.adjustments,*shipping_methods,"
	"*shipping_methods.tax_lines,*shipping_methods.adjustments"
)
DECIMALS = {"OMR": 3, "USD": 2, "EUR": 2, "JPY": 0}


class Sold(NamedTuple):
	"""How a country sells.

	:param others: rates of some products, and whether shipping has the rate, too
	"""

	country: str
	currency: str
	rate: float
	includes_tax: bool
	others: tuple[tuple[float, bool], ...] = ()
	province: str = ""
	province_rate: float = 0


MARKETS = (
	Sold("bh", "omr", 5, False, ((0, False), (10, True))),
	Sold("qa", "omr", 5, True, ((15, True),)),
	Sold("us", "usd", 7.25, False, ((2.9, False),)),
	Sold("gb", "usd", 20, True, ((5, False), (12.5, True))),
	Sold("ca", "usd", 5, False, (), "qc", 9.975),
	Sold("jp", "jpy", 10, True, ((8, False),)),
	Sold("in", "jpy", 18, False, ((5, True),)),
	Sold("de", "eur", 19, True, ((7, True),)),
)


def main() -> None:
	parser = argparse.ArgumentParser("python -m tools.benchmarks.ordering")
	parser.add_argument("--carts", type=int, default=300)
	parser.add_argument("--seed", type=int, default=SEED)
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite", help="of the embedded site")
	chosen = parser.parse_args()
	with stage.medusa_and_site(chosen.db) as medusa:
		stage.configure(medusa)
		for name, value in measure(medusa, chosen.carts, chosen.seed).items():
			stage.console.print(f"{name:>32} {value:g}")


def measure(medusa, carts: int = 300, seed: int = SEED) -> dict[str, float]:
	"""The figures. The Sales Orders stay on the site.

	:param carts: how many are bought, at least
	"""
	_configure()
	ids = list(_bought(medusa, random.Random(seed), carts))
	_warm_up()
	times: dict[str, float] = defaultdict(float)
	off = [line for part in _parts(ids) for line in _imported(medusa, part, times)]
	for line in off:
		stage.console.print(line, markup=False)
	ours, limit = times["read"] + times["arrive"], times["raw read"] + times["insert"]
	return {
		"orders_tried": len(ids),
		"orders_off": len({line.split(":")[0] for line in off}),
		"orders_per_second": len(ids) / ours,
		"orders_read_per_second": len(ids) / times["raw read"],
		"orders_inserted_per_second": len(ids) / times["insert"],
		"orders_vs_limit": limit / ours,
	}


def _configure() -> None:
	from tests.support import arriving
	from tests.support.selling import tax_account

	arriving.set_precision(3)
	for currency, rate in (("USD", 0.385), ("EUR", 0.42), ("JPY", 0.0025)):
		arriving.exchange(currency, rate)
	accounts = [
		{"rate": str(rate), "account": tax_account(f"Tax {rate:g}")}
		for rate in sorted({rate for market in MARKETS for rate in _rates(market)})
	]
	arriving.configure_orders(server=False, tax_accounts=accounts)


def _warm_up() -> None:
	"""What the first order of a process costs once."""
	import frappe

	from medusa_integration.orders.orders_from_medusa import arrive
	from tests.support import arriving

	for number in range(3):
		given = arriving.order(
			arriving.line("CART-0", 1), id=f"order_warm_{number}", display_id=f"warm {number}"
		)
		assert arrive(given) == []
		_insert(_bare(frappe.get_doc("Sales Order", {"medusa_order_id": given.id})))


def _rates(market: Sold) -> set[float]:
	return {market.rate, market.province_rate, *(rate for rate, _shipping in market.others)}


# --- buying


def _bought(medusa, chance: random.Random, carts: int) -> Iterator[str]:
	"""The ids of new orders."""
	import frappe

	from tests.support import factories

	products = []
	for number in range(PRODUCTS):
		sku = f"CART-{number}"
		prices = {
			"omr": chance.randint(1, 99999) / 1000,
			"usd": chance.randint(1, 9999) / 100,
			"eur": chance.randint(1, 9999) / 100,
			"jpy": chance.randint(1, 9999),
		}
		made = buying.product(medusa, sku, prices)
		products.append(made)
		# Half of them are found by their SKU.
		factories.item(sku, is_stock_item=0, medusa_variant_id=made["variant_id"] if number % 2 else None)
	frappe.db.commit()
	promotions = _promotions(medusa)
	for number, sold in enumerate(MARKETS):
		market = _market(medusa, sold, products)
		share = carts // len(MARKETS) + (number < carts % len(MARKETS))
		for _ in range(share):
			yield _buy(medusa, chance, market, products, promotions)


def _market(medusa, sold: Sold, products: list[dict]) -> buying.Market:
	province = {"province": sold.province, "province_rate": sold.province_rate} if sold.province else {}
	market = buying.market(medusa, sold.country, sold.currency, sold.rate, "", sold.includes_tax, **province)
	size = PRODUCTS // 4
	for number, (rate, with_shipping) in enumerate(sold.others):
		own = [each["id"] for each in products[number * size : (number + 1) * size]]
		shipping = list(market.shipping) if with_shipping else []
		buying.tax(medusa, market, rate, f"{sold.country.upper()}{rate:g}", own, shipping)
	return market


def _promotions(medusa) -> dict[str, list[str]]:
	"""Codes by currency; None of an order's own."""
	codes = [
		buying.promotion(medusa, "ORDER10", percent=10),
		buying.promotion(medusa, "ITEMS33", percent=33.3, on="items"),
		buying.promotion(medusa, "SHIP50", percent=50, on="shipping_methods"),
		buying.promotion(medusa, "ALL", percent=100),
	]
	fixed = {"omr": 1.235, "usd": 3.33, "eur": 2.99, "jpy": 333}
	return {
		currency: [*codes, buying.promotion(medusa, f"OFF{currency}".upper(), off=off, currency=currency)]
		for currency, off in fixed.items()
	}


def _buy(medusa, chance: random.Random, market, products: list[dict], promotions: dict) -> str:
	"""Medusa itself refuses some carts with a promotion on shipping: another is tried then."""
	while True:
		chosen = chance.sample(products, chance.randint(1, min(20, len(products))))
		lines = [(each["variant_id"], chance.choice([1, 1, 2, 3, 7, 12, 144])) for each in chosen]
		codes = chance.sample(promotions[market.currency], chance.choice([0, 0, 1, 1, 2]))
		email = f"buyer{chance.randint(1, 20)}@example.com"
		try:
			return buying.place(medusa, lines, market=market, email=email, promotions=codes)
		except (AssertionError, requests.RequestException, RuntimeError) as error:
			stage.console.print(f"Medusa refused a cart with {codes}: {str(error)[:200]}", markup=False)


# --- importing


def _parts(ids: list[str]) -> Iterator[list[str]]:
	for start in range(0, len(ids), BATCH):
		yield ids[start : start + BATCH]


def _imported(medusa, ids: list[str], times: dict[str, float]) -> Iterator[str]:
	"""Import orders, as the inbox does; yields what isn't as in Medusa. Next to each the same Sales Order is inserted
	without us, now before and now after it."""
	import frappe

	from medusa_integration import session
	from medusa_integration.orders.orders_from_medusa import arrive

	shop = session.open_shop()
	orders = _timed(times, "read", lambda: shop.read_orders(ids))
	params = {"id[]": ids, "fields": _order_fields(), "limit": len(ids)}
	_timed(times, "raw read", lambda: medusa.admin("GET", "/admin/orders", params=params))
	for id in ids:
		problems = _timed(times, "arrive", lambda id=id: arrive(orders[id]))
		if problems:
			yield f"{id}: {problems}"
			continue
		doc = frappe.get_doc("Sales Order", {"medusa_order_id": id})
		bare = _bare(doc)
		_timed(times, "insert", lambda bare=bare: _insert(bare))
		row = medusa.admin("GET", f"/admin/orders/{id}", params={"fields": MEDUSAS})["order"]
		yield from (f"{id}: {words}" for words in _differences(doc, row))


def _order_fields() -> str:
	from medusa_integration.medusa.v2.order_parsing import ORDER_FIELDS

	return ORDER_FIELDS


def _bare(doc):
	"""The same Sales Order, as a user might make it."""
	import frappe

	bare = frappe.copy_doc(doc)
	bare.update(
		{"medusa_order_id": None, "from_ecommerce": 0, "po_no": None, "docstatus": 0, "status": "Draft"}
	)
	bare.update({"transaction_date": doc.transaction_date, "delivery_date": doc.delivery_date})
	for row in bare.items:
		row.delivery_date = doc.delivery_date
	bare.flags.ignore_permissions = True
	return bare


def _insert(doc) -> None:
	import frappe

	doc.insert()
	doc.submit()
	frappe.db.commit()


def _timed(times: dict[str, float], what: str, work: Callable):
	began = time.perf_counter()
	try:
		return work()
	finally:
		times[what] += time.perf_counter() - began


# --- comparing: by Medusa's own totals of lines, methods and taxes


def _differences(doc, row: dict) -> Iterator[str]:
	decimals = DECIMALS[row["currency_code"].upper()]
	taxes: dict[str, Decimal] = defaultdict(Decimal)
	for each in (*row["items"], *row["shipping_methods"]):
		for tax in each["tax_lines"]:
			taxes[tax["code"]] += _number(tax["total"])
	rows = {tax.medusa_charge: tax for tax in doc.taxes}
	tax_rows = [tax for key, tax in rows.items() if key.startswith("tax:")]
	wanted = {
		"grand": (row["total"], doc.grand_total),
		"net": (sum(_net(each) for each in row["items"]), doc.net_total),
		"shipping": (sum(_net(each) for each in row["shipping_methods"]), rows["shipping"].tax_amount),
		"taxes": (row["tax_total"], sum(_number(tax.tax_amount) for tax in tax_rows)),
	}
	for label, (medusas, ours) in wanted.items():
		if _rounded(_number(medusas), decimals) != _rounded(_number(ours), decimals):
			yield f"{label} is {medusas} in Medusa and {ours} in ERPNext"
	unit = Decimal(1).scaleb(-decimals)
	for tax in tax_rows:
		# Several taxes that are rounded so that they add up: one may be a unit beside its own rounding.
		medusas = sum(taxes[code] for code in tax.medusa_charge[4:].split("+"))
		if abs(_number(tax.tax_amount) - medusas) >= unit:
			yield f"{tax.description} is {medusas} in Medusa and {tax.tax_amount} in ERPNext"
	if "rounding" in rows and abs(_number(rows["rounding"].tax_amount)) > unit:
		yield f"{rows['rounding'].tax_amount} of rounding"


def _net(each: dict) -> Decimal:
	return _number(each["subtotal"]) - _number(each.get("discount_subtotal"))


def _number(value) -> Decimal:
	return Decimal(str(value or 0))


def _rounded(amount: Decimal, decimals: int) -> Decimal:
	nine = amount.quantize(Decimal(1).scaleb(-9), ROUND_HALF_UP)
	return nine.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


if __name__ == "__main__":
	main()
