"""Orders of Medusa's as the dialects give them, made by hand, and the settings with which they become Sales Orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import frappe
from frappe.cache_manager import clear_defaults_cache
from frappe.utils import now_datetime

from medusa_integration.medusa.order import Address, Adjustment, Line, Order, Shipping, Tax
from medusa_integration.medusa.totals import plan_of
from tests.support import factories
from tests.support.selling import company, tax_account

# Within the fiscal year of the bench.
PLACED = datetime(datetime.now(timezone.utc).year, 3, 1, 21, 30, tzinfo=timezone.utc)
VAT5, VAT15 = Tax("VAT5", Decimal(5), "Oman VAT"), Tax("VAT15", Decimal(15), "Saudi VAT")
MUSCAT = Address(first_name="Aisha", last_name="B", address_1="Way 1", city="Muscat", country_code="OM")


def line(sku: str, price, quantity=1, *taxes: Tax, off=0, inclusive: bool = False, **values) -> Line:
	"""A line; `off` is taken from all of it, with tax where the price is."""
	return Line(
		id=values.pop("id", f"ordli_{sku}"),
		title=values.pop("title", f"Product {sku}"),
		sku=sku,
		quantity=Decimal(str(quantity)),
		unit_price=Decimal(str(price)),
		is_tax_inclusive=inclusive,
		taxes=taxes,
		adjustments=(Adjustment(Decimal(str(off)), inclusive, "PROMO"),) if off else (),
		**values,
	)


def shipping(
	amount, *taxes: Tax, inclusive: bool = False, name: str = "Post", option: str = "so_post"
) -> Shipping:
	return Shipping(f"ordsm_{name}", name, Decimal(str(amount)), option, inclusive, taxes)


def order(*lines: Line, id: str = "order_1", currency: str = "OMR", methods=(), **values) -> Order:
	"""An order with the total that Medusa would give it."""
	values = {
		"display_id": "1001",
		"status": "pending",
		"email": "aisha@example.com",
		"created_at": PLACED,
		"updated_at": PLACED,
		"total": Decimal(0),
		"shipping_address": MUSCAT,
		"billing_address": MUSCAT,
		**values,
	}
	made = Order(id=id, currency=currency, lines=lines, shipping=tuple(methods), **values)
	return made if made.total else replace(made, total=plan_of(made).grand)


def configure_orders(*, server: bool = True, **values) -> None:
	"""Import orders: taxes by code and shipping on accounts of their own.

	:param server: whether to name one, that nobody calls
	"""
	doc = frappe.get_doc("Medusa Configuration")
	accounts = [
		{"tax_code": code, "account": tax_account(label)}
		for code, label in (("VAT5", "VAT 5"), ("VAT15", "VAT 15"))
	]
	nobody = {
		"enable": 1,
		"url": "http://127.0.0.1:1",
		"admin_email": "a@example.com",
		"admin_password": "secret",
		"api_version": "v2",
	}
	doc.update(
		{
			**(nobody if server else {}),
			"import_orders": 1,
			"submit_orders": 1,
			"company": company(),
			"price_list": "Standard Selling",
			"tax_accounts": accounts,
			"shipping_account": shipping_account(),
			**values,
		}
	)
	doc.save()
	frappe.db.commit()


def shipping_account() -> str:
	return frappe.db.get_value(
		"Account", {"account_name": "Freight and Forwarding Charges", "company": company()}
	)


def items(*codes: str, **values) -> None:
	"""Items that have no stock."""
	for code in codes:
		factories.item(code, is_stock_item=0, **values)
	frappe.db.commit()


def exchange(currency: str, rate: float, day: str = "2020-01-01") -> None:
	"""An exchange rate from a currency to the company's."""
	frappe.db.set_value("Currency", currency, "enabled", 1)
	own = frappe.get_cached_value("Company", company(), "default_currency")
	pair = {"from_currency": currency, "to_currency": own, "date": day}
	values = {**pair, "for_selling": 1, "for_buying": 1, "exchange_rate": rate}
	# A run that was stopped has left one on a bench.
	frappe.db.delete("Currency Exchange", pair)
	frappe.get_doc({"doctype": "Currency Exchange", **values}).insert(ignore_permissions=True)
	frappe.db.commit()


@contextmanager
def precision(decimals: int) -> Iterator[None]:
	"""A site that keeps so many decimals of amounts."""
	before = frappe.db.get_default("currency_precision")
	set_precision(decimals)
	try:
		yield
	finally:
		frappe.db.rollback()
		set_precision(before)


def set_precision(decimals) -> None:
	"""Let the site keep so many decimals of amounts. Frappe's own way drops every cache of the site, at a second."""
	frappe.db.set_single_value("System Settings", "currency_precision", decimals)
	frappe.db.delete("DefaultValue", {"defkey": "currency_precision", "parent": "__default"})
	if decimals is not None:
		table = frappe.qb.DocType("DefaultValue")
		columns = ("name", "parent", "parenttype", "parentfield", "defkey", "defvalue", "creation")
		values = (frappe.generate_hash(), "__default", "__default", "system_defaults", "currency_precision")
		frappe.qb.into(table).columns(*columns).insert(*values, str(decimals), now_datetime()).run()
	frappe.db.commit()
	clear_defaults_cache("__default")
	frappe.local.system_settings = None


def placed(given: Order):
	"""The order's Sales Order, as it was committed; None where there is none."""
	from medusa_integration.orders.sales_orders import place

	frappe.db.commit()
	doc = place(given)
	frappe.db.commit()
	return frappe.get_doc("Sales Order", doc.name) if doc else None


def taxes(doc) -> dict[str, float]:
	"""`{charge: amount}`."""
	return {row.medusa_charge: row.tax_amount for row in doc.taxes}


def rows(doc) -> list[tuple]:
	"""(item, quantity, rate, net amount)."""
	return [(row.item_code, row.qty, row.rate, row.net_amount) for row in doc.items]


def blocked(given: Order) -> str:
	"""Why the order waits; nothing is written."""
	from medusa_integration.orders.orders_from_medusa import arrive

	before = _counts()
	problems = arrive(given)
	frappe.db.rollback()
	assert _counts() == before
	return " ".join(problems)


def _counts() -> dict[str, int]:
	return {doctype: frappe.db.count(doctype) for doctype in ("Sales Order", "Sales Order Item", "Customer")}
