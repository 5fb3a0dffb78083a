"""Products in Medusa whose Website Items were deleted. The outbox's row of each has what is still to be deleted.

Source: docs/reference.md, "Products".
"""

import frappe

from medusa_integration import json_field
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.matching import OwnVariant
from medusa_integration.prices.price_state import VARIANT, PriceStore, is_price_state, key_of, read
from medusa_integration.products.product_payloads import DOCTYPE


def last_of(row: str, kind_data: dict) -> dict:
	"""The values of a deleted Website Item in its row: `id`, `variant_id`, `title`, `item_code`, `prices`, and `of_variants`, the
	states of its variants' prices; {} where they can't be read.

	:param row: the row's name, for the Error Log
	:param kind_data: the row's field
	"""
	return json_field.checked("Medusa Outbox", row, "kind_data", kind_data, _is_last)


def queue_left(kind: Kind, name: str, states: list[dict]) -> None:
	"""Queue the product of a template that loses variants whose Items are deleted: their row keeps the states of their prices.

	:param kind: that of products
	:param name: of the template's Website Item
	:param states: may be empty
	"""
	kept = [*states_left(kind, name), *filter(None, states)]
	before = _kept(kind, name)
	outbox.add(kind, name, kind_data={**before, "of_variants": kept} if kept else None)


def states_left(kind: Kind, name: str) -> list[dict]:
	"""The states of the prices of deleted variants that a template's row keeps."""
	return list(_kept(kind, name).get("of_variants") or ())


def _kept(kind: Kind, name: str) -> dict:
	key = outbox.key_of(kind.name, name)
	if not frappe.db.exists(outbox.doctype, key):
		return {}  # A locking read without a match would lock the gap into which other transactions insert.
	with latest_rows():
		text = frappe.db.get_value(outbox.doctype, key, "kind_data", for_update=True)
	return json_field.read(outbox.doctype, key, "kind_data", text, _is_last)


def forget_prices(
	medusa: Dialect, keeper: PriceStore, price_list: str, states: list[dict], left: list[frappe._dict]
) -> None:
	"""Delete the price lists that products and variants leave empty which are no more in Medusa.

	:param states: of the prices of deleted documents
	:param left: Items whose variants have left their template's product. Their states are cleared before: a price list that a
		state mentions stays.
	"""
	known = {key_of(VARIANT, row.name): row.medusa_prices for row in left if row.medusa_prices}
	states = [*states, *(state for key, text in known.items() if (state := read(key, text)))]
	if known:
		keeper.keep({key: {} for key in known})
	if states:
		medusa.forget_prices(price_list, states, keeper)


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
