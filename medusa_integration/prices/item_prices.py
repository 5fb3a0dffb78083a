"""The days on which an Item Price holds, and its amount: ERPNext's rules for the shop's price list.

Source: docs/reference.md, "Prices".
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import cint, flt, getdate

from medusa_integration import sold_units
from medusa_integration.money import decimal, decimals_of, half_up
from medusa_integration.sold_units import SoldUnit

DIGITS = 9  # of a quantity's remainder, without floating-point error


@dataclass(frozen=True)
class Window:
	"""From the first to the last day of validity; None: no limit."""

	start: date | None = None
	end: date | None = None


def windows(prices: list[frappe._dict], today: date) -> list[tuple[Window, frappe._dict]]:
	"""The windows in which an item's prices in one price list and currency hold, from today on.

	As in ERPNext, of several valid prices the one that became valid last wins. Medusa would take the lowest,
	so each price gets only the days on which it wins. A price in force keeps its start only where it has an
	end of its own: otherwise each day on which a price was entered would need a price list of its own.
	"""
	ranked = sorted(prices, key=_rank, reverse=True)
	starts = {getdate(p.valid_from) for p in prices if p.valid_from}
	ends = {getdate(p.valid_upto) + timedelta(days=1) for p in prices if p.valid_upto}
	days = sorted({today, *(day for day in starts | ends if day > today)})
	found: list[tuple[Window, frappe._dict]] = []
	for day, following in zip(days, [*days[1:], None], strict=True):
		winner = next((price for price in ranked if _holds(price, day)), None)
		if not winner:
			continue
		end = following - timedelta(days=1) if following else None
		if found and found[-1][1] is winner and found[-1][0].end == day - timedelta(days=1):
			found[-1] = (Window(found[-1][0].start, end), winner)
		else:
			found.append((Window(None if day == today else day, end), winner))
	if found and found[0][1].valid_from and found[0][1].valid_upto:
		window, winner = found[0]
		found[0] = (Window(min(getdate(winner.valid_from), window.start or today), window.end), winner)
	return found


def valid_price(prices: Iterable[frappe._dict], day: date) -> frappe._dict | None:
	"""The price that wins on a day; None where none is valid.

	:param prices: of one item in one price list and currency, with the fields valid_from, valid_upto, uom, creation, name
		and, where there are such among them, of_template for the prices of its template and is_converted for those of
		`is_converted`
	"""
	return max((price for price in prices if _holds(price, day)), key=_rank, default=None)


def holds_for(price: frappe._dict, unit: str, quantity: float = 1) -> bool:
	"""Whether an Item Price counts for a quantity of a unit: it is in this unit or in none, and the quantity is a multiple of
	its Packing Unit, which ERPNext counts in that unit too."""
	packing = abs(cint(price.packing_unit))
	return price.uom in (None, "", unit) and (packing <= 1 or not flt(quantity % packing, DIGITS))


def is_converted(price: frappe._dict, unit: str, stock_uom: str) -> bool:
	"""Whether an Item Price is per stock unit, and the item is sold in another one. ERPNext converts it, whatever its Packing
	Unit, where no price in that unit or in none is valid."""
	return price.uom == stock_uom != unit


def rate_in(price: frappe._dict, sold: SoldUnit) -> Decimal:
	"""An Item Price's rate of one sold unit: one that isn't in this unit is per stock unit."""
	return decimal(price.price_list_rate) * (1 if price.uom == sold.uom else sold.size)


def _rank(price: frappe._dict) -> tuple:
	return (
		not price.of_template,
		not price.is_converted,
		getdate(price.valid_from) if price.valid_from else date.min,
		bool(price.uom),
		price.creation,
		price.name,
	)


def _holds(price: frappe._dict, day: date) -> bool:
	starts = not price.valid_from or getdate(price.valid_from) <= day
	return starts and (not price.valid_upto or day <= getdate(price.valid_upto))


def amount(rate: float | Decimal, currency: str) -> float:
	"""`rate` in major units, rounded half up to the currency's own decimals (OMR 3, USD 2, JPY 0); NaN of a rate that is no
	number."""
	exact = decimal(rate)
	return float(half_up(exact, decimals_of(currency))) if exact.is_finite() else math.nan


def by_currency(prices: list[frappe._dict]) -> Iterator[tuple[str, list[frappe._dict]]]:
	"""(currency, its prices), by currency."""
	for currency in sorted({price.currency for price in prices}):
		yield currency, [price for price in prices if price.currency == currency]


def amounts(prices: list[frappe._dict]) -> Iterator[tuple[Window, frappe._dict, float]]:
	"""The windows, from today on, in which prices of one currency hold, with the price and its amount for one sold unit."""
	for window, price in windows(prices, getdate()):
		yield window, price, amount(price.rate, price.currency)


def moments(start: date | None, end: date | None) -> dict[str, str | None]:
	"""The start and the end, as Medusa takes them, of a price list that holds from the first to the last day."""
	return {"starts_at": _moment(start, time.min), "ends_at": _moment(end, time(23, 59, 59, 999000))}


def _moment(day: date | None, at: time) -> str | None:
	"""A time of a day at the site, in ISO 8601 with its offset."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	return datetime.combine(day, at, zone).isoformat() if day else None


def item_prices(price_list: str, codes: Iterable[str]) -> dict[str, list[frappe._dict]]:
	"""`{item code: its Item Prices without customer, supplier and batch}`; none of a disabled price list.

	A variant has its template's prices too, which hold where it has none of its own: `of_template` is on in them. A template
	has none: ERPNext doesn't sell it.
	`is_for_one` is on in those that hold for one of the unit that the shop sells, `sold_in`; `rate` is the rate of one, and
	`is_converted` says that the price is per stock unit (see `is_converted`).
	"""
	items = {
		item.name: item
		for item in frappe.get_all(
			"Item",
			{"name": ("in", list(codes) or [""])},
			["name", "stock_uom", "variant_of", "has_variants", sold_units.FIELD],
			order_by=None,
		)
	}
	grouped: dict[str, list[frappe._dict]] = defaultdict(list)
	if not frappe.db.get_value("Price List", price_list, "enabled"):
		return grouped
	by_code = defaultdict(list)
	for row in _rows(price_list, {*items, *(item.variant_of for item in items.values() if item.variant_of)}):
		by_code[row.item_code].append(row)
	for code, item in items.items():
		sold = sold_units.announced(item[sold_units.FIELD], item.stock_uom)
		own = () if item.has_variants else by_code[code]  # ERPNext sells no template
		for row in (*own, *(by_code[item.variant_of] if item.variant_of else ())):
			converted = is_converted(row, sold.uom, item.stock_uom)
			facts = {
				"of_template": row.item_code != code,
				"is_for_one": converted or holds_for(row, sold.uom),
				"is_converted": converted,
				"rate": rate_in(row, sold),
				"sold_in": sold.uom,
			}
			grouped[code].append(frappe._dict(row, **facts))
	return grouped


def _rows(price_list: str, codes: set[str]) -> list[frappe._dict]:
	filters = {"price_list": price_list, "selling": 1, "item_code": ("in", list(codes) or [""])}
	for party in ("customer", "supplier", "batch_no"):
		filters[party] = ("is", "not set")
	return frappe.get_all(
		"Item Price",
		filters=filters,
		fields=[
			"name", "creation", "item_code", "currency", "price_list_rate", "uom", "packing_unit", "valid_from",
			"valid_upto", "medusa_id", "medusa_price_id",
		],
		order_by="item_code, name",
	)  # fmt: skip
