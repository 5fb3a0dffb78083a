"""The charges of an order from Medusa, as its Sales Order stores them in `medusa_charges`.

Source: docs/reference.md, "Parts of an order".
"""

from decimal import Decimal, InvalidOperation

from medusa_integration import json_field

CHARGES = "medusa_charges"  # field of a Sales Order
UNROUNDED = "unrounded"  # key in `medusa_charges` of an order with returns


def stored_charges(head) -> dict[str, dict]:
	"""The stored charges of an order from Medusa, by their keys.

	:param head: a Sales Order, or its field `medusa_charges`
	"""
	return {charge["key"]: charge for charge in read_charges(head).get("charges") or []}


def read_charges(head) -> dict:
	"""`medusa_charges` of an order from Medusa; {} where it has none or they can't be read, see `json_field`.

	:param head: a Sales Order, or its fields `name` and `medusa_charges`
	:returns: `{"grand": amount, "lines": {line: {"qty", "amount"}}, "charges": [{"key", "amount", "lines": {line: amount},
		"rate": {line: percent}, …}]}`; numbers are text
	"""
	return json_field.read("Sales Order", head.name, CHARGES, head.get(CHARGES), _are_charges)


def _are_charges(stored: dict) -> bool:
	try:
		numbers = [stored.get("grand", "0")]
		numbers += [each[key] for each in stored["lines"].values() for key in ("qty", "amount")]
		for charge in stored["charges"]:
			numbers += [
				charge["amount"],
				charge.get("rest", "0"),
				*charge.get("lines", {}).values(),
				*(charge.get("rate") or {}).values(),
			]
		if unrounded := stored.get(UNROUNDED):
			numbers += [
				unrounded["rest"],
				unrounded["apart"],
				*unrounded["lines"].values(),
				*unrounded["fees"].values(),
			]
		return all(Decimal(each).is_finite() for each in numbers) and all(
			isinstance(charge["key"], str) for charge in stored["charges"]
		)
	except (AttributeError, InvalidOperation, KeyError, TypeError, ValueError):
		return False
