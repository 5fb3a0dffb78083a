"""The values last copied from Medusa to a Customer or Lead. A field that differs from them was edited in
ERPNext and isn't overwritten.

Source: docs/reference.md, "Customers from Medusa".
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone

import frappe

from medusa_integration import json_field
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.shop_customers import Party
from medusa_integration.medusa.order import Customer

FIELD = "medusa_copied_values"

Values = dict[str, str]


@dataclass
class Taken:
	"""The copied values of one customer.

	:param updated_at: Medusa's, as text that sorts by time; "" before the first copy
	:param values: of the customer itself, by the names of `values_of`
	:param addresses: the fields of the Address, by Medusa's id of the address
	"""

	updated_at: str = ""
	values: Values = field(default_factory=dict)
	addresses: dict[str, Values] = field(default_factory=dict)


def read(party: Party) -> Taken:
	text = frappe.db.get_value(party.doctype, party.name, FIELD)
	return Taken(**json_field.read(party.doctype, party.name, FIELD, text, _is_taken))


def _is_taken(stored: dict) -> bool:
	addresses = stored.get("addresses", {})
	return (
		set(stored) <= {each.name for each in fields(Taken)}
		and isinstance(stored.get("updated_at", ""), str)
		and isinstance(addresses, dict)
		and all(map(_are_values, (stored.get("values", {}), *addresses.values())))
	)


def _are_values(values: object) -> bool:
	return isinstance(values, dict) and all(isinstance(each, str) for each in values.values())


def write(party: Party, taken: Taken) -> None:
	"""Store copied values, past `keep_party_ids`."""
	text = json.dumps(asdict(taken), ensure_ascii=False, sort_keys=True)
	if text != frappe.db.get_value(party.doctype, party.name, FIELD):
		frappe.db.set_value(party.doctype, party.name, FIELD, text, update_modified=False)


def begin(customer: str, source: Customer) -> None:
	"""Store the first copied values of a Customer that an order made or linked, so that later changes are
	copied. A Customer of a Lead continues with the Lead's."""
	row = frappe.db.get_value("Customer", customer, ["medusa_id", "lead_name", FIELD], as_dict=True)
	if row.medusa_id != source.id or row[FIELD]:
		return
	before = read(Party("Lead", row.lead_name)) if row.lead_name else Taken()
	taken = before if before.values else Taken(when(source), values_of(source))
	write(Party("Customer", customer), taken)


def when(customer: Customer) -> str:
	at: datetime | None = customer.updated_at
	return at.astimezone(timezone.utc).isoformat(timespec="microseconds") if at else ""


def values_of(customer: Customer) -> Values:
	"""The customer's own values that are copied to ERPNext, without its addresses, which may differ."""
	buyer = Buyer.alone(customer)
	return {
		"customer_name": buyer.customer_name if buyer.company or buyer.person else "",
		"customer_type": buyer.customer_type,
		"company": buyer.company,
		"first_name": buyer.first_name,
		"last_name": buyer.last_name,
		"email": buyer.email,
		"phone": buyer.phone,
		"tax_id": buyer.tax_id,
	}


def newer(present: Values, last: Values, new: Values) -> Values:
	"""The fields that Medusa has changed since and ERPNext hasn't, with Medusa's values.

	:param present: the fields as ERPNext has them; only these count
	:param last: the last copied values, without fields that were never copied
	"""
	return {
		field: new[field]
		for field, value in present.items()
		if new[field] not in (value, last.get(field)) and value in ("", last.get(field))
	}
