"""What there is to buy when orders come in amid chaos, in which currencies, and the app's configuration for them."""

from collections.abc import Sequence

import frappe

from medusa_integration.setup.storefront import USER
from tests.orders.money.helpers import account
from tests.support import arriving, buying, factories
from tests.support.buying_v1 import minor
from tests.support.selling import company, tax_account
from tests.support.storefront import SECRET
from tools.chaos import handmade, kinds, kits

ITEMS = 8
STOCK = 100_000
SHELF = "Orders"
FATES_KEY = "medusa_chaos_fates"  # a hash in the cache: {order: its fate}
RATES = {"USD": 0.3845, "JPY": 0.0026, "EUR": 0.4193}  # into the company's currency
MARKETS = (
	("bh", "omr", {"rate": 5}),
	("gb", "usd", {"rate": 20, "includes_tax": True}),
	("jp", "jpy", {"rate": 10}),
)
MORE = ("de", "eur", {"rate": 19, "includes_tax": True})


def skus() -> list[str]:
	return [f"O-{n}" for n in range(ITEMS)]


def markets(medusa, without: Sequence[str]) -> tuple:
	"""What `buying.market` takes of each. v1's prices are without taxes."""
	found = MARKETS if kinds.CURRENCIES in without else (*MARKETS, MORE)
	if medusa.version == "v2":
		return found
	return tuple((country, currency, {"rate": tax["rate"]}) for country, currency, tax in found)


def configure(medusa, without: Sequence[str] = (), **values) -> None:
	"""The configuration, for orders in all currencies. Every tax and every payment has an account."""
	if kinds.HANDMADE not in without:
		if not frappe.db.exists("Item", handmade.ITEM):
			arriving.items(handmade.ITEM)
		values["default_item"] = handmade.ITEM
	if kinds.CURRENCIES not in without:
		own = frappe.get_cached_value("Company", company(), "default_currency")
		values["receivable_accounts"] = [
			{"currency": "USD", "account": account("Debtors USD", "USD", "Receivable")},
			{"currency": "EUR", "account": account("Debtors Shop", own, "Receivable")},
		]
	factories.configure(
		medusa,
		signing_secret=SECRET,
		storefront_user=USER,
		import_orders=1,
		submit_orders=1,
		company=company(),
		fallback_tax_account=tax_account("Shop Tax"),
		shipping_account=tax_account("Shop Delivery"),
		payment_providers=[{"mode_of_payment": "Cash", "account": cash_account()}],
		calls_per_minute=10**6,
		sales_channels=[{"warehouse": factories.warehouse(SHELF)}],
		**values,
	)


def cash_account() -> str:
	return frappe.db.get_value("Account", {"account_type": "Cash", "company": company(), "is_group": 0})


def prepare(medusa, without: Sequence[str] = ()) -> None:
	"""What there is to buy, in ERPNext and in Medusa."""
	shelf = factories.warehouse(SHELF)
	for code in skus():
		factories.website_item(code, website_warehouse=shelf)
		factories.item_price(code, 2)
	factories.move_stock(shelf, **{code.replace("-", "_"): STOCK for code in skus()})
	frappe.db.commit()
	factories.drain()
	for country, currency, tax in markets(medusa, without):  # two buyers can't make them at once
		buying.market(medusa, country, currency, **tax)
	prices = [
		{"currency_code": code, "amount": amount if medusa.version == "v2" else minor(amount, code)}
		for code, amount in buying.PRICES.items()
		if medusa.version == "v2"
		or code in {currency for _country, currency, _tax in markets(medusa, without)}
	]
	for row in frappe.get_all(
		"Website Item", {"item_code": ("in", skus())}, ["medusa_id", "medusa_variant_id"]
	):
		path = f"/admin/products/{row.medusa_id}/variants/{row.medusa_variant_id}"
		medusa.admin("POST", path, {"prices": prices})
	if kinds.KITS not in without:
		kits.make(medusa, shelf, prices)
	for currency, rate in RATES.items():
		arriving.exchange(currency, rate)
	buying.promotion(medusa, "TENTH", percent=10)
