"""Quotations for the shop's customers: making, changing and saving them.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections import defaultdict
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import add_days, flt, today

from medusa_integration import erpnext_api, languages, settings
from medusa_integration.customers.shop_customers import Party
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.charges.item_taxes import set_taxes
from medusa_integration.products.shop_ids import ShopItem, not_sold
from medusa_integration.quotations import delivery_charges
from medusa_integration.quotations.item_rates import currency_of, prices_of_lines
from medusa_integration.quotations.priced_rows import is_free
from medusa_integration.quotations.quotation_states import DRAFT
from medusa_integration.quotations.saving import store
from medusa_integration.sold_units import SIZE_FIELD, SoldUnit

DOCTYPE = "Quotation"
OF_A_LEAD = "Unapproved Lead"  # the title of a Lead's Quotation
DIGITS = 9  # of a quantity, without floating-point error
# The fields that ERPNext copies from the party, and copies anew from another one.
OF_THE_PARTY = (
	"customer_name", "customer_group", "territory", "contact_person", "contact_display", "contact_email",
	"contact_mobile", "customer_address", "address_display", "shipping_address_name", "shipping_address",
)  # fmt: skip


class QuotedLine(NamedTuple):
	"""A quantity of an item, in the unit that the shop sells. Of an item that the Quotation has: in the unit that the shop sold
	when the Quotation's row was made."""

	item: ShopItem
	quantity: float


def make(party: Party, lines: list[QuotedLine], **values):
	"""Make a draft Quotation of the shop with today's prices and taxes, valid for the settings' number of
	days.

	:param lines: each item once
	:param values: of other fields, as Medusa's ids
	:raises frappe.ValidationError: where the settings' price list is unusable, or ERPNext refuses the document
	"""
	config = settings.current()
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"company": config.company,
			"quotation_to": party.doctype,
			"party_name": party.name,
			**_title(OF_A_LEAD if party.doctype == "Lead" else None),
			"order_type": "Shopping Cart",
			"transaction_date": today(),
			"valid_till": add_days(today(), config.quotation_days),
			"selling_price_list": config.price_list,
			"currency": _currency(config.price_list),
			"from_ecommerce": 1,
			"disable_rounded_total": 1,  # The shop asks for the exact grand total.
			"items": _rows(lines, config.price_list, party),
			**values,
		}
	)
	if doc.meta.has_field("workflow_state") and not doc.meta.get_workflow():
		doc.workflow_state = DRAFT
	store(doc, lambda: _insert(doc))
	return doc


def replace_rows(doc, lines: list[QuotedLine]) -> None:
	"""Replace the rows of a draft. Rows of an item that stays keep their rates, which may have been
	negotiated in the Desk. New rows get today's prices. Rows of items that the shop doesn't sell stay: a user
	added them in the Desk.

	:param lines: each item once
	"""
	kept = defaultdict(list)
	for row in sorted(doc.items, key=is_free):
		kept[row.item_code].append(row)
	new = [line for line in lines if line.item.item_code not in kept]
	priced = {row["item_code"]: row for row in _rows(new, doc.selling_price_list, _party(doc))}
	rows = []
	for item, quantity in lines:
		own = kept.pop(item.item_code, None)
		rows += _shared_out(own, _stock_units(own[0], quantity)) if own else [priced[item.item_code]]
	of_the_desk = not_sold(kept)
	rows += [row for row in doc.items if row.item_code in of_the_desk]
	doc.set("items", rows)
	set_taxes(doc, doc.company)


def _stock_units(row, quantity: float) -> float:
	return float(medusa_lines.from_medusa(medusa_lines.exact_quantity(quantity), medusa_lines.size_of(row)))


