"""The prices of the shop's items: the standard price, and the customer's negotiated one.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import flt, getdate
from pypika.terms import ValueWrapper

from medusa_integration.prices.item_prices import amount, holds_for, valid_price


class Price(NamedTuple):
	"""An item's prices today in its stock unit; 0 where it has none."""

	standard: float
	negotiated: float  # the standard one where nothing was negotiated


NO_PRICE = Price(0.0, 0.0)
Line = tuple[str, float]  # an item's code, and a quantity in its stock unit


def prices_of(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""`{item code: its prices}` of one stock unit, in a constant number of queries.

	Negotiated is, first, a price for this customer, then one of the customer's own price list, or else its group's. Of
	several valid ones the one that became valid last wins, as in ERPNext.

	:param price_list: of the standard prices; the negotiated ones are in its currency
	:param customer: a Customer's name; None for a party without negotiated prices, as a Lead
	"""
	lines = [(code, 1.0) for code in item_codes]
	return {code: price for (code, _one), price in prices_of_lines(lines, price_list, customer).items()}


def prices_of_lines(lines: Iterable[Line], price_list: str, customer: str | None = None) -> dict[Line, Price]:
	"""As `prices_of`, of quantities: prices with a Packing Unit hold for its multiples alone."""
	return _prices(list(lines), price_list, customer and _price_list_of(customer), customer)


def prices_for(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""As `prices_of`, but the standard prices are those of the customer's own price list, or else its group's, in that
	list's currency.

	:param price_list: for customers without a price list
	"""
	own_list = customer and _price_list_of(customer)
	lines = [(code, 1.0) for code in item_codes]
	found = _prices(lines, own_list or price_list, own_list, customer)
	return {code: price for (code, _one), price in found.items()}


def standard_list(price_list: str, customer: str | None = None) -> str:
	"""The price list of the standard prices of `prices_for`."""
	return (customer and _price_list_of(customer)) or price_list


def _prices(
	lines: list[Line], price_list: str, own_list: str | None, customer: str | None
) -> dict[Line, Price]:
	found = defaultdict(list)
	codes = list(dict.fromkeys(code for code, _quantity in lines))
	for row in _rows(codes, list({price_list, own_list or price_list}), price_list, customer):
		found[row.code].append(row)
	today = getdate()
	prices = {}
	for code, quantity in dict.fromkeys(lines):
		rows = [row for row in found[code] if holds_for(row, row.stock_uom, quantity)]
		prices[code, quantity] = _price(rows, price_list, today)
	return prices


def currency_of(price_list: str) -> str | None:
	"""The currency of a price list; None where there is no such list, or not for selling, or it is disabled."""
	return frappe.db.get_value("Price List", {"name": price_list, "enabled": 1, "selling": 1}, "currency")


def _price(rows: list[frappe._dict], price_list: str, today: date) -> Price:
	own = [row for row in rows if row.customer]
	general = [row for row in rows if not row.customer]
	standard = valid_price([row for row in general if row.price_list == price_list], today)
	negotiated = (
		valid_price(own, today)
		or valid_price([row for row in general if row.price_list != price_list], today)
		or standard
	)
	return Price(_rate(standard), _rate(negotiated))


def _rate(price: frappe._dict | None) -> float:
	"""A price's rate; 0 where the shop can't ask for it: a negative one, and one that rounds to nothing."""
	return flt(price.price_list_rate) if price and amount(price.price_list_rate, price.currency) > 0 else 0.0


def _price_list_of(customer: str) -> str | None:
	"""The customer's price list, or else its group's; a disabled one is none."""
	party, group = frappe.qb.DocType("Customer"), frappe.qb.DocType("Customer Group")
	own, groups = frappe.qb.DocType("Price List").as_("own"), frappe.qb.DocType("Price List").as_("groups")
	rows = (
		frappe.qb.from_(party)
		.left_join(group)
		.on(group.name == party.customer_group)
		.left_join(own)
		.on((own.name == party.default_price_list) & (own.enabled == 1) & (own.selling == 1))
		.left_join(groups)
		.on((groups.name == group.default_price_list) & (groups.enabled == 1) & (groups.selling == 1))
		.select(own.name, groups.name)
		.where(party.name == customer)
	).run()
	return next(filter(None, rows[0]), None) if rows else None


def _rows(codes: list[str], lists: list[str], standard: str, customer: str | None) -> list[frappe._dict]:
	"""Item Prices without supplier and batch, of enabled lists, in the standard list's currency; each with the `code` and
	the `stock_uom` of its item, and `of_template` where it is the price of a variant's template."""
	item = frappe.qb.DocType("Item")
	queries = []
	for of_template, field in enumerate(("name", "variant_of")):
		query = _query(lists, standard, customer, item, item[field]).select(
			item.name.as_("code"), item.stock_uom, ValueWrapper(of_template).as_("of_template")
		)
		queries.append(query.where(item.name.isin(codes or [""])))
	queries[0].wrap_set_operation_queries = False  # SQLite takes no parentheses.
	return (queries[0] * queries[1]).run(as_dict=True)


def _query(lists: list[str], standard: str, customer: str | None, item, code):
	price = frappe.qb.DocType("Item Price")
	own, base = frappe.qb.DocType("Price List").as_("own"), frappe.qb.DocType("Price List").as_("base")
	return (
		frappe.qb.from_(price)
		.join(item)
		.on(code == price.item_code)
		.join(own)
		.on(own.name == price.price_list)
		.join(base)
		.on((base.name == standard) & (base.currency == price.currency))
		.select(
			price.name, price.creation, price.price_list, price.customer, price.uom, price.currency,
			price.packing_unit, price.price_list_rate, price.valid_from, price.valid_upto,
		)
		.where(price.price_list.isin(lists) & (price.selling == 1) & (own.enabled == 1))
		.where((Coalesce(price.batch_no, "") == "") & (Coalesce(price.supplier, "") == ""))
		.where(Coalesce(price.customer, "").isin({"", customer or ""}))
	)  # fmt: skip
