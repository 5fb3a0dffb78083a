"""The buyer's data last copied from Medusa's order to its Sales Order, by which later changes in Medusa are seen.

Source: docs/reference.md, "Changes of the buyer's data".
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

import frappe

from medusa_integration import json_field, medusa_texts, texts
from medusa_integration.medusa.order import ADDRESS_TEXTS, Address, Order

FIELD = "medusa_copied_values"
Values = dict[str, str]


@dataclass(frozen=True)
class CopiedBuyer:
	"""
	:param customer: Medusa's id
	:param notes: the order's note, and the texts of its metadata, of its addresses' and of its lines, by label
	"""

	customer: str = ""
	email: str = ""
	billing: Values = field(default_factory=dict)
	shipping: Values = field(default_factory=dict)
	notes: Values = field(default_factory=dict)


def of_order(order: Order) -> CopiedBuyer:
	return CopiedBuyer(
		customer=order.customer.id if order.customer else order.customer_id,
		email=medusa_texts.clean(order.email),
		billing=_harmless(_address(order.billing_address)),
		shipping=_harmless(_address(order.shipping_address)),
		notes=_harmless(notes_of(order)),
	)


def _harmless(values: Values) -> Values:
	return {key: texts.several_lines(text) for key, text in values.items()}


def notes_of(order: Order) -> Values:
	notes = {"Note": order.note} if order.note.strip() else {}
	notes |= {medusa_texts.label(key): text for key, text in order.texts}
	for label, address in (
		("Billing Address", order.billing_address),
		("Shipping Address", order.shipping_address),
	):
		for key, text in address.texts if address else ():
			notes[f"{label}, {medusa_texts.label(key)}"] = text
	for line in order.lines:
		for key, text in line.texts:
			notes[f"{medusa_texts.clean(line.title)}, {medusa_texts.label(key)}"] = text
	return notes


def _address(address: Address | None) -> Values:
	if not address:
		return {}
	values = {key: getattr(address, key) for key in (*ADDRESS_TEXTS, "country_code")}
	return {key: text for key, text in values.items() if text}


def to_json(copied: CopiedBuyer) -> str:
	return json.dumps(asdict(copied), ensure_ascii=False, sort_keys=True)


def read(sales_order) -> CopiedBuyer | None:
	"""None for an order from before the app kept it."""
	text = sales_order.get(FIELD)
	stored = json_field.read(sales_order.doctype, sales_order.name, FIELD, text, _is_valid)
	return CopiedBuyer(**stored) if stored else None


def write(sales_order, copied: CopiedBuyer) -> None:
	values = {FIELD: to_json(copied)}
	frappe.db.set_value(sales_order.doctype, sales_order.name, values, update_modified=False)


def _is_valid(stored: dict) -> bool:
	return set(stored) == {each.name for each in fields(CopiedBuyer)} and all(
		isinstance(value, str)
		or (isinstance(value, dict) and all(isinstance(each, str) for each in value.values()))
		for value in stored.values()
	)
