"""The rows of Quotations and Sales Orders with a price, and the rates of a Quotation that need no clerk.

A rate of 0 is no price, unless the Desk gave the row free on purpose. The *standing price* of an item is
today's standard or negotiated price, see prices.py.

Source: docs/reference.md, "Quotations from the shop".
"""

from frappe.utils import flt

from medusa_integration.orders.medusa_lines import ONE, exact_quantity
from medusa_integration.quotations.item_rates import prices_of_lines
from medusa_integration.sold_units import SoldUnit


def is_free(row) -> bool:
	"""Whether a row is free on purpose: a Pricing Rule's free item, or 100 % off a list price."""
	discounted = flt(row.get("discount_percentage")) >= 100 and flt(row.get("price_list_rate")) > 0
	return bool(row.get("is_free_item")) or discounted


def unpriced(doc) -> list[str]:
	"""The codes of the items without a price; none of an order that came from Medusa with the shop's amounts.

	:param doc: a Quotation or a Sales Order
	"""
	if doc.get("medusa_charges"):
		return []
	codes = [row.item_code for row in doc.items if not flt(row.rate) and not is_free(row)]
	return list(dict.fromkeys(codes))


def below_standing(doc) -> list[str]:
	"""The codes of a Quotation's items whose rate is below their standing price, or that have no standing
	price."""
	rows = [*doc.items]
	prices = _standing(doc, rows)
	codes = [row.item_code for row in rows if not prices[row.name] or _rate(row) < prices[row.name]]
	return list(dict.fromkeys(codes))


def is_discounted(doc) -> bool:
	"""Whether a document has an additional discount, or a negative row or charge."""
	return bool(flt(doc.get("additional_discount_percentage"))) or _has_fixed_discount(doc)


def quantities(doc) -> dict[str, float]:
	"""`{name of the row: its quantity in its own unit}`."""
	return {row.name: flt(row.qty) for row in doc.items}


def needs_pricing(doc, before: dict[str, float], free: set[str]) -> bool:
	"""Whether changed rows of a Quotation have to be priced anew in the Desk. They don't where rows and
	quantities were only taken away, and the rest of a row is available at its rate without the Desk.

	:param doc: with the changed rows, not saved yet
	:param before: the `quantities` that were priced
	:param free: the names of the rows among these that were free on purpose
	"""
	now = {row.name: row for row in doc.items}
	if any(name not in before or _is_more(row.qty, before[name]) for name, row in now.items()):
		return True
	fewer = [row for name, row in now.items() if _is_more(before[name], row.qty)]
	paid_less = {name for name in before if name not in now} | {row.name for row in fewer}
	if not paid_less - free:
		return False
	# Gifts and fixed discounts were given for all paid rows together.
	if free & set(now) or _has_fixed_discount(doc):
		return True
	prices = _standing(doc, fewer)
	return any(prices[row.name] and _rate(row) < prices[row.name] for row in fewer)


def _is_more(quantity: float, than: float) -> bool:
	return flt(quantity, 9) > flt(than, 9)


def _rate(row) -> float:
	return flt(row.rate, row.precision("rate"))


def _has_fixed_discount(doc) -> bool:
	fixed = flt(doc.get("discount_amount")) and not flt(doc.get("additional_discount_percentage"))
	charges = [row.tax_amount for row in doc.get("taxes") or [] if row.charge_type == "Actual"]
	return bool(fixed) or any(flt(amount) < 0 for amount in (*charges, *(row.rate for row in doc.items)))


def _standing(doc, rows: list) -> dict[str, float]:
	"""`{name of the row: the lower one of its standing prices}`, in the row's unit and the document's
	currency; 0 where there is none.
	"""
	customer = doc.party_name if doc.quotation_to == "Customer" else None
	lines = {
		row.name: (
			row.item_code,
			flt(row.qty, 9),
			SoldUnit(row.uom, exact_quantity(row.conversion_factor) or ONE),
		)
		for row in rows
	}
	prices = prices_of_lines(lines.values(), doc.selling_price_list, customer)
	exchange = 1.0
	if doc.currency != doc.price_list_currency:  # ERPNext has both rates towards the company's currency.
		exchange = (flt(doc.plc_conversion_rate) or 1) / (flt(doc.conversion_rate) or 1)
	found = {}
	for row in rows:
		price = min(filter(None, prices[lines[row.name]]), default=0)
		found[row.name] = flt(price * exchange, row.precision("rate"))
	return found
