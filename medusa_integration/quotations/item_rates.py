"""The prices of the shop's items: the standard price, and the customer's negotiated one.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import frappe
from frappe.utils import getdate

from medusa_integration import sold_units
from medusa_integration.money import decimal
from medusa_integration.prices.item_prices import amount, holds_for, valid_price
from medusa_integration.sold_units import SoldUnit


class Price(NamedTuple):
	"""An item's prices today, of one unit; 0 where it has none."""

	standard: float
	negotiated: float  # the standard one where nothing was negotiated


NO_PRICE = Price(0.0, 0.0)
# An item's code, a quantity, and the unit of both the quantity and the price; without one: the unit that the shop sells.
Line = tuple[str, float] | tuple[str, float, SoldUnit]


def prices_of(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""`{item code: its prices}` of one of the unit that the shop sells, in a constant number of queries.

	Negotiated is, first, a price for this customer, then one of the customer's own price list, or else its group's. Of
	several valid ones the one that became valid last wins, as in ERPNext.

	:param price_list: of the standard prices; the negotiated ones are in its currency
	:param customer: a Customer's name; None for a party without negotiated prices, as a Lead
	"""
	lines = [(code, 1.0) for code in item_codes]
	return {line[0]: price for line, price in prices_of_lines(lines, price_list, customer).items()}


def prices_of_lines(lines: Iterable[Line], price_list: str, customer: str | None = None) -> dict[Line, Price]:
	"""As `prices_of`, of quantities in the lines' units. Prices with a Packing Unit hold for its multiples alone.

	ERPNext's rule: a price in the unit, or in none, comes before one per stock unit, which is converted. A price in none is
	per stock unit, too. A customer's own price per stock unit holds for that unit alone.
	"""
	return _prices(list(lines), price_list, customer and _price_list_of(customer), customer)


def prices_for(item_codes: Iterable[str], price_list: str, customer: str | None = None) -> dict[str, Price]:
	"""As `prices_of`, but the standard prices are those of the customer's own price list, or else its group's, in that
	list's currency.

	:param price_list: for customers without a price list
	"""
	own_list = customer and _price_list_of(customer)
	lines = [(code, 1.0) for code in item_codes]
	found = _prices(lines, own_list or price_list, own_list, customer)
	return {line[0]: price for line, price in found.items()}


def standard_list(price_list: str, customer: str | None = None) -> str:
	"""The price list of the standard prices of `prices_for`."""
	return (customer and _price_list_of(customer)) or price_list


def _prices(
	lines: list[Line], price_list: str, own_list: str | None, customer: str | None
) -> dict[Line, Price]:
	found = defaultdict(list)
	codes = list(dict.fromkeys(line[0] for line in lines))
	for row in _rows(codes, list({price_list, own_list or price_list}), price_list, customer):
		found[row.code].append(row)
	today = getdate()
	return {line: _price(found[line[0]], line, price_list, today) for line in dict.fromkeys(lines)}


def currency_of(price_list: str) -> str | None:
	"""The currency of a price list; None where there is no such list, or not for selling, or it is disabled."""
	return frappe.db.get_value("Price List", {"name": price_list, "enabled": 1, "selling": 1}, "currency")


def _price(rows: list[frappe._dict], line: Line, price_list: str, today: date) -> Price:
	if not rows:
		return NO_PRICE
	stock_uom = rows[0].stock_uom
	unit = line[2] if len(line) > 2 else sold_units.at(rows[0].told, stock_uom)
	in_unit = [row for row in rows if holds_for(row, unit.uom, line[1])]
	own = [row for row in in_unit if row.customer]
	per_stock_unit = [row for row in rows if row.uom == stock_uom != unit.uom]

	def general(is_standard: bool) -> frappe._dict | None:
		for of_template in (0, 1):
			for some in (in_unit, per_stock_unit):
				wanted = (of_template, is_standard)
				fitting = [row for row in some if (row.of_template, row.price_list == price_list) == wanted]
				if found := valid_price([row for row in fitting if not row.customer], today):
					return found
		return None

	standard = general(True)
	return Price(_rate(standard, unit), _rate(valid_price(own, today) or general(False) or standard, unit))


def _rate(price: frappe._dict | None, unit: SoldUnit) -> float:
	"""The rate of one unit; 0 where the shop can't ask for it: a negative one, and one that rounds to nothing."""
	if not price:
		return 0.0
	rate = float(decimal(price.price_list_rate) * (1 if price.uom == unit.uom else unit.size))
	return rate if amount(rate, price.currency) > 0 else 0.0


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


# As text: building it anew took a page of the catalogue as long as running it.
_ROWS = " union all ".join(
	f"""select price.name, price.creation, price.price_list, price.customer, price.uom, price.currency,
		price.packing_unit, price.price_list_rate, price.valid_from, price.valid_upto,
		item.name as code, item.stock_uom, item.{sold_units.FIELD} as told, {of_template} as of_template
	from `tabItem Price` price
	join `tabItem` item on item.{field} = price.item_code
	join `tabPrice List` own on own.name = price.price_list and own.enabled = 1
	join `tabPrice List` base on base.name = %(standard)s and base.currency = price.currency
	where item.name in %(codes)s and price.price_list in %(lists)s and price.selling = 1
		and coalesce(price.batch_no, '') = '' and coalesce(price.supplier, '') = ''
		and coalesce(price.customer, '') in %(customers)s"""
	for of_template, field in enumerate(("name", "variant_of"))
)


def _rows(codes: list[str], lists: list[str], standard: str, customer: str | None) -> list[frappe._dict]:
	"""Item Prices without supplier and batch, of enabled lists, in the standard list's currency; each with the `code` and
	the `stock_uom` of its item, `told` (the item's `medusa_sold_units`), and `of_template` where it is the price of a variant's template."""
	values = {
		"codes": codes or [""],
		"lists": lists,
		"standard": standard,
		"customers": ("", customer or ""),
	}
	return frappe.db.sql(_ROWS, values, as_dict=True)
