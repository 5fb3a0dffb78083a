"""Products in Medusa whose Website Items were deleted. The outbox's row of each has what is still to be deleted.

Source: docs/reference.md, "Products".
"""

import frappe

from medusa_integration import json_field
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.medusa.matching import OwnVariant
from medusa_integration.prices.price_state import is_price_state
from medusa_integration.products.product_payloads import DOCTYPE


def last_of(row: str, kind_data: dict) -> dict:
	"""The values of a deleted Website Item in its row: `id`, `variant_id`, `title`, `item_code`, `prices`, and `of_variants`, the
	states of its variants' prices; {} where they can't be read.

	:param row: the row's name, for the Error Log
	:param kind_data: the row's field
	"""
	return json_field.checked("Medusa Outbox", row, "kind_data", kind_data, _is_last)


def leaving_products(kind: Kind) -> dict[str, dict]:
	"""`{product id: state of its prices, or {}}` of the products of deleted Website Items that aren't deleted in Medusa yet.

	:param kind: that of products
	"""
	rows = frappe.get_all(
		outbox.doctype,
		{"kind": kind.name, "kind_data": ("is", "set")},
		["name", "kind_data"],
		order_by=None,
	)
	found = {}
	for row in rows:
		last = json_field.read(outbox.doctype, row.name, "kind_data", row.kind_data, _is_last)
		if last.get("id"):
			found[last["id"]] = last.get("prices") or {}
	return found


def _is_last(last: dict) -> bool:
	texts = [last.get(key) for key in ("id", "variant_id", "title", "item_code")]
	known, of_variants = last.get("prices") or {}, last.get("of_variants") or []
	return (
		all(text is None or isinstance(text, str) for text in texts)
		and isinstance(of_variants, list)
		and all(isinstance(each, dict) and is_price_state(each) for each in (known, *of_variants))
	)


def unlinked(variants: dict[str, OwnVariant]) -> dict[str, OwnVariant]:
	"""Those of the products that no Website Item has. One that an order reserved stays for a while, and may have been
	linked to a new Website Item meanwhile."""
	ids = {"medusa_id": ("in", list(variants))}
	linked = set(frappe.get_all(DOCTYPE, ids, pluck="medusa_id", order_by=None))
	return {id: variant for id, variant in variants.items() if id not in linked}