def _shared_out(rows: list, quantity: float) -> list:
	"""Share a quantity of an item, in its stock unit, among the item's rows. Each row gets at most its
	earlier quantity, and the first row the rest. A free row is first only where all are free."""
	rest = quantity
	for row in rows:
		factor = flt(row.conversion_factor) or 1
		row.qty = min(flt(row.qty), flt(rest / factor, DIGITS))
		rest = flt(rest - row.qty * factor, DIGITS)
	rows[0].qty = flt(rows[0].qty + rest / (flt(rows[0].conversion_factor) or 1), DIGITS)
	return [row for row in rows if row.qty or row is rows[0]]


def set_unapproved(doc, lines: list[QuotedLine], before: dict[str, Any]) -> None:
	"""Store the items of a draft that the customer doesn't want.

	:param lines: each item once
	:param before: `{item code: its row}` of the draft's items, which keep their rates; others have today's price
	"""
	new = [line for line in lines if line.item.item_code not in before]
	prices = {row["item_code"]: row["rate"] for row in _rows(new, doc.selling_price_list, _party(doc))}
	rows = []
	for item, quantity in lines:
		row, unit = before.get(item.item_code), item.unit()
		if row:
			unit = _unit_of(row, item)
			rate = flt(row.rate) / (flt(row.conversion_factor) or 1) * float(unit.size)
			rate = flt(rate, doc.precision("rate", "items"))
		else:
			rate = prices[item.item_code]
		rows.append(
			{
				"item_code": item.item_code,
				"custom_item_name": item.item_name,
				"qty": quantity,
				"uom": unit.uom,
				"rate": rate,
				"amount": flt(rate * quantity, doc.precision("grand_total")),
			}
		)
	doc.set("unapproved_items", rows)


def _unit_of(row, item: ShopItem) -> SoldUnit:
	"""The unit in which the shop counts a row."""
	size = medusa_lines.size_of(row)
	if medusa_lines.exact_quantity(row.conversion_factor) == size:
		return SoldUnit(row.uom, size)
	return SoldUnit(item.stock_uom if size == 1 else item.unit().uom, size)


def give_to(doc, customer: str) -> None:
	"""Move a Lead's Quotation to the Customer made from the Lead. Only a submitted Quotation is saved
	here."""
	values = {"quotation_to": "Customer", "party_name": customer}
	name = frappe.db.get_value("Customer", customer, "customer_name")
	if doc.docstatus == 1:
		doc.db_set({**values, "customer_name": name, **_title(name)})
		return
	doc.update({**values, **dict.fromkeys(OF_THE_PARTY), **_title(name)})


def _title(text: str | None) -> dict:
	"""ERPNext 16 has no title of Quotations: it shows the party's name."""
	return erpnext_api.known(DOCTYPE, {"title": text})


def _insert(doc) -> None:
	# The party's tax category decides which templates hold.
	erpnext_api.set_party_details(doc)
	set_taxes(doc, doc.company)
	with languages.in_sites_language():
		problem = delivery_charges.add(doc)
	doc.insert()
	if problem:
		doc.add_comment("Comment", problem)


def _party(doc) -> Party:
	return Party(doc.quotation_to, doc.party_name)


def _rows(lines: list[QuotedLine], price_list: str, party: Party) -> list[dict]:
	customer = party.name if party.doctype == "Customer" else None
	wanted = [(line.item.item_code, line.quantity, line.item.unit()) for line in lines]
	prices = prices_of_lines(wanted, price_list, customer)
	return [
		{
			"item_code": code,
			"qty": quantity,
			"uom": unit.uom,
			"conversion_factor": float(unit.size),
			SIZE_FIELD: float(unit.size),
			"standard_price": prices[code, quantity, unit].standard,
			"price_list_rate": prices[code, quantity, unit].negotiated,
			"rate": prices[code, quantity, unit].negotiated,
		}
		for code, quantity, unit in wanted
	]


def _currency(price_list: str) -> str:
	currency = currency_of(price_list)
	if not currency:
		frappe.throw(
			_(
				"There is no enabled selling Price List {0}: choose another in the Medusa Configuration."
			).format(frappe.bold(price_list)),
			title=_("No price list"),
		)
	return currency
