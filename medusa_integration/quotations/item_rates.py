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

from medusa_integration.prices.item_prices import valid_price


class Price(NamedTuple):
	"""An item's prices today in its stock unit; 0 where it has none."""

	standard: float
	negotiated: float  # the standard one where nothing was negotiated


NO_PRICE = Price(0.0, 0.0)


def prices_of(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""`{item code: its prices}`, in a constant number of queries.

	Negotiated is, first, a price for this customer, then one of the customer's own price list, or else its group's. Of
	several valid ones the one that became valid last wins, as in ERPNext.

	:param price_list: of the standard prices; the negotiated ones are in its currency
	:param customer: a Customer's name; None for a party without negotiated prices, as a Lead
	"""
	return _prices(list(item_codes), price_list, customer and _price_list_of(customer), customer)


def prices_for(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""As `prices_of`, but the standard prices are those of the customer's own price list, or else its group's, in that
	list's currency.

	:param price_list: for customers without a price list
	"""
	own_list = customer and _price_list_of(customer)
	return _prices(list(item_codes), own_list or price_list, own_list, customer)


def _prices(
	codes: list[str], price_list: str, own_list: str | None, customer: str | None
) -> dict[str, Price]:
	found = defaultdict(list)
	for row in _rows(codes, list({price_list, own_list or price_list}), price_list, customer):
		found[row.item_code].append(row)
	today = getdate()
	return {code: _price(found[code], price_list, today) for code in codes}


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
	return Price(*(flt(price.price_list_rate) if price else 0.0 for price in (standard, negotiated)))


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
	"""Item Prices in the item's stock unit or without one, of enabled lists, in the standard list's currency."""
	price, item = frappe.qb.DocType("Item Price"), frappe.qb.DocType("Item")
	own, base = frappe.qb.DocType("Price List").as_("own"), frappe.qb.DocType("Price List").as_("base")
	return (
		frappe.qb.from_(price)
		.join(item)
		.on(item.name == price.item_code)
		.join(own)
		.on(own.name == price.price_list)
		.join(base)
		.on((base.name == standard) & (base.currency == price.currency))
		.select(
			price.name, price.creation, price.item_code, price.price_list, price.customer, price.uom,
			price.price_list_rate, price.valid_from, price.valid_upto,
		)
		.where(price.item_code.isin(codes or [""]) & price.price_list.isin(lists) & (price.selling == 1))
		.where((own.enabled == 1) & (Coalesce(price.batch_no, "") == ""))
		.where(Coalesce(price.customer, "").isin({"", customer or ""}))
		.where((Coalesce(price.uom, "") == "") | (price.uom == item.stock_uom))
	).run(as_dict=True)  # fmt: skip
